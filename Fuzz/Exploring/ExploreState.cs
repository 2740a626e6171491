// The path of a search that was stopped, as text: one line per choice. Together with the scenario it is all that the search
// needs to go on, because runs repeat. Format: a header with the counts, then `party enabled lazy default backtrack done sleep`
// and, for each party that was tried or sleeps, `party:access,access,...`, all in hexadecimal. The
// last line is a sum over the others: a path that was changed could hide what is left to do.

using System.Globalization;
using System.Text;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>A stopped search.</summary>
/// <param name="Traces">Interleavings so far.</param>
/// <param name="Blocked">Runs given up so far.</param>
/// <param name="IdleRuns">Runs with late time so far.</param>
/// <param name="Steps">Steps so far.</param>
/// <param name="Decisions">Decisions so far.</param>
/// <param name="LongestRun">Transitions of the longest run so far.</param>
/// <param name="Parties">Most parties so far.</param>
internal sealed record ExploreState(
    long Traces, long Blocked, long IdleRuns, long Steps, long Decisions, long LongestRun, long Parties)
{
    private const string Magic = "exploration 1";

    /// <summary>The path.</summary>
    internal List<ExploreNode> Path { get; } = [];

    /// <summary>Runs that the bound counts.</summary>
    internal long Visited => Traces + Blocked;

    /// <summary>Writes the state.</summary>
    /// <param name="subject">What is explored; a state of something else is refused.</param>
    internal string Write(string subject)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Magic} {subject} {Traces} {Blocked} {IdleRuns} {Steps} {Decisions} {LongestRun} {Parties}\n");
        foreach (ExploreNode node in Path)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{node.Party:x} {node.Enabled:x} {node.Lazy:x} {node.Default:x} ");
            text.Append(CultureInfo.InvariantCulture, $"{node.Backtrack:x} {node.Done:x} {node.Sleep:x}");
            for (int party = 0; party < Scheduler.MaxParties; party++)
            {
                if (((node.Done | node.Sleep) >> party & 1) != 0)
                {
                    IEnumerable<string> words = node.FootprintOf(party).Select(
                        static word => word.ToString("x", CultureInfo.InvariantCulture));
                    text.Append(CultureInfo.InvariantCulture, $" {party:x}:{string.Join(',', words)}");
                }
            }

            text.Append('\n');
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Sum(text.ToString())}\n").ToString();
    }

    /// <summary>Reads a state.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="subject">What is explored now.</param>
    /// <returns>The state, or null when it is damaged or of something else.</returns>
    internal static ExploreState? Read(string text, string subject)
    {
        int last = text.TrimEnd('\n').LastIndexOf('\n') + 1;
        if (text[last..].TrimEnd('\n') != Sum(text[..last]))
        {
            return null;
        }

        string[] lines = text[..last].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] head = lines.Length == 0 ? [] : lines[0].Split(' ');
        if (head.Length != 10 || $"{head[0]} {head[1]}" != Magic || head[2] != subject)
        {
            return null;
        }

        try
        {
            long[] counts = [.. head.Skip(3).Select(static word => long.Parse(word, CultureInfo.InvariantCulture))];
            var state = new ExploreState(
                counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]);
            state.Path.AddRange(lines.Skip(1).Select(ReadNode));
            return state;
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static string Sum(string text) => $"sum {ScenarioHash.Of(text):x16}";

    private static ExploreNode ReadNode(string line)
    {
        string[] words = line.Split(' ');
        var node = new ExploreNode
        {
            Party = (int)Hex(words[0]),
            Enabled = Hex(words[1]),
            Lazy = Hex(words[2]),
            Default = (int)Hex(words[3]),
            Backtrack = Hex(words[4]),
            Done = Hex(words[5]),
            Sleep = Hex(words[6]),
        };
        foreach (string footprint in words.Skip(7))
        {
            string[] parts = footprint.Split(':');
            node.Remember((int)(Hex(parts[0]) % Scheduler.MaxParties), [.. parts[1].Split(',').Select(Hex)]);
        }

        return node;
    }

    private static uint Hex(string word) => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
