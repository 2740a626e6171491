// `run --strategy every-step`: tries every schedule with at most one deviation and says how many there were, which violations
// they showed, how often each, and the first schedule line of each, ready for --schedule. Known findings are marked as such;
// they violate all the same.

using System.Text.Json;
using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Sweeps a scenario for `run`.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class EveryStepMode(CommandContext context)
{
    /// <summary>Name of the mode among the strategies.</summary>
    internal const string Name = "every-step";

    private readonly KnownFindings known = CorpusLocation.LoadKnown();

    /// <summary>Sweeps and prints.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="program">The scenario.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="printsTrace">Whether the first violation, or else the default run, is told step by step.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(ScenarioRunner runner, Program program, DefectSet defects, bool printsTrace, bool asJson)
    {
        SweepReport report = StepSweep.Run(runner, program, defects, context.Stop);
        if (asJson)
        {
            WriteJson(runner, report);
        }
        else
        {
            PrintTrace(runner, program, defects, report, printsTrace);
            Print(report);
        }

        if (report.Faults.Count > 0)
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
        ScenarioRunner runner, Program program, DefectSet defects, SweepReport report, bool printsTrace)
    {
        if (!printsTrace)
        {
            return;
        }

        Schedule shown = report.Faults.Count > 0 ? report.Faults[0].First : new Schedule();
        context.Output.Write(TraceText.Write(FindingReplay.Tell(runner, program, shown, defects)));
        context.Output.WriteLine();
    }

    private void Print(SweepReport report)
    {
        foreach (SweepFault fault in report.Faults)
        {
            context.Output.WriteLine($"{Plural.Of((long)fault.Count, "schedule")}: {fault.Signature}");
            if (Find(fault) is { } entry)
            {
                context.Output.WriteLine($"  known: {entry.Reason}");
            }

            context.Output.WriteLine("  " + fault.FirstLine);
        }

        SearchTotals totals = report.Totals;
        string state = report.Faults.Count == 0 ? "clean" : $"violated by {report.Violated}";
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
        foreach (SweepFault fault in report.Faults)
        {
            json.WriteStartObject();
            json.WriteString("signature", fault.Signature);
            json.WriteString("invariant", Invariants.NameOf(fault.Violation.Invariant));
            json.WriteNumber("schedules", fault.Count);
            json.WriteBoolean("isKnown", Find(fault) is not null);
            json.WriteString("first", fault.FirstLine);
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

    private KnownFinding? Find(SweepFault fault) => known.Find(fault.Signature, DateOnly.FromDateTime(DateTime.UtcNow));
}
