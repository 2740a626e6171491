// One worker of a campaign: takes blocks of run indices, draws scenario and schedule of each from the run's own random
// stream, runs it, and keeps what the merge at the end of the round needs. Nothing here depends on which worker does which
// run. A share of the runs is made with all windows repaired. A violation that a confirmed cause of its kind explains by its own
// schedule is counted and forgotten; every other is kept.

using System.Runtime.ExceptionServices;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Causes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Runs a share of each round on one thread.</summary>
internal sealed class CampaignWorker : IDisposable
{
    private const int Percent = 100;

    /// <summary>One shrinking in fifty takes as much as all others together. What is due to a window or a limit need not be as
    /// small as it gets; what is new is shrunk to the end.</summary>
    private const long MostStepsOfExplained = 300_000;

    private readonly CampaignOptions options;
    private readonly CampaignCorpus corpus;
    private readonly Action<RoundViolation> seen;
    private readonly CampaignCauses causes;
    private readonly RepairedWorlds[] worlds;
    private readonly Attribution[] attributions;
    private readonly RunDraw draw;
    private ExceptionDispatchInfo? failure;

    internal CampaignWorker(
        CampaignOptions options, CampaignCorpus corpus, CampaignCauses causes, Action<RoundViolation> seen)
    {
        this.options = options;
        this.corpus = corpus;
        this.causes = causes;
        this.seen = seen;
        worlds = [.. options.Protocols.Select(protocol =>
            new RepairedWorlds(protocol, options.Profile, options.JudgesAllCalls, options.RelaxesDispatch))];
        attributions = [.. worlds.Select(static each => new Attribution(each))];
        draw = new RunDraw(corpus);
    }

    internal long Runs { get; private set; }

    internal long Steps { get; private set; }

    internal long Decisions { get; private set; }

    internal long Calls { get; private set; }

    internal long RunsWithSignalInCall { get; private set; }

    /// <summary>Steps of all its systems, for runs and for everything else.</summary>
    internal long AllSteps => worlds.Sum(static each => each.Steps);

    internal List<RoundViolation> Violations { get; } = [];

    /// <summary>Violations that a confirmed cause explains, by protocol and cause.</summary>
    internal Dictionary<(int Protocol, Cause Cause), long> Counted { get; } = [];

    internal List<Novelty> Novelties { get; } = [];

    public void Dispose()
    {
        Array.ForEach(worlds, each => each.Dispose());
    }

    internal void ThrowIfFailed() => failure?.Throw();

