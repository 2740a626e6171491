// Replay follows a schedule. Strict replay demands that every deviation is possible and used, and names the first that is not: a
// recorded run must come back exactly. Lenient replay, for shrinking, skips deviations that no longer apply.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Follows a list of deviations.</summary>
public sealed class Replay : IScheduleStrategy
{
    private readonly Schedule schedule = new();
    private readonly bool[] used = new bool[Schedule.Capacity];
    private int firstUnused;

    /// <summary>Whether deviations that do not apply end the replay.</summary>
    public bool IsStrict { get; private set; }

    /// <summary>The deviation that could not be followed, by position, or -1.</summary>
    public int DivergedAt { get; private set; }

    /// <summary>Loads a schedule.</summary>
    /// <param name="source">Deviations to follow.</param>
    /// <param name="isStrict">Whether each must apply.</param>
    public void Load(Schedule source, bool isStrict)
    {
        schedule.CopyFrom(source);
        IsStrict = isStrict;
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        Array.Clear(used, 0, schedule.Count);
        firstUnused = 0;
        DivergedAt = -1;
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        ReadOnlySpan<Deviation> deviations = schedule.Deviations;
        for (int i = firstUnused; i < deviations.Length; i++)
        {
            Deviation deviation = deviations[i];
            if (used[i] || deviation.Party != decision.Party || deviation.Point != decision.Point)
            {
                continue;
            }

            used[i] = true;
            while (firstUnused < deviations.Length && used[firstUnused])
            {
                firstUnused++;
            }

            if ((decision.EnabledMask >> deviation.Next & 1) != 0)
            {
                return deviation.Next;
            }

            NoteDivergence(i);
        }

        return decision.Default;
    }

    /// <summary>Ends a replay: a deviation that was never reached is a divergence, too.</summary>
    public void Finish()
    {
        if (firstUnused < schedule.Count)
        {
            NoteDivergence(firstUnused);
        }
    }

    private void NoteDivergence(int index)
    {
        if (IsStrict && (DivergedAt < 0 || index < DivergedAt))
        {
            DivergedAt = index;
        }
    }
}
