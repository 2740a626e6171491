// Visits every distinguishable interleaving of a scenario once: dynamic partial-order reduction with source sets and sleep sets
// (Abdulla, Aronis, Jonsson, Sagonas, POPL 2014; sleep sets: Godefroid 1996). The search is stateless: each run repeats the
// choices of the path up to a node, makes one new choice there and then follows the default. Afterwards every race in the new
// part of the run demands that its later side be tried before its earlier one. Three things differ from the textbook. A
// transition may disable another party (it is killed, a gate closes, a timer is cancelled): the party is tried before it. The
// oracle looks at the world whenever nobody but time can run: a run in which time passed earlier is repeated with time as late
// as its order allows, so that one verdict holds for all interleavings that are equal to it. And violations end a run early.
// Memory is bounded by the longest run: the path and one footprint per choice that was tried on it.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Explores one scenario.</summary>
public sealed class Explorer : IScheduleStrategy
{
    private readonly ScenarioRunner runner;
    private readonly Scenario scenario;
    private readonly ExploreOptions options;
    private readonly List<ExploreNode> path = [];
    private readonly TransitionTrace trace = new();
    private readonly List<Race> races = [];
    private readonly FixedOrder lateTime;
    private readonly List<ExploreFinding> findings = [];
    private int depth;
    private int prefix;
    private int live;
    private bool isBlocked;
    private long traces;
    private long blocked;
    private long idleRuns;
    private long steps;
    private long decisions;
    private int longest;
    private int parties;

    /// <summary>Makes an explorer.</summary>
    /// <param name="runner">Runner of a protocol and a profile.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">How.</param>
    public Explorer(ScenarioRunner runner, Scenario scenario, ExploreOptions options)
    {
        this.runner = runner;
        this.scenario = new Scenario();
        this.scenario.CopyFrom(scenario);
        this.options = options;
        lateTime = new FixedOrder { PausesFirst = runner.System };
    }

    /// <inheritdoc/>
    public bool AsksAlways => true;

    /// <summary>Explores until the end, the first violation, or the bound.</summary>
    /// <returns>What was seen.</returns>
    public ExploreResult Run()
    {
        bool isComplete = false;
        while (!isComplete && traces + blocked < options.RunsMax && !options.Stop.IsCancellationRequested)
        {
            RunOnce();
            if (findings.Count > 0 && !options.CollectsAll)
            {
                break;
            }

            isComplete = !Backtrack();
        }

        return Report(isComplete);
    }

    /// <summary>Runs made so far; may be asked from another thread.</summary>
    internal ulong Visited => (ulong)(traces + blocked);

    /// <summary>The state of a search that has stopped before its end.</summary>
    internal ExploreState Save()
    {
        var state = new ExploreState(traces, blocked, idleRuns, steps, decisions, longest, parties);
        state.Path.AddRange(path[..prefix]);
        return state;
    }

    /// <summary>Goes on where a search has stopped.</summary>
    /// <param name="state">Its state; this search has not begun.</param>
    internal void Restore(ExploreState state)
    {
        Verify.That(path.Count == 0, "a search that has begun cannot take the state of another");
        path.AddRange(state.Path);
        prefix = live = path.Count;
        traces = state.Traces;
        blocked = state.Blocked;
        idleRuns = state.IdleRuns;
        steps = state.Steps;
        decisions = state.Decisions;
        longest = (int)state.LongestRun;
        parties = (int)state.Parties;
    }

    /// <summary>What has been seen so far.</summary>
    /// <param name="isComplete">Whether nothing is left.</param>
    /// <returns>Counts and findings.</returns>
    public ExploreResult Report(bool isComplete) => new()
    {
        Traces = traces,
        Blocked = blocked,
        IdleRuns = idleRuns,
        Steps = steps,
        Decisions = decisions,
        LongestRun = longest,
        Parties = parties,
        SearchedShare = isComplete ? 1 : SearchedShare(),
        IsComplete = isComplete,
        Findings = findings,
    };

    /// <inheritdoc/>
    public void Begin(int partyCount) => parties = Math.Max(parties, partyCount);

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        int party;
        if (depth < prefix)
        {
            ExploreNode node = path[depth];
            Verify.That(node.Enabled == decision.EnabledMask, "a run does not repeat: other parties are enabled than before");
            party = node.Party;
        }
        else
        {
            party = Extend(decision);
            if (party < 0)
            {
                isBlocked = true;
                runner.System.World.Scheduler.Halt();
                return decision.Default;
            }
        }

