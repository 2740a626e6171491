// Whether a corpus is in order: every file is a scenario, is laid out as `run --format` lays it out, comes back from its bytes,
// and no other file has the same scenario. Whatever is not so is a line that begins with the file and a line of it. Nothing is
// changed. One file is in memory at a time, and of those before it a hash and a name.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Checks corpora.</summary>
internal sealed class CorpusCheck
{
    private readonly ScenarioParser parser = new();
    private readonly Dictionary<ulong, string> files = [];
    private readonly byte[] bytes = new byte[ScenarioCodec.MaximumLength];

    /// <summary>Finds what is wrong with a file.</summary>
    /// <param name="path">The file; each is given once.</param>
    /// <returns>A line for each problem.</returns>
    internal IEnumerable<string> Problems(string path)
    {
        ScenarioSource source = ScenarioSource.Read(parser, path);
        if (!source.IsValid)
        {
            foreach (ScenarioError error in source.Errors)
            {
                yield return error.Line == 0 ? $"{path}:1:1: {error.Message}" : error.ToString();
            }

            yield break;
        }

        if (!SourceFormatter.TryFormat(source, out string formatted, out ScenarioError? mistake))
        {
            yield return mistake!.ToString();
        }
        else if (source.HasMark || formatted != source.Text)
        {
            int line = source.HasMark ? 1 : FirstDifference(source.Text, formatted);
            yield return $"{path}:{line}:1: this is not laid out as `run --format --write` would do it";
        }

        Scenario scenario = source.File.Scenario;
        if (!SurvivesBytes(scenario))
        {
            yield return $"{path}:1:1: the scenario does not come back from its bytes";
        }

        if (!files.TryAdd(ScenarioHash.Of(scenario), path))
        {
            yield return $"{path}:1:1: the scenario is that of {files[ScenarioHash.Of(scenario)]}";
        }
    }

    private static int FirstDifference(string text, string formatted)
    {
        string[] lines = text.Split('\n');
        string[] wanted = formatted.Split('\n');
        int line = 0;
        while (line < lines.Length - 1 && line < wanted.Length && lines[line] == wanted[line])
        {
            line++;
        }

        return line + 1;
    }

    /// <summary>Bytes hold no names, so what comes back has the standard ones.</summary>
    private bool SurvivesBytes(Scenario scenario)
    {
        if (!ScenarioOrder.IsNormal(scenario))
        {
            return false;
        }

        var schedule = new Schedule();
        var again = new Scenario();
        int length = ScenarioCodec.Encode(scenario, schedule, bytes);
        ScenarioCodec.Decode(bytes.AsSpan(0, length), again, schedule);
        var expected = new Scenario();
        expected.CopyFrom(scenario);
        StandardNames.Apply(expected);
        return again.ContentEquals(expected);
    }
}
