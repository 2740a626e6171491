// What the repair of each window does, by running: the window's own schedule with it, drawn schedules of its scenario with all
// repairs of its protocol, and with all but its own. Where another repair hides the window, the least set that does is left out,
// too, and said.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Windows;

/// <summary>One row of the matrix of repairs.</summary>
/// <param name="Window">The entry of the bank.</param>
/// <param name="IsMarked">Whether its own run, unrepaired, carries its mark.</param>
/// <param name="ClosedBy">What closes it under its own schedule: nothing but its repair, or a second one that is named; null when
/// nothing does.</param>
/// <param name="RunsOfAll">Runs with all repairs.</param>
/// <param name="FoundWithAll">How many of them show the violation.</param>
/// <param name="FoundWithout">Run that finds it with all repairs but its own; 0 for none.</param>
/// <param name="IsMarkedWithout">Whether that run carries the mark.</param>
/// <param name="HiddenBy">Name of the one repair behind which it is, or nothing.</param>
internal sealed record RepairRow(
    KnownWindow Window,
    bool IsMarked,
    string? ClosedBy,
    ulong RunsOfAll,
    ulong FoundWithAll,
    ulong FoundWithout,
    bool IsMarkedWithout,
    string HiddenBy)
{
    private const ulong MostRuns = 40_000;
    private const ulong CleanRuns = 5_000;
    private const ulong LeastRuns = 500;

    /// <summary>Makes the row of an entry with harm whose window has a repair.</summary>
    internal static RepairRow Of(KnownWindow window)
    {
        IProtocol protocol = window.Protocol;
        Repairs all = protocol.Windows;
        Violation own = Replay(window, Repairs.None, out bool isMarked);
        string? closedBy = "";
        for (int i = -1; closedBy is not null; i++)
        {
            if (i == RepairCatalog.Entries.Length)
            {
                closedBy = null;
                break;
            }

            NamedRepair second = i < 0 ? default : RepairCatalog.Entries[i];
            bool isOf = (all & second.Repairs) == second.Repairs;
            if (isOf && !Is(own, Replay(window, window.Repair | second.Repairs, out _)))
            {
                closedBy = second.Name ?? "";
                break;
            }
        }

        string hiddenBy = "";
        (ulong found, bool marked) = Search(window, own, all & ~window.Repair, MostRuns);
        for (int i = 0; found == 0 && i < RepairCatalog.Entries.Length; i++)
        {
            NamedRepair other = RepairCatalog.Entries[i];
            if ((all & other.Repairs) == other.Repairs && other.Repairs != window.Repair)
            {
                (found, marked) = Search(window, own, all & ~window.Repair & ~other.Repairs, LeastRuns);
                hiddenBy = found == 0 ? "" : other.Name;
            }
        }

        ulong runs = Math.Clamp(found * 10, LeastRuns, CleanRuns);
        return new RepairRow(window, isMarked, closedBy, runs, Count(window, own, all, runs), found, marked, hiddenBy);
    }

    /// <summary>The row as the page has it.</summary>
    internal string Line() =>
        $"| {Window.Window} | {Window.Protocol.Name} | {Window.Verdict} | {(IsMarked ? "yes" : "no")} "
        + $"| {(ClosedBy is null ? "shows it" : ClosedBy.Length == 0 ? "clean" : $"clean with {ClosedBy}")} "
        + $"| {FoundWithAll} of {RunsOfAll} "
        + $"| {(FoundWithout == 0 ? "not found" : $"run {FoundWithout}{(IsMarkedWithout ? "" : ", not marked")}")}"
        + $"{(HiddenBy.Length == 0 ? "" : $", without {HiddenBy}")} | `{Window.Name}` |";

    private static ScenarioRunner Make(KnownWindow window, Repairs repairs)
    {
        IProtocol protocol = repairs == Repairs.None ? window.Protocol : new Repaired(window.Protocol, repairs);
        var runner = new ScenarioRunner(protocol, window.Profile);
        runner.System.JudgesAllCalls = window.JudgesAllCalls;
        return runner;
    }

    private static bool Is(in Violation own, in Violation other) =>
        own.Invariant == other.Invariant && own.Kind == other.Kind;

    private static Violation Replay(KnownWindow window, Repairs repairs, out bool isMarked)
    {
        using ScenarioRunner runner = Make(window, repairs);
        var schedule = new Schedule();
        FindingReplay.Resolve(runner.System, window.File, schedule);
        var replay = new Replay();
        replay.Load(schedule, isStrict: false);
        Violation violation = runner.Run(window.File.Scenario, replay, window.Defects).Violation;
        replay.Finish();
        isMarked = (runner.System.Marks.Seen & window.Repair) != 0;
        return violation;
    }

    private static (ulong Run, bool IsMarked) Search(KnownWindow window, Violation own, Repairs repairs, ulong runs)
    {
        using ScenarioRunner runner = Make(window, repairs);
        var walk = new RandomWalk();
        for (ulong run = 0; run < runs; run++)
        {
            walk.Seed(run + 1, (uint)(run % 5));
            Violation violation = runner.Run(window.File.Scenario, walk, window.Defects).Violation;
            if (Is(own, violation))
            {
                return (run + 1, (runner.System.Marks.Seen & window.Repair) != 0);
            }
        }

        return (0, false);
    }

    private static ulong Count(KnownWindow window, Violation own, Repairs repairs, ulong runs)
    {
        using ScenarioRunner runner = Make(window, repairs);
        var walk = new RandomWalk();
        ulong found = 0;
        for (ulong run = 0; run < runs; run++)
        {
            walk.Seed(run + 1, (uint)(run % 5));
            found += Is(own, runner.Run(window.File.Scenario, walk, window.Defects).Violation) ? 1UL : 0;
        }

        return found;
    }
}
