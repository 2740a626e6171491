// Shrinking makes a finding small enough to be read: calls, parties, deviations, arguments, kinds of devices and allowed
// results go, one at a time, until no single deletion keeps the fault. A candidate is first replayed leniently under the
// schedule at hand; since deleting a call moves the points of its party, a candidate that is then clean gets a bounded search:
// no deviation, every single deviation, and some random schedules of at most the current length. What remains is put into a
// canonical form: each deviation is moved to the last point at which it still decides, so that equal races look equal.
// Deterministic: depends on the finding alone.

using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Shrinks findings under one protocol.</summary>
public sealed class Shrinker
{
    private const int SearchRuns = 300;

    private readonly ScenarioRunner runner;
    private readonly DefectSet defects;
    private readonly Replay replay = new();
    private readonly DelayBounded search = new();
    private readonly SingleDeviation single = new();
    private readonly Program candidate = new();
    private readonly Program best = new();
    private readonly Schedule bestSchedule = new();
    private readonly Schedule scratch = new();
    private readonly ShortName[] names = new ShortName[Scheduler.MaxParties];
    private Violation target;
    private int tried;

    /// <summary>Makes a shrinker.</summary>
    /// <param name="runner">Runner of the finding's protocol and profile.</param>
    /// <param name="defects">Defects under which the finding appeared.</param>
    public Shrinker(ScenarioRunner runner, DefectSet defects)
    {
        this.runner = runner;
        this.defects = defects;
    }

    /// <summary>Shrinks a finding.</summary>
    /// <param name="program">Its scenario.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="violation">Its violation.</param>
    /// <returns>The smallest form found; it was strictly replayed. Equal to the input if that does not reproduce.</returns>
    public ShrinkResult Shrink(Program program, Schedule schedule, Violation violation)
    {
        target = violation;
        tried = 0;
        best.CopyFrom(program);
        bestSchedule.CopyFrom(schedule);
        if (!TryReplay(best, bestSchedule))
        {
            return new ShrinkResult(best, bestSchedule, default, tried, Reproduces: false);
        }

        Keep(best);
        bool hasChanged = true;
        while (hasChanged)
        {
            hasChanged = RemoveCalls();
            hasChanged |= RemoveStrandsAndResources();
            hasChanged |= RemoveCreators();
            hasChanged |= RemoveDeviations();
            hasChanged |= SimplifyCalls();
            hasChanged |= SimplifyDevices();
        }

        Canonicalise();
        bool reproduces = TryReplayStrictly();
        return new ShrinkResult(best, bestSchedule, runner.System.Ledger.Violation, tried, reproduces);
    }

    private bool RemoveCalls()
    {
        bool hasChanged = false;
        for (int call = best.CallCount - 1; call >= 0; call--)
        {
            if (call >= best.CallCount)
            {
                continue;
            }

            candidate.CopyFrom(best);
            candidate.RemoveCall(call);
            hasChanged |= TryCandidate();
        }

        return hasChanged;
    }

    private bool RemoveStrandsAndResources()
    {
        bool hasChanged = false;
        for (int strand = best.StrandCount - 1; strand >= 0; strand--)
        {
            if (strand < best.StrandCount && best.StrandCount > 1)
            {
                candidate.CopyFrom(best);
                candidate.StrandAt(strand).Kind = StrandKind.None;
                hasChanged |= TryCandidate();
            }
        }

        for (int resource = best.ResourceCount - 1; resource >= 0; resource--)
        {
            if (resource < best.ResourceCount)
            {
                candidate.CopyFrom(best);
                candidate.ResourceAt(resource).Kind = ResourceKind.None;
                hasChanged |= TryCandidate();
            }
        }

        return hasChanged;
    }