    internal void RunRound(RoundShare share)
    {
        Runs = Steps = Decisions = Calls = RunsWithSignalInCall = 0;
        Violations.Clear();
        Novelties.Clear();
        Counted.Clear();
        try
        {
            while (share.TryTake(out long first, out long end))
            {
                for (long run = first; run < end; run++)
                {
                    RunOne((run * options.Shard.Count) + options.Shard.Index);
                }
            }
        }
        catch (Exception exception) when (IsTold(exception))
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Shrinks a share of the violations of a round.</summary>
    /// <param name="share">The violations.</param>
    internal void Shrink(ShrinkShare share)
    {
        try
        {
            while (share.TryTake(out int number))
            {
                share.Finish(number, Shrink(share.Violations[number]));
            }
        }
        catch (Exception exception) when (IsTold(exception))
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>What the campaign's own thread throws again: a bug of this tool, or that nothing can be written.</summary>
    private static bool IsTold(Exception exception) =>
        exception is ToolBugException or IOException or UnauthorizedAccessException;

    /// <summary>Counts those of a share that a confirmed cause explains.</summary>
    /// <param name="share">Violations; the cause of each that has one is kept in it.</param>
    internal void Count(CountShare share)
    {
        try
        {
            while (share.TryTake(out int number))
            {
                RoundViolation each = share.Violations[number];
                share.Finish(number, CauseOf(each.Key, each.Scenario, each.Schedule, each.Violation, each.Marks));
            }
        }
        catch (Exception exception) when (IsTold(exception))
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    private RawFinding Shrink(RoundViolation violation)
    {
        ScenarioRunner runner = RunnerOf(violation.Key.Protocol, violation.Key.IsRepaired);
        RawFinding finding = Shrink(violation, runner, MostStepsOfExplained, out ShrinkResult shrunk);
        if (shrunk.Effort.HasEndedEarly && finding.Cause!.Kind is CauseKind.Unattributed or CauseKind.Defect)
        {
            finding = Shrink(violation, runner, mostSteps: 0, out shrunk);
        }

        Attribution attribution = attributions[violation.Key.Protocol];
        bool? showsUnrepaired = violation.Key.IsRepaired
            ? attribution.ShowsUnrepaired(shrunk.Scenario, shrunk.Schedule, shrunk.Violation, options.Defects)
            : null;
        return finding with { ShowsUnrepaired = showsUnrepaired };
    }

    private RawFinding Shrink(RoundViolation violation, ScenarioRunner runner, long mostSteps, out ShrinkResult shrunk)
    {
        var shrinker = new Shrinker(runner, options.Defects) { MostSteps = mostSteps };
        shrunk = shrinker.Shrink(violation.Scenario, violation.Schedule, violation.Violation);
        Verify.That(shrunk.Reproduces, "a violation did not recur when its recorded schedule was replayed");
        RawFinding finding = RawFinding.Of(runner, shrunk, violation.Pending.File, options.Defects, violation.RunIndex);
        return finding with
        {
            Cause = attributions[violation.Key.Protocol].Find(
                shrunk.Scenario, shrunk.Schedule, shrunk.Violation, options.Defects, violation.Key.IsRepaired),
        };
    }

    private ScenarioRunner RunnerOf(int protocol, bool isRepaired) =>
        worlds[protocol].With(isRepaired ? worlds[protocol].All : Repairs.None);

    /// <summary>Every so manieth run of a protocol with windows, spread evenly.</summary>
    private bool IsRepaired(int protocol, long number) => worlds[protocol].All != Repairs.None
        && number * options.RepairedPercent / Percent != (number + 1) * options.RepairedPercent / Percent;

    private void RunOne(long runIndex)
    {
        // By the number within the part: whatever the number of parts, each has all protocols and its share of repaired runs.
        long local = runIndex / options.Shard.Count;
        int protocol = (int)(local % worlds.Length);
        long number = local / worlds.Length;
        bool isRepaired = IsRepaired(protocol, number);
        ScenarioRunner runner = RunnerOf(protocol, isRepaired);
        IScheduleStrategy strategy = draw.Draw(
            options.Seed, runIndex, (number * options.Shard.Count) + options.Shard.Index);
        RunResult result = runner.Run(draw.Scenario, strategy, options.Defects);
        Runs++;
        Steps += result.Steps;
        Decisions += result.Decisions;
        Calls += result.Counters.Calls;
        RunsWithSignalInCall += result.Counters.SignalsAcceptedInCall > 0 ? 1 : 0;
        Coverage coverage = runner.System.World.Coverage;
        if (coverage.HasNewAgainst(corpus.Seen))
        {
            var copy = new Scenario();
            copy.CopyFrom(draw.Scenario);
            Novelties.Add(new Novelty(runIndex, copy, coverage.Bits.ToArray()));
        }

        if (!result.Violation.IsNone && !runner.Recorded.IsTruncated)
        {
            var key = ViolationKey.Of(protocol, isRepaired, result.Violation, draw.Scenario);
            NoteViolation(runIndex, key, result.Violation, runner);
        }
    }

    private void NoteViolation(long runIndex, ViolationKey key, in Violation violation, ScenarioRunner runner)
    {
        var copy = new Scenario();
        copy.CopyFrom(draw.Scenario);
        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        Repairs marks = runner.System.Marks.Seen;
        ScenarioFile file = RawFinding.ScenarioOf(runner, copy, schedule);
        if (CauseOf(key, copy, schedule, violation, marks) is { } cause)
        {
            Counted[(key.Protocol, cause)] = Counted.GetValueOrDefault((key.Protocol, cause)) + 1;
            return;
        }

        var pending = new PendingViolation(runIndex, runner.System.Protocol, violation, file);
        var seenNow = new RoundViolation(runIndex, key, copy, schedule, violation, marks, pending);
        Violations.Add(seenNow);
        seen(seenNow);
    }

    /// <summary>The confirmed cause that explains a violation, or null.</summary>
    private Cause? CauseOf(ViolationKey key, Scenario scenario, Schedule schedule, in Violation violation, Repairs marks) =>
        attributions[key.Protocol].Among(
            causes.ConfirmedFor(key), scenario, schedule, violation, options.Defects, marks, key.IsRepaired);
}

/// <summary>What two violations have in common before they are shrunk. One of each kind is examined at a time; violations of
/// scenarios with a server that misbehaves are a kind of their own.</summary>
/// <param name="Protocol">Number of the protocol.</param>
/// <param name="IsRepaired">Whether all windows were repaired.</param>
/// <param name="Invariant">What is violated.</param>
/// <param name="Kind">Class of call.</param>
/// <param name="Panic">Failed assertion.</param>
/// <param name="HasFailingServer">Whether some server of the scenario misbehaves or dies.</param>
internal readonly record struct ViolationKey(
    int Protocol, bool IsRepaired, Invariant Invariant, CallKind Kind, PanicCode Panic, bool HasFailingServer)
{
    /// <summary>The kind of a violation.</summary>
    /// <param name="protocol">Number of the protocol.</param>
    /// <param name="isRepaired">Whether all windows were repaired.</param>
    /// <param name="violation">The violation.</param>
    /// <param name="scenario">Its scenario.</param>
    internal static ViolationKey Of(int protocol, bool isRepaired, in Violation violation, Scenario scenario) => new(
        protocol, isRepaired, violation.Invariant, violation.Kind, violation.Panic, HasFailing(scenario));

    /// <summary>A server that misbehaves by the scenario's will explains most violations of its readers.</summary>
    private static bool HasFailing(Scenario scenario)
    {
        foreach (ref readonly Resource resource in scenario.Resources)
        {
            if (resource.Behaviour is FileBehaviour.Deaf or FileBehaviour.Slow)
            {
                return true;
            }
        }

        foreach (ref readonly Call call in scenario.Calls)
        {
            if (call.Kind == CallKind.Crash)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A violation as a run showed it.</summary>
/// <param name="RunIndex">The run.</param>
/// <param name="Key">What it is.</param>
/// <param name="Scenario">Its scenario.</param>
/// <param name="Schedule">Its schedule.</param>
/// <param name="Violation">The violation.</param>
/// <param name="Marks">Repairs that would have acted in its run.</param>
/// <param name="Pending">The same for others.</param>
internal sealed record RoundViolation(
    long RunIndex, ViolationKey Key, Scenario Scenario, Schedule Schedule, Violation Violation, Repairs Marks,
    PendingViolation Pending);

/// <summary>Hands out blocks of run numbers; the one thing that workers share within a round.</summary>
/// <param name="firstRun">First run of the round.</param>
/// <param name="runCount">Number of runs.</param>
internal sealed class RoundShare(long firstRun, long runCount)
{
    private const int BlockRuns = 64;

    private long taken;
    private volatile bool isClosed;

    /// <summary>Hands out nothing more.</summary>
    internal void Close() => isClosed = true;

    internal bool TryTake(out long first, out long end)
    {
        long offset = Interlocked.Add(ref taken, BlockRuns) - BlockRuns;
        first = firstRun + offset;
        end = firstRun + Math.Min(offset + BlockRuns, runCount);
        return first < end && !isClosed;
    }
}

/// <summary>Hands out violations to be shrunk, and takes the findings in their order.</summary>
/// <param name="violations">The violations, in the order of their runs.</param>
internal sealed class ShrinkShare(IReadOnlyList<RoundViolation> violations)
{
    private readonly RawFinding?[] findings = new RawFinding?[violations.Count];
    private int taken;
    private volatile bool isClosed;

    internal IReadOnlyList<RoundViolation> Violations => violations;

    /// <summary>Hands out nothing more.</summary>
    internal void Close() => isClosed = true;

    /// <summary>Keeps what became of a violation.</summary>
    internal void Finish(int number, RawFinding finding) => Volatile.Write(ref findings[number], finding);

    /// <summary>What became of a violation, or null when it is not shrunk yet.</summary>
    internal RawFinding? Finished(int number) => Volatile.Read(ref findings[number]);

    internal bool TryTake(out int number)
    {
        number = Interlocked.Increment(ref taken) - 1;
        return number < violations.Count && !isClosed;
    }
}

/// <summary>Hands out violations to be counted, and takes what explains them.</summary>
/// <param name="violations">The violations, in the order of their runs.</param>
internal sealed class CountShare(IReadOnlyList<RoundViolation> violations)
{
    private readonly Cause?[] causes = new Cause?[violations.Count];
    private int taken;
    private volatile bool isClosed;

    internal IReadOnlyList<RoundViolation> Violations => violations;

    /// <summary>What explains each violation, or null.</summary>
    internal IReadOnlyList<Cause?> Causes => causes;

    /// <summary>Hands out nothing more.</summary>
    internal void Close() => isClosed = true;

    internal void Finish(int number, Cause? cause) => causes[number] = cause;

    internal bool TryTake(out int number)
    {
        number = Interlocked.Increment(ref taken) - 1;
        return number < violations.Count && !isClosed;
    }
}
