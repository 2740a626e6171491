// A party is what the scheduler picks: a user thread, a server's dispatcher, a device, time. It is enabled while it has something
// to do. Within a party everything is first come, first served; between parties the strategy decides.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Scheduling state of one party; lives in the hot arena.</summary>
public struct Party
{
    /// <summary>Capacity of a party's inbox, a power of two.</summary>
    public const int InboxCapacity = 256;

    /// <summary>What kind of party this is.</summary>
    public PartyKind Kind;

    /// <summary>Whether the kernel wants the party's thread at its next point (an interrupt is pending).</summary>
    public bool HasAttention;

    /// <summary>Points passed so far; names decisions in a schedule.</summary>
    public uint PointCount;

    /// <summary>Coroutine that continues when the party is picked, or 0.</summary>
    public int Continuation;

    /// <summary>When the party was woken last: the larger, the later; negative after a preemption.</summary>
    public int WakeStamp;

    /// <summary>First waiter in the inbox.</summary>
    public uint InboxHead;

    /// <summary>End of the inbox.</summary>
    public uint InboxTail;

    /// <summary>Whether the inbox holds no waiter.</summary>
    public readonly bool IsInboxEmpty => InboxHead == InboxTail;
}

/// <summary>Kind of a party.</summary>
public enum PartyKind : byte
{
    /// <summary>Unused slot.</summary>
    None,

    /// <summary>Time: lets deadlines expire.</summary>
    Time,

    /// <summary>A user thread with its kernel half.</summary>
    User,

    /// <summary>The dispatcher of the POSIX server.</summary>
    Posix,

    /// <summary>The dispatcher of an external file server.</summary>
    Files,

    /// <summary>A device that raises its interrupt line.</summary>
    Line,

    /// <summary>The interrupt entry of a processor.</summary>
    Processor,

    /// <summary>No party that runs: the order in which servers handle what is ready.</summary>
    Order,
}

/// <summary>What a party does when it is picked.</summary>
public interface IPartyBody
{
    /// <summary>Runs the party until it suspends at a point, blocks, or has handled one thing.</summary>
    /// <param name="party">Number of the party.</param>
    void Run(int party);
}
