// The scheduler's words in the hot arena. They are part of a world's state: a reset brings them back like everything else.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>State of the scheduler of one world.</summary>
internal struct SchedulerState
{
    /// <summary>Running hash of the run.</summary>
    public ulong TraceHash;

    /// <summary>Enabled parties.</summary>
    public uint EnabledMask;

    /// <summary>Parties that only run when nobody else can.</summary>
    public uint LazyMask;

    /// <summary>Steps so far.</summary>
    public uint Steps;

    /// <summary>Decisions so far.</summary>
    public uint Decisions;

    /// <summary>Number of parties.</summary>
    public int PartyCount;

    /// <summary>Party that runs.</summary>
    public int Current;

    /// <summary>Party to run next because of a decision at a point, or -1.</summary>
    public int PendingNext;

    /// <summary>Largest wake stamp given so far.</summary>
    public int LastWakeStamp;

    /// <summary>Smallest wake stamp given so far; preempted parties get the next smaller one.</summary>
    public int FirstWakeStamp;

    /// <summary>Whether the run was ended.</summary>
    public bool IsHalted;

    /// <summary>Whether the step bound ended it.</summary>
    public bool IsOutOfSteps;
}
