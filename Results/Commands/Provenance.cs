// Where a document comes from: program, commit, model, machine, time and command line. Two figures can be compared only by
// someone who knows that, so every JSON document ends with it. It differs from run to run; whoever compares two documents
// leaves this object out.

using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Managarm.Perf.Results.Commands;

/// <summary>Writes the provenance of documents.</summary>
public static class Provenance
{
    /// <summary>The member of a document that holds it.</summary>
    public const string Member = "provenance";

    private const string Unknown = "unknown";

    private static readonly Assembly Build = typeof(Provenance).Assembly;
    private static readonly AsyncLocal<Start?> Current = new();

    /// <summary>The commit that this program was built from, or "unknown".</summary>
    public static string Commit { get; } = ReadCommit();

    /// <summary>Whether the tree had changes on top of the commit: clean, changed or unknown.</summary>
    public static string TreeState { get; } = Build.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "TreeState")?.Value ?? Unknown;

    /// <summary>Begins a command; what is written from now on names it.</summary>
    /// <param name="arguments">Its command line.</param>
    internal static void Begin(string[] arguments) => Current.Value = new Start(arguments, DateTimeOffset.UtcNow);

    /// <summary>Writes the member.</summary>
    /// <param name="json">Writer, inside the document's object.</param>
    /// <param name="modelVersion">Version of the model.</param>
    public static void Write(Utf8JsonWriter json, int modelVersion)
    {
        Start start = Current.Value ?? new Start([], DateTimeOffset.UtcNow);
        json.WriteStartObject(Member);
        json.WriteString("commit", Commit);
        json.WriteString("tree", TreeState);
        json.WriteNumber("modelVersion", modelVersion);
        json.WriteString("time", start.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteStartArray("command");
        foreach (string argument in start.Arguments)
        {
            json.WriteStringValue(argument);
        }

        json.WriteEndArray();
        json.WriteStartObject("machine");
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
        json.WriteString("processor", ProcessorName());
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string ReadCommit()
    {
        string text = Build.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? Unknown : text[(plus + 1)..];
    }

    private static string ProcessorName()
    {
        const string Table = "/proc/cpuinfo";
        const string Key = "model name";
        string? line = File.Exists(Table) ? File.ReadLines(Table).FirstOrDefault(IsName) : null;
        return line is null ? Unknown : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

        static bool IsName(string line) => line.StartsWith(Key, StringComparison.Ordinal);
    }

    private sealed record Start(string[] Arguments, DateTimeOffset Time);
}
