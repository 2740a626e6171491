// Checks independently of the shrinker that a finding is as small as it claims: every single deletion is run again, and none may
// show the violation. The bound of each search: the finding's schedule, leniently; every schedule with at most one deviation,
// enumerated here by choosing at each decision of the default run; and, for findings with more, three hundred random schedules
// with as many. What still shows the violation is named. It shares no code with the reductions. As in the shrinker, an `allowed`
// violation counts only where the baseline takes the expectations no worse than those of the finding.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Checks that findings are minimal.</summary>
public sealed class MinimalityCheck
{
    private const int RandomRuns = 300;

    private readonly ScenarioRunner runner;
    private readonly DefectSet defects;
    private readonly Violation target;
    private readonly BaselineCheck? baseline;
    private readonly BaselineVerdict standing;
    private int runs;

    private MinimalityCheck(
        ScenarioRunner runner, DefectSet defects, in Violation target, BaselineCheck? baseline, BaselineVerdict standing)
    {
        this.runner = runner;
        this.defects = defects;
        this.target = target;
        this.baseline = baseline;
        this.standing = standing;
    }

    /// <summary>Checks a finding.</summary>
    /// <param name="runner">Runner of its protocol and profile.</param>
    /// <param name="scenario">Its scenario.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>What it could do without.</returns>
    public static MinimalityReport Of(ScenarioRunner runner, Scenario scenario, Schedule schedule, DefectSet defects)
    {
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        RunResult result = runner.Run(scenario, replay, defects);
        replay.Finish();
        if (result.Violation.IsNone || replay.DivergedAt >= 0)
        {
            return new MinimalityReport(IsViolated: false, 0, 0, []);
        }

        using BaselineCheck? baseline = BaselineCheck.For(runner, result.Violation);
        BaselineVerdict standing = baseline?.Judge(scenario) ?? BaselineVerdict.NotAsked;
        var check = new MinimalityCheck(runner, defects, result.Violation, baseline, standing);
        var names = new ShortName[Scheduler.MaxParties];
        names = names[..runner.System.Parties.List(scenario, names)];
        IReadOnlyList<Deletion> deletions = DeletionList.Of(scenario, schedule.Count);
        var surviving = new List<string>();
        foreach (Deletion deletion in deletions)
        {
            if (check.IsShown(deletion, schedule, names) && check.IsSound(deletion))
            {
                surviving.Add(deletion.What);
            }
        }

        return new MinimalityReport(IsViolated: true, deletions.Count, check.runs, surviving);
    }

    private bool IsSound(Deletion deletion)
    {
        if (baseline is null)
        {
            return true;
        }

        BaselineVerdict verdict = baseline.Judge(deletion.Scenario);
        runs += baseline.Runs;
        return verdict <= standing;
    }

    private bool IsShown(Deletion deletion, Schedule schedule, ShortName[] names)
    {
        var replay = new Replay();
        replay.Load(Translate(deletion.Scenario, schedule, names), isStrict: false);
        var choice = new OneChoice();
        if (Shows(deletion, replay) || Shows(deletion, choice))
        {
            return true;
        }

        IReadOnlyList<(int Decision, int Party)> choices = [.. choice.Alternatives];
        foreach ((int decision, int party) in deletion.Deviations > 0 ? choices : [])
        {
            choice.Choose(decision, party);
            if (Shows(deletion, choice))
            {
                return true;
            }
        }

        return deletion.Deviations > 1 && IsShownRandomly(deletion);
    }

    private bool IsShownRandomly(Deletion deletion)
    {
        var random = new DelayBounded();
        runner.Run(deletion.Scenario, NonPreemptive.Instance, defects);
        uint steps = runner.System.World.Scheduler.Steps;
        for (int run = 0; run < RandomRuns; run++)
        {
            random.Seed(Prng.Derive(0xc4ec, (ulong)run), Math.Min(deletion.Deviations, 4), steps);
            if (Shows(deletion, random))
            {
                return true;
            }
        }

        return false;
    }

    private bool Shows(Deletion deletion, IScheduleStrategy strategy)
    {
        runs++;
        Violation violation = runner.Run(deletion.Scenario, strategy, defects).Violation;
        return violation.IsSameKind(target) && runner.Recorded.Count <= deletion.Deviations;
    }

    private Schedule Translate(Scenario scenario, Schedule schedule, ShortName[] names)
    {
        var own = new ShortName[Scheduler.MaxParties];
        own = own[..runner.System.Parties.List(scenario, own)];
        var translated = new Schedule();
        foreach (Deviation deviation in schedule.Deviations)
        {
            int party = Array.IndexOf(own, names[deviation.Party]);
            int next = Array.IndexOf(own, names[deviation.Next]);
            if (party >= 0 && next >= 0)
            {
                translated.Add(new Deviation((byte)party, (byte)next, deviation.Point));
            }
        }

        return translated;
    }

    /// <summary>The default order, except at one decision; notes what else could have been chosen.</summary>
    private sealed class OneChoice : IScheduleStrategy
    {
        private int number;
        private int chosenDecision = -1;
        private int chosenParty;

        internal List<(int Decision, int Party)> Alternatives { get; } = [];

        internal void Choose(int decision, int party) => (chosenDecision, chosenParty) = (decision, party);

        public void Begin(int partyCount) => number = 0;

        public int Next(in Decision decision)
        {
            int current = number++;
            for (uint rest = chosenDecision < 0 ? decision.EnabledMask : 0; rest != 0; rest &= rest - 1)
            {
                int party = BitOperations.TrailingZeroCount(rest);
                if (party != decision.Default)
                {
                    Alternatives.Add((current, party));
                }
            }

            return current == chosenDecision ? chosenParty : decision.Default;
        }
    }
}

// What a check of minimality has seen. It counts what was tried, so that nothing is called minimal of which nothing was tried.
/// <summary>Whether a finding is minimal.</summary>
/// <param name="IsViolated">Whether its schedule applies and shows a violation at all.</param>
/// <param name="Deletions">Single deletions that were tried.</param>
/// <param name="Runs">Runs that this took.</param>
/// <param name="Surviving">Deletions that still show the violation, in words.</param>
public sealed record MinimalityReport(bool IsViolated, int Deletions, int Runs, IReadOnlyList<string> Surviving)
{
    /// <summary>Whether every single deletion loses the violation.</summary>
    public bool IsMinimal => IsViolated && Surviving.Count == 0;
}
