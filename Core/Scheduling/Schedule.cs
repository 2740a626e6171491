// A bounded list of deviations. Recording never fails: past the bound it only remembers that it is incomplete, and whoever
// wants to replay such a schedule is told.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>A schedule: deviations in the order in which they were taken.</summary>
public sealed class Schedule
{
    /// <summary>Number of deviations at most.</summary>
    public const int Capacity = 4096;

    private readonly Deviation[] deviations = new Deviation[Capacity];
    private readonly PointKind[] kinds = new PointKind[Capacity];

    /// <summary>Number of deviations.</summary>
    public int Count { get; private set; }

    /// <summary>Whether more deviations were taken than fit.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>The deviations.</summary>
    public ReadOnlySpan<Deviation> Deviations => deviations.AsSpan(0, Count);

    /// <summary>Role of the point at which a deviation was taken; none where the party had blocked or a schedule was not
    /// recorded.</summary>
    /// <param name="index">Position below <see cref="Count"/>.</param>
    /// <returns>The role.</returns>
    public PointKind KindAt(int index) => kinds[index];

    /// <summary>Forgets all deviations.</summary>
    public void Clear()
    {
        Count = 0;
        IsTruncated = false;
    }

    /// <summary>Appends a deviation.</summary>
    /// <param name="deviation">The deviation.</param>
    /// <param name="kind">Role of the point at which it was taken.</param>
    public void Add(Deviation deviation, PointKind kind = PointKind.None)
    {
        if (Count == Capacity)
        {
            IsTruncated = true;
            return;
        }

        kinds[Count] = kind;
        deviations[Count++] = deviation;
    }

    /// <summary>Removes the deviation at a position.</summary>
    /// <param name="index">Position below <see cref="Count"/>.</param>
    public void RemoveAt(int index)
    {
        Verify.That((uint)index < (uint)Count, "no such deviation");
        Array.Copy(deviations, index + 1, deviations, index, Count - index - 1);
        Array.Copy(kinds, index + 1, kinds, index, Count - index - 1);
        Count--;
    }

    /// <summary>Replaces the deviation at a position.</summary>
    /// <param name="index">Position below <see cref="Count"/>.</param>
    /// <param name="deviation">New deviation.</param>
    public void Replace(int index, Deviation deviation)
    {
        Verify.That((uint)index < (uint)Count, "no such deviation");
        deviations[index] = deviation;
    }

    /// <summary>Makes this a copy of another schedule.</summary>
    /// <param name="other">The schedule to copy.</param>
    public void CopyFrom(Schedule other)
    {
        other.Deviations.CopyTo(deviations);
        other.kinds.AsSpan(0, other.Count).CopyTo(kinds);
        Count = other.Count;
        IsTruncated = other.IsTruncated;
    }
}

// A deviation is the unit of a schedule: at the n-th point of a party, run another party instead of the one that the
// non-preemptive default would run. A schedule is nothing but its deviations, so its length is the number of preemptions and
// it survives edits of the scenario that do not touch the parties it names.
/// <summary>One preemption: "party's point number n: run next".</summary>
/// <param name="Party">The party that reached the point.</param>
/// <param name="Point">Which of its points, counted from 1.</param>
/// <param name="Next">The party that runs instead.</param>
public readonly record struct Deviation(byte Party, byte Next, uint Point);