    /// <summary>
    /// Makes a forked child a process of its own, which needs no fork, and a cloned thread of such a process one that exists
    /// from the start.
    /// </summary>
    private bool RemoveCreators()
    {
        bool hasChanged = false;
        for (int strand = 0; strand < best.StrandCount; strand++)
        {
            Strand created = best.StrandAt(strand);
            if (!created.IsCreated || (created.IsCloned && best.StrandAt(created.Process).Kind != StrandKind.Process))
            {
                continue;
            }

            candidate.CopyFrom(best);
            int creator = candidate.CreatorOfStrand(strand);
            candidate.StrandAt(strand) = created.IsCloned
                ? Strand.ForThread(created.Process, created.Name)
                : Strand.ForProcess(strand, created.Name);
            if (creator >= 0)
            {
                candidate.RemoveCall(creator);
            }

            hasChanged |= TryCandidate();
        }

        return hasChanged;
    }

    private bool RemoveDeviations()
    {
        bool hasChanged = false;
        for (int i = bestSchedule.Count - 1; i >= 0; i--)
        {
            if (i >= bestSchedule.Count)
            {
                continue;
            }

            scratch.CopyFrom(bestSchedule);
            scratch.RemoveAt(i);
            if (TryReplay(best, scratch) && runner.Recorded.Count < bestSchedule.Count)
            {
                Keep(best);
                hasChanged = true;
            }
        }

        candidate.CopyFrom(best);
        if (bestSchedule.Count > 0 && TrySearch(candidate, bestSchedule.Count - 1))
        {
            Keep(candidate);
            return true;
        }

        return hasChanged;
    }

    private bool SimplifyCalls()
    {
        bool hasChanged = false;
        for (int call = 0; call < best.CallCount; call++)
        {
            for (CallSimplification step = 0; step < CallSimplification.Count; step++)
            {
                candidate.CopyFrom(best);
                if (call < candidate.CallCount && Simplify(ref candidate.CallAt(call), step))
                {
                    hasChanged |= TryCandidate();
                }
            }
        }

        return hasChanged;
    }

    /// <summary>Makes devices terminals and brings them together on servers with low numbers.</summary>
    private bool SimplifyDevices()
    {
        bool hasChanged = false;
        for (int resource = 0; resource < best.ResourceCount; resource++)
        {
            if (best.ResourceAt(resource).Behaviour != FileBehaviour.Terminal)
            {
                candidate.CopyFrom(best);
                candidate.ResourceAt(resource).Behaviour = FileBehaviour.Terminal;
                hasChanged |= TryCandidate();
            }

            for (int server = 0; resource < best.ResourceCount && server < best.ResourceAt(resource).Server; server++)
            {
                candidate.CopyFrom(best);
                candidate.ResourceAt(resource).Server = (byte)server;
                hasChanged |= TryCandidate();
            }
        }

        return hasChanged;
    }

    private bool Simplify(ref Call call, CallSimplification step)
    {
        Call before = call;
        switch (step)
        {
            case CallSimplification.DropAllowed when target.Invariant != Invariant.Allowed:
                call.Allowed = default;
                break;
            case CallSimplification.DropGate:
                call.WhenBlocked = Program.None;
                break;
            case CallSimplification.OneByte when call.Kind is CallKind.Read or CallKind.Write or CallKind.Raise:
                call.Argument1 = 1;
                break;
            case CallSimplification.NoFlags when call.Kind == CallKind.Sigaction:
                call.Argument2 = 0;
                break;
            case CallSimplification.NoTimeout when call.Kind == CallKind.Poll:
                call.Argument4 = -1;
                break;
            case CallSimplification.OneFile when call.Kind == CallKind.Poll:
                call.Argument2 = Program.None;
                call.Argument3 = 0;
                break;
            case CallSimplification.EmptySet when call.Kind == CallKind.Sigsuspend:
                call.Argument0 = 0;
                break;
            case CallSimplification.OneTick when call.Kind is CallKind.Nanosleep or CallKind.Advance:
                call.Argument0 = 1;
                break;
            default:
                break;
        }

        return !call.ContentEquals(before);
    }

    private bool TryCandidate()
    {
        ProgramRepair.Apply(candidate);
        if (candidate.ContentEquals(best) || !MapSchedule())
        {
            return false;
        }

        if (!TryReplay(candidate, scratch) && !TrySearch(candidate, bestSchedule.Count))
        {
            return false;
        }

        Keep(candidate);
        return true;
    }

