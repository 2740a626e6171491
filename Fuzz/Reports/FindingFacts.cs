// What a report says of a finding, read from its `finding.json` and nothing else. No run is made for it: a report of a night that
// an older model made is as good as one of today's, and a hundred findings cost no more than reading a hundred files.

using System.Text.Json;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Reports;

/// <summary>Facts of a finding.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Signature">Its signature.</param>
/// <param name="Invariant">Name of the invariant that is violated.</param>
/// <param name="Sentence">What that means.</param>
/// <param name="Protocol">Protocol that was run, with its repairs.</param>
/// <param name="Call">The call concerned; may be empty.</param>
/// <param name="Scenario">The scenario.</param>
/// <param name="Schedule">Its schedule line.</param>
/// <param name="Deciding">Which order decides, a sentence each.</param>
public sealed record FindingFacts(
    string Folder, string Signature, string Invariant, string Sentence, string Protocol, string Call, string Scenario,
    string Schedule, IReadOnlyList<string> Deciding)
{
    /// <summary>The command that tells the finding again.</summary>
    public string Replay => $"dotnet run -c Release --project Fuzz -- run {Shell(Folder)}";

    /// <summary>Path of its scenario.</summary>
    public string ScenarioPath => Path.Combine(Folder, FindingWriter.ScenarioName);

    /// <summary>What is violated, in which scenario, under which schedule, and what decides.</summary>
    public IEnumerable<string> Digest()
    {
        yield return $"VIOLATED under {Protocol}: {Invariant}{(Call.Length == 0 ? "" : $" of {Call}")}";
        yield return "  " + Sentence;
        yield return "";
        foreach (string line in Scenario.TrimEnd('\n').Split('\n'))
        {
            yield return "  " + line;
        }

        yield return "  " + Schedule;
        foreach (string sentence in Deciding)
        {
            yield return "  " + sentence;
        }
    }

    /// <summary>Reads a finding.</summary>
    /// <param name="folder">Its folder.</param>
    /// <returns>The facts.</returns>
    /// <exception cref="CorpusException">Its document is missing or damaged; the message names it.</exception>
    public static FindingFacts Read(string folder)
    {
        string path = Path.Combine(folder, FindingWriter.DocumentName);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return Read(folder, document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CorpusException($"{path}: this is no document of a finding: {exception.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"{path}: {exception.Message.TrimEnd('.')}");
        }
    }

    private static FindingFacts Read(string folder, JsonElement root) => new(
        folder, TextOf(root, "signature"), TextOf(root, "invariant"), TextOf(root, "sentence"), TextOf(root, "protocol"),
        TextOf(root, "call"), TextOf(root, "scenario"), TextOf(root, "schedule"),
        [.. root.GetProperty("deciding").EnumerateArray().Select(static each => TextOf(each, "sentence"))]);

    private static string TextOf(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    /// <summary>A path as a shell takes it.</summary>
    private static string Shell(string path) =>
        path.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or '+' or '\\' or ':')
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