        trace.Begin(runner.System.World.Log, decision, party);
        depth++;
        return party;
    }

    private int Extend(in Decision decision)
    {
        trace.End(runner.System.World.Log);
        if (path.Count == depth)
        {
            path.Add(new ExploreNode());
        }

        ExploreNode node = path[depth];
        node.Renew(decision);
        live = depth + 1;
        if (depth > 0 && options.Reduction != Reduction.None)
        {
            node.Inherit(path[depth - 1], trace.FootprintOf(depth - 1));
        }

        int party = node.ChooseFirst();
        if (party >= 0)
        {
            node.Party = party;
            node.Backtrack = options.Reduction == Reduction.Source ? 1u << party : node.Enabled;
        }

        return party;
    }

    private void RunOnce()
    {
        depth = 0;
        isBlocked = false;
        live = prefix;
        trace.Clear();
        RunResult result = runner.Run(scenario, this, options.Defects);
        trace.End(runner.System.World.Log);
        Verify.That(!trace.IsTruncated, "a transition touches more objects than the access log holds");
        steps += result.Steps;
        decisions += result.Decisions;
        longest = Math.Max(longest, trace.Count);
        if (isBlocked)
        {
            blocked++;
        }
        else
        {
            traces++;
            Judge(result.Violation);
        }

        trace.Order(Math.Max(prefix - 1, 0), races);
        if (options.Reduction == Reduction.Source)
        {
            DemandReversals();
            DemandDisabled();
        }

        if (!isBlocked && result.Violation.IsNone)
        {
            JudgeWithLateTime();
        }
    }

    private void Judge(in Violation violation)
    {
        options.RunEnded?.Invoke(runner.System, violation);
        if (violation.IsNone)
        {
            return;
        }

        foreach (ExploreFinding known in findings)
        {
            if (known.Violation.Invariant == violation.Invariant && known.Violation.Kind == violation.Kind)
            {
                return;
            }
        }

        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        findings.Add(new ExploreFinding(violation, schedule, traces + blocked + idleRuns));
    }

    /// <summary>Each race must be seen in its other order, too: from before its earlier side, something must be tried first with
    /// which everything can begin that does not come after that side.</summary>
    private void DemandReversals()
    {
        foreach (Race race in races)
        {
            uint initials = Initials(race);
            ExploreNode node = path[race.Earlier];
            if ((initials & (node.Backtrack | node.Sleep)) != 0)
            {
                continue;
            }

            int later = trace[race.Later].Party;
            uint first = (initials >> later & 1) != 0 ? 1u << later : initials & (~initials + 1);
            uint possible = first & node.Enabled;
            Verify.That(possible != 0, "a race cannot be turned round: an access is not declared");
            node.Backtrack |= possible;
        }
    }

    private uint Initials(in Race race)
    {
        uint initials = 0;
        uint seen = 0;
        for (int number = race.Earlier + 1; number <= race.Later; number++)
        {
            if (number != race.Later && trace.HappensBefore(race.Earlier, number))
            {
                continue;
            }

            uint party = 1u << trace[number].Party;
            if ((seen & party) == 0 && IsFirst(race, number))
            {
                initials |= party;
            }

            seen |= party;
        }

        return initials;
    }

    private bool IsFirst(in Race race, int number)
    {
        for (int before = race.Earlier + 1; before < number; before++)
        {
            if (!trace.HappensBefore(race.Earlier, before) && trace.HappensBefore(before, number))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Who was enabled and is not any more, without having run, must be tried before the one who took that from
    /// him.</summary>
    private void DemandDisabled()
    {
        for (int number = Math.Max(prefix - 1, 0); number < trace.Count; number++)
        {
            uint after = number + 1 < trace.Count ? trace[number + 1].Enabled : AfterLast();
            uint lost = trace[number].Enabled & ~after & ~(1u << trace[number].Party);
            ExploreNode node = path[number];
            node.Backtrack |= lost & ~node.Sleep;
        }
    }

    private uint AfterLast() => isBlocked ? path[depth].Enabled : runner.System.World.Scheduler.EnabledMask;

    private bool Backtrack()
    {
        for (int number = live - 1; number >= 0; number--)
        {
            ExploreNode node = path[number];
            if (node.Party >= 0)
            {
                node.Done |= 1u << node.Party;
                node.Remember(node.Party, trace.FootprintOf(number).ToArray());
            }

            if (node.Left != 0)
            {
                node.Party = BitOperations.TrailingZeroCount(node.Left);
                prefix = number + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>Repeats the run with time as late as its order allows, if time did not wait until all others were blocked: the
    /// oracle judges only then.</summary>
    private void JudgeWithLateTime()
    {
        bool isEarly = false;
        for (int number = 0; number < trace.Count; number++)
        {
            uint lazy = trace[number].Lazy;
            isEarly |= (lazy >> trace[number].Party & 1) != 0 && (trace[number].Enabled & ~lazy) != 0;
        }

        if (!isEarly || !lateTime.Arrange(trace))
        {
            return;
        }

        idleRuns++;
        RunResult result = runner.Run(scenario, lateTime, options.Defects);
        steps += result.Steps;
        decisions += result.Decisions;
        Verify.That(!lateTime.HasDiverged || !result.Violation.IsNone, "an equal order of a run is not possible");
        Judge(result.Violation);
    }

    /// <summary>The share of the leaves that lie before the path, if below each choice all parties that are to be tried had as
    /// many.</summary>
    private double SearchedShare()
    {
        double share = 0;
        double weight = 1;
        for (int number = 0; number < prefix && number < live; number++)
        {
            ExploreNode node = path[number];
            int all = Math.Max(1, BitOperations.PopCount((node.Backtrack | node.Done) & ~node.Sleep));
            weight /= all;
            share += weight * BitOperations.PopCount(node.Done & ~node.Sleep);
        }

        return Math.Min(share, 1);
    }
}