    /// <summary>Translates the schedule at hand to the party numbers of the candidate; deviations of parties that are gone
    /// go, too.</summary>
    private bool MapSchedule()
    {
        int count = runner.System.ListParties(best, names);
        ReadOnlySpan<ShortName> before = names.AsSpan(0, count);
        Span<ShortName> after = stackalloc ShortName[Scheduler.MaxParties];
        after = after[..runner.System.ListParties(candidate, after)];
        scratch.Clear();
        foreach (Deviation deviation in bestSchedule.Deviations)
        {
            int party = after.IndexOf(before[deviation.Party]);
            int next = after.IndexOf(before[deviation.Next]);
            if (party >= 0 && next >= 0)
            {
                scratch.Add(new Deviation((byte)party, (byte)next, deviation.Point));
            }
        }

        return after.Length > 1;
    }

    private bool TryReplay(Program program, Schedule schedule)
    {
        replay.Load(schedule, isStrict: false);
        return Try(program, replay);
    }

    private bool TryReplayStrictly()
    {
        replay.Load(bestSchedule, isStrict: true);
        bool isSame = Try(best, replay);
        replay.Finish();
        return isSame && replay.DivergedAt < 0;
    }

    private bool Try(Program program, IScheduleStrategy strategy)
    {
        tried++;
        RunResult result = runner.Run(program, strategy, defects);
        return result.Violation.IsSameFault(target) && !runner.Recorded.IsTruncated;
    }

    private bool TrySearch(Program program, int deviations)
    {
        if (Try(program, NonPreemptive.Instance))
        {
            return true;
        }

        if (deviations < 1)
        {
            return false;
        }

        uint expectedSteps = runner.System.World.Scheduler.Steps;
        if (single.Enumerate(runner, () => Try(program, single)))
        {
            return true;
        }

        for (int run = 0; deviations > 1 && run < SearchRuns; run++)
        {
            search.Seed(Prng.Derive(0x5eed, (ulong)run), Math.Min(deviations, 2 + (run % 3)), expectedSteps);
            if (Try(program, search) && runner.Recorded.Count <= deviations)
            {
                return true;
            }
        }

        return false;
    }

    private void Keep(Program program)
    {
        if (!ReferenceEquals(program, best))
        {
            best.CopyFrom(program);
        }

        bestSchedule.CopyFrom(runner.Recorded);
    }

    private void Canonicalise()
    {
        candidate.CopyFrom(best);
        ProgramNames.Apply(candidate);
        if (TryReplay(candidate, bestSchedule))
        {
            Keep(candidate);
        }

        for (int i = 0; i < bestSchedule.Count; i++)
        {
            while (TryMoveLater(i))
            {
            }
        }
    }

    private bool TryMoveLater(int index)
    {
        Deviation deviation = bestSchedule.Deviations[index];
        scratch.CopyFrom(bestSchedule);
        scratch.Replace(index, deviation with { Point = deviation.Point + 1 });
        if (!TryReplay(best, scratch) || runner.Recorded.Count != bestSchedule.Count
            || runner.Recorded.Deviations[index] != scratch.Deviations[index])
        {
            return false;
        }

        Keep(best);
        return true;
    }

    private enum CallSimplification
    {
        DropAllowed,
        DropGate,
        OneByte,
        NoFlags,
        NoTimeout,
        OneFile,
        EmptySet,
        OneTick,
        Count,
    }
}

/// <summary>What came out of shrinking.</summary>
/// <param name="Program">The scenario; owned by the shrinker, valid until its next use.</param>
/// <param name="Schedule">Its schedule; likewise.</param>
/// <param name="Violation">The violation of the small form.</param>
/// <param name="CandidatesTried">Runs that it took.</param>
/// <param name="Reproduces">Whether the small form was strictly replayed with the same fault.</param>
public sealed record ShrinkResult(
    Program Program, Schedule Schedule, Violation Violation, int CandidatesTried, bool Reproduces);
