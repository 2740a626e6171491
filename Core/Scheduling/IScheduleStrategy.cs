// Who runs next. The scheduler asks only where more than one party is enabled; everything else follows from the non-preemptive
// default, which strategies may always return.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Picks the next party at a decision.</summary>
public interface IScheduleStrategy
{
    /// <summary>Whether to ask where only one party is enabled, too: who explores wants to see every transition. Such a choice
    /// is no decision.</summary>
    bool AsksAlways => false;

    /// <summary>Prepares for a run.</summary>
    /// <param name="partyCount">Number of parties.</param>
    void Begin(int partyCount);

    /// <summary>Decides.</summary>
    /// <param name="decision">Where the run stands.</param>
    /// <returns>The party to run; must be enabled.</returns>
    int Next(in Decision decision);

    /// <summary>Learns from a run that has ended; the world still shows its end.</summary>
    void End()
    {
    }
}

/// <summary>A point at which more than one party is enabled.</summary>
public readonly struct Decision
{
    /// <summary>Party that reached the point.</summary>
    public required int Party { get; init; }

    /// <summary>Which of its points, counted from 1.</summary>
    public required uint Point { get; init; }

    /// <summary>Party that the non-preemptive default runs.</summary>
    public required int Default { get; init; }

    /// <summary>Enabled parties, one bit each.</summary>
    public required uint EnabledMask { get; init; }

    /// <summary>Parties that the default never picks while another is enabled (time).</summary>
    public required uint LazyMask { get; init; }

    /// <summary>Steps taken so far in this run.</summary>
    public required uint Step { get; init; }

    /// <summary>Whether the party stands at a point in the middle of its code, rather than having ended what it did.</summary>
    public bool IsAtPoint { get; init; }
}
