// Writes the folder of a finding: scenario before and after shrinking, trace, chart, recipe and, last, finding.json. Each file
// is written atomically and the document comes last, so a folder with a finding.json is complete, whenever the writer was
// killed. The folder is named after the violation, so that finding it again writes the same folder.

using System.Text;
using System.Text.Json;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Writes finding folders.</summary>
public static class FindingWriter
{
    /// <summary>The document's file name; it is written last.</summary>
    public const string DocumentName = "finding.json";

    /// <summary>The scenario's file name.</summary>
    public const string ScenarioName = "scenario.scn";

    /// <summary>File name of the scenario as it was before it was shrunk.</summary>
    public const string FoundName = "found.scn";

    private const int MaximumPlantedLength = 60;

    /// <summary>Writes a finding.</summary>
    /// <param name="directory">Directory of findings; created if needed.</param>
    /// <param name="finding">The finding, shrunk.</param>
    /// <param name="isTimeless">Whether the document says nothing of time and machine; a campaign's directory says that once for
    /// all of its findings.</param>
    /// <returns>The folder and the story.</returns>
    /// <exception cref="ToolBugException">The finding does not recur.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FindingFolder Write(string directory, RawFinding finding, bool isTimeless = false)
    {
        Story story = FindingReplay.Tell(finding);
        string folder = ChooseFolder(directory, finding);
        Directory.CreateDirectory(folder);
        WriteStory(folder, story, ScenarioText(finding), finding.File.Schedule.ToString(), finding.Defects);
        if (finding.Found is not null)
        {
            AtomicFile.Write(Path.Combine(folder, FoundName), finding.Found.Format());
        }

        WriteDocument(folder, finding, story, isTimeless);
        return new FindingFolder(folder, story);
    }

    /// <summary>Writes the files of a folder that tell a run, violation or not.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <param name="story">The run, with words.</param>
    /// <param name="scenario">Content of the scenario file.</param>
    /// <param name="schedule">Schedule line of the run.</param>
    /// <param name="defects">Defects that were on.</param>
    internal static void WriteStory(string folder, Story story, string scenario, string schedule, DefectSet defects)
    {
        void Put(string name, string content) => AtomicFile.Write(Path.Combine(folder, name), content);
        Put(ScenarioName, scenario);
        Put("trace.txt", TraceText.Write(story));
        Put("chart.svg", Chart.Write(story, schedule));
        Put("confirm.md", ConfirmText.Write(story, DefectNames.List(defects)));
    }

    /// <summary>Writes the document of a folder, whose other files are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="story">Its story.</param>
    /// <param name="isTimeless">Whether the document says nothing of time and machine.</param>
    internal static void WriteDocument(string folder, RawFinding finding, Story story, bool isTimeless = false)
    {
        string document = FindingDocument.Write(finding, story, isTimeless ? null : DateTimeOffset.UtcNow);
        AtomicFile.Write(Path.Combine(folder, DocumentName), document);
    }

    /// <summary>Short readable name of a finding's folder; planted defects are part of it, since what is found with them must not
    /// take the place of what is found without.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="digits">Hexadecimal digits of the signature's hash.</param>
    /// <returns>For instance <c>tristate-liveness-waitpid-3f2a</c>.</returns>
    public static string SlugOf(RawFinding finding, int digits)
    {
        Violation violation = finding.Violation;
        var text = new StringBuilder(ShortNameOf(finding.Protocol));
        text.Append('-').Append(Invariants.NameOf(violation.Invariant));
        if (violation.Kind != CallKind.None)
        {
            text.Append('-').Append(CallTable.Of(violation.Kind).Name);
        }

        text.Append('-').Append($"{ScenarioHash.Of(finding.Signature):x16}".AsSpan(0, digits));
        string planted = string.Join('-', DefectNames.List(finding.Defects));
        if (planted.Length > 0)
        {
            bool isShort = planted.Length <= MaximumPlantedLength;
            text.Append("-with-").Append(isShort ? planted : $"{ScenarioHash.Of(planted):x16}");
        }

        return text.ToString();
    }

    /// <summary>A protocol in the name of a file: all names of its repairs would be too long.</summary>
    internal static string ShortNameOf(IProtocol protocol) =>
        protocol == protocol.Origin ? protocol.Name : protocol.Origin.Name + "-repaired";

    private static string ChooseFolder(string directory, RawFinding finding)
    {
        const int shortDigits = 4;
        const int longDigits = 12;
        string folder = Path.Combine(directory, SlugOf(finding, shortDigits));
        string document = Path.Combine(folder, DocumentName);
        if (!File.Exists(document))
        {
            return folder;
        }

        (string signature, string cause) = IdentityIn(document);
        if (signature != finding.Signature)
        {
            return Path.Combine(directory, SlugOf(finding, longDigits));
        }

        // The same for the eye and due to something else: both are kept.
        bool isOther = finding.Cause is not null && cause.Length > 0 && cause != finding.Cause.ToString();
        return isOther ? $"{folder}-{finding.Cause!.ToString().Replace(' ', '-')}" : folder;
    }

    private static (string Signature, string Cause) IdentityIn(string document)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(File.ReadAllText(document));
            return (Text(parsed.RootElement, "signature"), Text(parsed.RootElement, "cause"));
        }
        catch (JsonException)
        {
            return ("", "");
        }

        static string Text(JsonElement root, string member) =>
            root.TryGetProperty(member, out JsonElement value) ? value.ToString() : "";
    }

    private static string ScenarioText(RawFinding finding)
    {
        var text = new StringBuilder();
        Violation violation = finding.Violation;
        text.Append("# Violates ").Append(Invariants.NameOf(violation.Invariant)).Append(": ");
        text.Append(Invariants.SentenceOf(violation.Invariant)).Append('\n');
        text.Append("# Signature: ").Append(finding.Signature).Append('\n');
        PlantedComment.Append(text, finding.Defects);

        return text.Append(finding.File.Format()).ToString();
    }
}

/// <summary>A written finding.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Story">Its story, with words.</param>
public sealed record FindingFolder(string Path, Story Story);
