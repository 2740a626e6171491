// `run --strategy every-step`: tries every schedule with at most one deviation and says how many there were, which violations
// they showed, how often each, and the first schedule line of each, ready for --schedule. Known findings are marked as such;
// they violate all the same.

using System.Text.Json;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Running;

/// <summary>Sweeps a scenario for `run`.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class EveryStepMode(CommandContext context)
{
    /// <summary>Name of the mode among the strategies.</summary>
    internal const string Name = "every-step";

    private readonly KnownFindings known = CorpusLocation.LoadKnown();

    /// <summary>Sweeps and prints.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="printsTrace">Whether the first violation, or else the default run, is told step by step.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(ScenarioRunner runner, Scenario scenario, DefectSet defects, bool printsTrace, bool asJson)
    {
        SweepReport report = StepSweep.Run(runner, scenario, defects, context.Stop);
        if (asJson)
        {
            WriteJson(runner, report);
        }
        else
        {
            PrintTrace(runner, scenario, defects, report, printsTrace);
            Print(runner, report);
        }

        if (report.Violations.Count > 0)
        {
            return CommandExit.Findings;
        }

        if (report.IsInterrupted && asJson)
        {
            context.Error.WriteLine("interrupted before the last schedule");
        }

        return report.IsInterrupted ? CommandExit.Interrupted : CommandExit.Clean;
    }

    private void PrintTrace(
        ScenarioRunner runner, Scenario scenario, DefectSet defects, SweepReport report, bool printsTrace)
    {
        if (!printsTrace)
        {
            return;
        }

        Schedule shown = report.Violations.Count > 0 ? report.Violations[0].First : new Schedule();
        context.Output.Write(TraceText.Write(FindingReplay.Tell(runner, scenario, shown, defects)));
        context.Output.WriteLine();
    }

    private void Print(ScenarioRunner runner, SweepReport report)
    {
        foreach (SweptViolation violation in report.Violations)
        {
            context.Output.WriteLine($"{Plural.Of((long)violation.Count, "schedule")}: {violation.Signature}");
            if (Find(runner, violation) is { } entry)
            {
                context.Output.WriteLine($"  known: {violation.Cause}: {entry.Reason}");
            }

            context.Output.WriteLine("  " + violation.FirstLine);
        }

        SearchTotals totals = report.Totals;
        string state = report.Violations.Count == 0 ? "clean" : $"violated by {report.Violated}";
        string end = report.IsInterrupted ? "; interrupted before the last one"
            : report.IsComplete ? ", all with at most one deviation" : "; the default run is too long, so not all were tried";
        context.Output.WriteLine(
            $"{state}: {Plural.Of((long)totals.Runs, "schedule")}{end}; {totals.ToText()}");
    }

    private void WriteJson(ScenarioRunner runner, SweepReport report)
    {
        using var document = new JsonDocumentWriter(context.Output, "run");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", Name);
        json.WriteString("protocol", runner.System.Protocol.Name);
        json.WriteString("profile", Profiles.NameOf(runner.System.Profile));
        json.WriteNumber("schedules", report.Totals.Runs);
        json.WriteBoolean("isComplete", report.IsComplete);
        json.WriteNumber("violated", report.Violated);
        json.WriteStartArray("violations");
        foreach (SweptViolation violation in report.Violations)
        {
            json.WriteStartObject();
            json.WriteString("signature", violation.Signature);
            json.WriteString("invariant", Invariants.NameOf(violation.Violation.Invariant));
            json.WriteNumber("schedules", violation.Count);
            json.WriteString("cause", violation.Cause.ToString());
            json.WriteBoolean("isKnown", Find(runner, violation) is not null);
            json.WriteString("first", violation.FirstLine);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("totals");
        json.WriteNumber("runs", report.Totals.Runs);
        json.WriteNumber("calls", report.Totals.Calls);
        json.WriteNumber("steps", report.Totals.Steps);
        json.WriteNumber("decisions", report.Totals.Decisions);
        json.WriteEndObject();
    }

    private KnownFinding? Find(ScenarioRunner runner, SweptViolation violation) => known.Find(
        runner.System.Protocol.Origin.Name, violation.Cause, DateOnly.FromDateTime(DateTime.UtcNow));
}
