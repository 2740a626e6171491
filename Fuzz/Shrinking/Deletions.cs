// The reductions that take something away, from the largest to the smallest: strands and who creates them, calls one by one and
// in chunks, resources, expectations, deviations of the schedule. Each numbers what it could take; see IReduction.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

// Leaves out many calls at once. Only the schedule at hand is tried: a piece that is needed is found out quickly, and single
// calls get their search afterwards.
/// <summary>Deletes runs of calls, halves first.</summary>
internal sealed class CallChunkDeletion : IReduction
{
    private const int Smallest = 2;

    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => Chunks.CountOf(scenario.CallCount, Smallest);

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        (int start, int end) = Chunks.At(candidate.Scenario.CallCount, Smallest, number);
        for (int call = end - 1; call >= start; call--)
        {
            candidate.Scenario.RemoveCall(call);
        }

        candidate.IsSearched = false;
        return true;
    }
}

// Leaves out one call, the last ones first: what comes late depends on what came before, seldom the other way round.
/// <summary>Deletes single calls.</summary>
internal sealed class CallDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.CallCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Scenario.RemoveCall(candidate.Scenario.CallCount - 1 - number);
        return true;
    }
}

// Makes a forked child a process of its own, which needs no fork, and a cloned thread of such a process one that exists from the
// start.
/// <summary>Deletes the calls that create strands.</summary>
internal sealed class CreatorDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.StrandCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Scenario scenario = candidate.Scenario;
        Strand created = scenario.StrandAt(number);
        if (!created.IsCreated || (created.IsCloned && scenario.StrandAt(created.Process).Kind != StrandKind.Process))
        {
            return false;
        }

        int creator = scenario.CreatorOfStrand(number);
        scenario.StrandAt(number) = created.IsCloned
            ? Strand.ForThread(created.Process, created.Name)
            : Strand.ForProcess(number, created.Name);
        if (creator >= 0)
        {
            scenario.RemoveCall(creator);
        }

        return true;
    }
}

// Leaves out deviations, halves first, then single ones. Replay skips what no longer applies, so this alone may lose more than
// it was told to.
/// <summary>Deletes deviations.</summary>
internal sealed class DeviationDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) =>
        schedule.Count == 1 ? 1 : Chunks.CountOf(schedule.Count, smallest: 1);

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Schedule schedule = candidate.Schedule;
        (int start, int end) = schedule.Count == 1 ? (0, 1) : Chunks.At(schedule.Count, smallest: 1, number);
        for (int i = end - 1; i >= start; i--)
        {
            schedule.RemoveAt(i);
        }

        candidate.IsSearched = false;
        return true;
    }
}

// Takes expectations off: all of them, or all but those of one call. They only judge, so the run stays the same and the
// schedule at hand decides; nothing is searched. It comes first, because what nobody needs must not be kept true while the rest
// shrinks.
/// <summary>Deletes the accepted results of many calls at once.</summary>
internal sealed class ExpectationDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.CallCount + 1;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        int kept = number - 1;
        bool isKeeping = kept >= 0;
        if (isKeeping && !candidate.Scenario.CallAt(kept).Allowed.IsSpecified)
        {
            return false;
        }

        bool hasChanged = false;
        for (int i = 0; i < candidate.Scenario.CallCount; i++)
        {
            ref Call call = ref candidate.Scenario.CallAt(i);
            if (i != kept)
            {
                hasChanged |= call.Allowed.IsSpecified;
                call.Allowed = default;
            }
        }

        candidate.IsSearched = false;
        return hasChanged;
    }
}

// Leaves out one pipe or device; the calls that name it go with it, or do without it where they may.
/// <summary>Deletes single resources.</summary>
internal sealed class ResourceDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.ResourceCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Scenario.ResourceAt(candidate.Scenario.ResourceCount - 1 - number).Kind = ResourceKind.None;
        return true;
    }
}

// Leaves out one thread, process, handler or line of the environment with all its calls.
/// <summary>Deletes single strands.</summary>
internal sealed class StrandDeletion : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.StrandCount > 1 ? scenario.StrandCount : 0;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.Scenario.StrandAt(candidate.Scenario.StrandCount - 1 - number).Kind = StrandKind.None;
        return true;
    }
}
