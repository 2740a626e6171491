// A hunt for defects on disk: the JSON document of `defects hunt`, written with --json or --out and read again by `defects
// compare`. What is read was written by anybody, so every number is checked, and what is wrong is said in one line.

using System.Text.Json;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Defects;

/// <summary>A finished hunt.</summary>
/// <param name="Corpus">What it began from, in words.</param>
/// <param name="Bound">Runs per defect and seed at most.</param>
/// <param name="Results">One per defect.</param>
internal sealed record DefectHuntRecord(string Corpus, ulong Bound, IReadOnlyList<DefectHuntResult> Results)
{
    /// <summary>Mode of the document.</summary>
    private const string Mode = "hunt";

    /// <summary>The command that wrote the document; null when it does not say.</summary>
    internal ProvenanceRecord? Provenance { get; private init; }

    /// <summary>Writes the document.</summary>
    /// <param name="output">Receives it.</param>
    internal void Write(TextWriter output)
    {
        using var document = new JsonDocumentWriter(output, "defects");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", Mode);
        json.WriteNumber("model", ScenarioRunner.ModelVersion);
        json.WriteString("corpus", Corpus);
        json.WriteNumber("runsAtMost", Bound);
        json.WriteStartArray("defects");
        foreach (DefectHuntResult each in Results)
        {
            json.WriteStartObject();
            json.WriteString("name", each.Name);
            json.WriteString("protocol", each.Protocol);
            json.WriteString("profile", each.Profile);
            each.Tally.WriteNumbers(json);
            each.Tally.WriteAttempts(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a document.</summary>
    /// <param name="path">Its file.</param>
    /// <returns>The hunt.</returns>
    /// <exception cref="CommandException">The file is missing or is no such document.</exception>
    internal static DefectHuntRecord Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(InputFile.ReadText(path));
            return Read(document.RootElement);
        }
        catch (JsonException failure)
        {
            throw CommandException.BadInput(path, failure.Message.TrimEnd('.'));
        }
        catch (Exception failure) when (failure is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw CommandException.BadInput(path, "this is no document that `defects hunt` has written");
        }
    }

    private static DefectHuntRecord Read(JsonElement root)
    {
        bool isHunt = root.GetProperty("command").GetString() == "defects" && root.GetProperty("mode").GetString() == Mode
            && root.GetProperty("version").GetInt32() == JsonDocumentWriter.Version;
        ulong bound = root.GetProperty("runsAtMost").GetUInt64();
        DefectHuntResult[] results =
            [.. root.GetProperty("defects").EnumerateArray().Select(each => ReadResult(each, bound))];
        bool hasEachOnce = results.Select(each => each.Name).Distinct().Count() == results.Length;
        return isHunt && hasEachOnce
            ? new DefectHuntRecord(root.GetProperty("corpus").GetString() ?? "", bound, results)
            {
                Provenance = ProvenanceRecord.Read(root),
            }
            : throw new FormatException();
    }

    private static DefectHuntResult ReadResult(JsonElement element, ulong bound)
    {
        HuntAttempt[] attempts = [.. element.GetProperty("attempts").EnumerateArray().Select(ReadAttempt)];
        bool isSound = attempts.Length > 0 && attempts.All(each => each.Runs >= 1 && each.Runs <= bound);
        return isSound
            ? new DefectHuntResult(
                Text(element, "name"), Text(element, "protocol"), Text(element, "profile"), new HuntTally(attempts, bound))
            : throw new FormatException();
    }

    private static HuntAttempt ReadAttempt(JsonElement element) => new()
    {
        Seed = element.GetProperty("seed").GetUInt64(),
        Runs = element.GetProperty("runs").GetUInt64(),
        IsFound = element.GetProperty("isFound").GetBoolean(),
    };

    private static string Text(JsonElement element, string property) =>
        element.GetProperty(property).GetString() ?? throw new FormatException();
}
