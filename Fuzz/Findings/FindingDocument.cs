// finding.json: what a machine wants to know of a finding. Fields come in a fixed order and are functions of the finding;
// only the objects "found" and "provenance" say when, where and from which commit, so whoever compares two documents leaves
// them out.

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Writes findings as JSON.</summary>
public static class FindingDocument
{
    /// <summary>Version of the document's format.</summary>
    public const int Version = 1;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="story">Its story.</param>
    /// <param name="foundAt">When it was found; null leaves out when, where and from which commit, so that equal findings have
    /// equal documents.</param>
    /// <returns>The document.</returns>
    public static string Write(RawFinding finding, Story story, DateTimeOffset? foundAt)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            WriteStable(json, finding, story);
            if (foundAt is { } time)
            {
                json.WriteStartObject("found");
                json.WriteString("time", time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                json.WriteString("commit", Provenance.Commit);
                json.WriteEndObject();
                Provenance.Write(json, ScenarioRunner.ModelVersion);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>Writes the fields that follow from the finding alone.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="finding">The finding.</param>
    /// <param name="story">Its story.</param>
    public static void WriteStable(Utf8JsonWriter json, RawFinding finding, Story story)
    {
        Violation violation = finding.Violation;
        Scenario scenario = finding.File.Scenario;
        json.WriteNumber("version", Version);
        json.WriteString("signature", finding.Signature);
        json.WriteString("cause", finding.Cause?.ToString());
        json.WriteString("invariant", Invariants.NameOf(violation.Invariant));
        json.WriteString("sentence", Invariants.SentenceOf(violation.Invariant));
        json.WriteString("protocol", finding.Protocol.Name);
        json.WriteString("profile", Profiles.NameOf(finding.Profile));
        json.WriteString("judged", finding.JudgesAllCalls ? "all" : "wired");
        json.WriteString("call", violation.Call < 0 ? "" : ScenarioFormatter.FormatCall(scenario, violation.Call));
        json.WriteString("panic", violation.Panic == PanicCode.None ? "" : violation.Panic.ToString());
        WriteBaseline(json, story);
        WritePlace(json, story);
        WriteDeciding(json, story);
        WriteShrinking(json, finding.Effort);
        json.WriteNumber("calls", scenario.CallCount);
        json.WriteNumber("deviations", finding.File.Schedule.Count);
        json.WriteNumber("steps", story.Result.Steps);
        json.WriteNumber("decisions", story.Result.Decisions);
        json.WriteString("scenario", ScenarioFormatter.Format(scenario));
        json.WriteString("schedule", finding.File.Schedule.ToString());
        json.WriteString("traceHash", story.Result.TraceHash.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteStartArray("defects");
        foreach (string name in DefectNames.List(finding.Defects))
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteNumber("modelVersion", ScenarioRunner.ModelVersion);
        json.WriteNumber("runIndex", finding.RunIndex);
    }

    /// <summary>Writes the steps whose order decides; checked by swapping them.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="story">The story.</param>
    public static void WriteDeciding(Utf8JsonWriter json, Story story)
    {
        json.WriteStartArray("deciding");
        foreach (DecidingPair pair in story.Deciding)
        {
            json.WriteStartObject();
            json.WriteString("sentence", pair.ToSentence(story));
            json.WriteNumber("first", pair.First.Step);
            json.WriteNumber("second", pair.Second.Step);
            json.WriteString("swapped", pair.Outcome);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes whether the expectations are true of the baseline; null when none of them is what is violated.</summary>
    private static void WriteBaseline(Utf8JsonWriter json, Story story)
    {
        string? word = story.Baseline switch
        {
            BaselineVerdict.Holds => "holds",
            BaselineVerdict.FailsInSomeOrder => "failsInSomeOrder",
            BaselineVerdict.FailsByDefault => "failsByDefault",
            _ => null,
        };
        json.WriteString("baseline", word);
    }

    private static void WriteShrinking(Utf8JsonWriter json, ShrinkEffort? effort)
    {
        if (effort is not { } known)
        {
            json.WriteNull("shrinking");
            return;
        }

        json.WriteStartObject("shrinking");
        WriteSize(json, "before", known.Before);
        WriteSize(json, "after", known.After);
        json.WriteNumber("candidates", known.Candidates);
        json.WriteNumber("runs", known.Runs);
        json.WriteNumber("memoHits", known.MemoHits);
        json.WriteBoolean("endedEarly", known.HasEndedEarly);
        json.WriteEndObject();
    }

    /// <summary>Writes a size as an object.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="name">Name of the field.</param>
    /// <param name="size">The size.</param>
    public static void WriteSize(Utf8JsonWriter json, string name, in ShrinkMeasure size)
    {
        json.WriteStartObject(name);
        json.WriteNumber("calls", size.Calls);
        json.WriteNumber("parties", size.Parties);
        json.WriteNumber("signals", size.Signals);
        json.WriteNumber("deviations", size.Deviations);
        json.WriteNumber("arguments", size.Arguments);
        json.WriteNumber("ticks", size.Ticks);
        json.WriteEndObject();
    }

    /// <summary>Writes the violating step as an object; null when nothing is violated.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="story">The story.</param>
    public static void WritePlace(Utf8JsonWriter json, Story story)
    {
        if (ViolationPlace.Of(story) is not { } place)
        {
            json.WriteNull("place");
            return;
        }

        json.WriteStartObject("place");
        json.WriteNumber("step", place.Step);
        json.WriteString("party", place.Party);
        json.WriteString("project", place.Source.Project);
        json.WriteString("file", place.Source.File);
        json.WriteString("function", place.Source.Function);
        json.WriteString("before", place.Source.Before);
        json.WriteString("noticed", place.IsAtIdle ? "idle" : "step");
        json.WriteEndObject();
    }
}
