// The JSON document of `compare`: both runs with their events, counts and results, and the rows in which the events stand side
// by side, by their positions; a row with an empty side is an event of one protocol alone.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Comparing;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Comparing;

/// <summary>Writes a comparison as JSON.</summary>
internal static class CompareDocument
{
    /// <summary>What is compared in numbers, with its name in the table.</summary>
    internal static readonly (string Name, Func<Story, uint> Count)[] Counts =
    [
        ("kernel entries by threads", story => story.Result.Counters.UserEntries),
        ("of these supercalls", story => story.Result.Counters.SuperCalls),
        ("kernel entries by servers", story => story.Result.Counters.ServerEntries),
        ("messages", story => story.Result.Counters.Messages),
        ("completions", story => story.Result.Counters.Completions),
        ("steps", story => story.Result.Steps),
        ("decisions", story => story.Result.Decisions),
    ];

    private static readonly string[] Properties =
        ["userEntries", "supercalls", "serverEntries", "messages", "completions", "steps", "decisions"];

    /// <summary>What became of a call: its results in order, since the body of a handler may run often.</summary>
    /// <param name="story">The story.</param>
    /// <param name="call">Number of the call.</param>
    internal static string ResultOf(Story story, int call)
    {
        var results = new List<string>();
        foreach (StoryNote note in story.Events.SelectMany(each => each.Notes))
        {
            if (note.Kind == NoteKind.CallEnd && note.First == call)
            {
                results.Add(StoryWords.ResultText(story.Scenario, note.Second));
            }
        }

        results.AddRange(story.Unfinished.Where(each => each.Call == call).Select(_ => "blocked"));
        return results.Count == 0 ? "not made" : string.Join(", ", results);
    }

    internal static void Write(TextWriter output, ComparedRun left, ComparedRun right, IReadOnlyList<AlignedRow> rows)
    {
        using var document = new JsonDocumentWriter(output, "compare");
        Utf8JsonWriter json = document.Json;
        json.WriteString("scenario", ScenarioFormatter.Format(left.Story.Scenario));
        json.WriteStartArray("runs");
        WriteRun(json, left);
        WriteRun(json, right);
        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (AlignedRow row in rows)
        {
            json.WriteStartObject();
            WriteIndex(json, "left", row.Left);
            WriteIndex(json, "right", row.Right);
            json.WriteBoolean("isSame", row.IsSame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIndex(Utf8JsonWriter json, string property, StoryEvent? each)
    {
        if (each is null)
        {
            json.WriteNull(property);
        }
        else
        {
            json.WriteNumber(property, each.Index);
        }
    }

    private static void WriteRun(Utf8JsonWriter json, ComparedRun run)
    {
        Story story = run.Story;
        json.WriteStartObject();
        json.WriteString("protocol", story.Protocol.Name);
        json.WriteString("profile", Profiles.NameOf(story.Profile));
        json.WriteString("schedule", run.ScheduleLine);
        json.WriteNumber("deviationsAsked", run.Asked);
        json.WriteNumber("deviationsTaken", run.Taken);
        json.WriteString("invariant", Invariants.NameOf(story.Violation.Invariant));
        json.WriteString("traceHash", story.Result.TraceHash.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteStartObject("costs");
        for (int i = 0; i < Counts.Length; i++)
        {
            json.WriteNumber(Properties[i], Counts[i].Count(story));
        }

        json.WriteEndObject();
        json.WriteStartArray("results");
        for (int call = 0; call < story.Scenario.CallCount; call++)
        {
            json.WriteStartObject();
            json.WriteString("call", ScenarioFormatter.FormatCall(story.Scenario, call));
            json.WriteString("result", ResultOf(story, call));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("events");
        foreach (StoryEvent each in story.Events)
        {
            json.WriteStartObject();
            json.WriteNumber("step", each.Step);
            json.WriteString("party", story.Parties[each.Party].Name);
            json.WriteBoolean("isRoutine", each.IsRoutine);
            json.WriteString("text", string.Join("; ", each.Lines));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
