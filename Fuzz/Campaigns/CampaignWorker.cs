// One worker of a campaign: takes blocks of run indices, draws scenario and schedule of each from the run's own random
// stream, runs it, and keeps what the merge at the end of the round needs. Nothing here depends on which worker does which
// run.

using System.Runtime.ExceptionServices;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Runs a share of each round on one thread.</summary>
internal sealed class CampaignWorker : IDisposable
{
    private const int ViolationsPerKey = 4;

    private readonly CampaignOptions options;
    private readonly CampaignCorpus corpus;
    private readonly Action<RoundViolation> seen;
    private readonly ScenarioRunner[] runners;
    private readonly RunDraw draw;
    private readonly Dictionary<ViolationKey, int> violationCounts = [];
    private ExceptionDispatchInfo? failure;

    internal CampaignWorker(CampaignOptions options, CampaignCorpus corpus, Action<RoundViolation> seen)
    {
        this.options = options;
        this.corpus = corpus;
        this.seen = seen;
        runners = new ScenarioRunner[options.Protocols.Count];
        for (int i = 0; i < runners.Length; i++)
        {
            runners[i] = new ScenarioRunner(options.Protocols[i], options.Profile);
            runners[i].System.JudgesAllCalls = options.JudgesAllCalls;
            runners[i].System.RelaxesDispatch = options.RelaxesDispatch;
        }

        draw = new RunDraw(corpus);
    }

    internal long Runs { get; private set; }

    internal long Steps { get; private set; }

    internal long Decisions { get; private set; }

    internal long Calls { get; private set; }

    internal long RunsWithSignalInCall { get; private set; }

    internal List<RoundViolation> Violations { get; } = [];

    internal List<Novelty> Novelties { get; } = [];

    public void Dispose()
    {
        foreach (ScenarioRunner runner in runners)
        {
            runner.Dispose();
        }
    }

    internal void ThrowIfFailed() => failure?.Throw();

    internal void RunRound(RoundShare share)
    {
        Runs = Steps = Decisions = Calls = RunsWithSignalInCall = 0;
        Violations.Clear();
        Novelties.Clear();
        violationCounts.Clear();
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

    private RawFinding Shrink(RoundViolation violation)
    {
        ScenarioRunner runner = runners[violation.Key.Protocol];
        var shrinker = new Shrinker(runner, options.Defects);
        ShrinkResult shrunk = shrinker.Shrink(violation.Scenario, violation.Schedule, violation.Violation);
        Verify.That(shrunk.Reproduces, "a violation did not recur when its recorded schedule was replayed");
        return RawFinding.Of(runner, shrunk, violation.Pending.File, options.Defects, violation.RunIndex);
    }

    private void RunOne(long runIndex)
    {
        int protocol = (int)(runIndex % runners.Length);
        ScenarioRunner runner = runners[protocol];
        IScheduleStrategy strategy = draw.Draw(options.Seed, runIndex, runIndex / runners.Length);
        RunResult result = runner.Run(draw.Scenario, strategy, options.Defects);
        Runs++;
        Steps += result.Steps;
        Decisions += result.Decisions;
        Calls += result.Counters.Calls;
        RunsWithSignalInCall += result.Counters.SignalsAcceptedInCall > 0 ? 1 : 0;
        if (!result.Violation.IsNone)
        {
            NoteViolation(runIndex, protocol, result.Violation);
        }

        Coverage coverage = runner.System.World.Coverage;
        if (coverage.HasNewAgainst(corpus.Seen))
        {
            var copy = new Scenario();
            copy.CopyFrom(draw.Scenario);
            Novelties.Add(new Novelty(runIndex, copy, coverage.Bits.ToArray()));
        }
    }

    /// <summary>A server that misbehaves by the scenario's will explains most violations of its readers.</summary>
    private bool HasFailingServer()
    {
        foreach (ref readonly Resource resource in draw.Scenario.Resources)
        {
            if (resource.Behaviour is FileBehaviour.Deaf or FileBehaviour.Slow)
            {
                return true;
            }
        }

        foreach (ref readonly Call call in draw.Scenario.Calls)
        {
            if (call.Kind == CallKind.Crash)
            {
                return true;
            }
        }

        return false;
    }

    private void NoteViolation(long runIndex, int protocol, in Violation violation)
    {
        var key = new ViolationKey(protocol, violation.Invariant, violation.Kind, violation.Panic, HasFailingServer());
        int count = violationCounts.GetValueOrDefault(key);
        if (count >= ViolationsPerKey || runners[protocol].Recorded.IsTruncated)
        {
            return;
        }

        violationCounts[key] = count + 1;
        var copy = new Scenario();
        copy.CopyFrom(draw.Scenario);
        var schedule = new Schedule();
        schedule.CopyFrom(runners[protocol].Recorded);
        var pending = new PendingViolation(
            runIndex, options.Protocols[protocol], violation, RawFinding.ScenarioOf(runners[protocol], copy, schedule));
        var seenNow = new RoundViolation(runIndex, key, copy, schedule, violation, pending);
        Violations.Add(seenNow);
        seen(seenNow);
    }
}

/// <summary>What makes two violations the same before they are shrunk. Only the first few of a kind are, so what is known must
/// not use up the share of what is new: violations of scenarios with a server that misbehaves are a kind of their own.</summary>
/// <param name="Protocol">Number of the protocol.</param>
/// <param name="Invariant">What is violated.</param>
/// <param name="Kind">Class of call.</param>
/// <param name="Panic">Failed assertion.</param>
/// <param name="HasFailingServer">Whether some server of the scenario misbehaves or dies.</param>
internal readonly record struct ViolationKey(
    int Protocol, Invariant Invariant, CallKind Kind, PanicCode Panic, bool HasFailingServer);

/// <summary>A violation as a run showed it.</summary>
/// <param name="RunIndex">The run.</param>
/// <param name="Key">What it is.</param>
/// <param name="Scenario">Its scenario.</param>
/// <param name="Schedule">Its schedule.</param>
/// <param name="Violation">The violation.</param>
/// <param name="Pending">The same for others.</param>
internal sealed record RoundViolation(
    long RunIndex, ViolationKey Key, Scenario Scenario, Schedule Schedule, Violation Violation, PendingViolation Pending);

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
