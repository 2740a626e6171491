// Where a document comes from: program, commit, model, machine, time and command line. Two figures can be compared only by
// someone who knows that, so every JSON document ends with it. It differs from run to run; whoever compares two documents
// leaves this object out.

using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Managarm.Perf.Results.Commands;

/// <summary>Writes the provenance of documents.</summary>
public static class Provenance
{
    /// <summary>The member of a document that holds it.</summary>
    public const string Member = "provenance";

    /// <summary>What stands for something that cannot be known.</summary>
    internal const string Unknown = "unknown";

    private static readonly Assembly Build = typeof(Provenance).Assembly;
    private static readonly AsyncLocal<Start?> Current = new();

    /// <summary>What can be known of a tree's state.</summary>
    internal static readonly string[] TreeStates = ["clean", "changed", Unknown];

    /// <summary>The commit that this program was built from, or "unknown".</summary>
    public static string Commit { get; } = ReadCommit();

    /// <summary>Whether the tree had changes on top of the commit: clean, changed or unknown.</summary>
    public static string TreeState { get; } = Build.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "TreeState")?.Value ?? Unknown;

    /// <summary>Begins a command; what is written from now on names it.</summary>
    /// <param name="arguments">Its command line.</param>
    internal static void Begin(string[] arguments) => Current.Value = new Start(arguments, DateTimeOffset.UtcNow);

    /// <summary>Where that comes from which the current command makes.</summary>
    /// <param name="modelVersion">Version of the model.</param>
    public static ProvenanceRecord Of(int modelVersion)
    {
        Start start = Current.Value ?? new Start([], DateTimeOffset.UtcNow);
        string time = start.Time.UtcDateTime.ToString(ProvenanceRecord.TimeFormat, CultureInfo.InvariantCulture);
        return new ProvenanceRecord(
            Commit, TreeState, modelVersion, time, ProvenanceRecord.CommandOf(start.Arguments), MachineRecord.Own);
    }

    /// <summary>Writes the member.</summary>
    /// <param name="json">Writer, inside the document's object.</param>
    /// <param name="modelVersion">Version of the model.</param>
    public static void Write(Utf8JsonWriter json, int modelVersion) => Of(modelVersion).Write(json);

    private static string ReadCommit()
    {
        string text = Build.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? Unknown : text[(plus + 1)..];
    }

    private sealed record Start(string[] Arguments, DateTimeOffset Time);
}
