// What a protocol declares that it does not promise. A limit is no excuse that the oracle finds out by itself: the protocol
// says it in its file, the page of the protocol tells users, and the oracle judges the rest as strictly as without it.

namespace Managarm.Perf.Servers.Protocols;

/// <summary>Declared limits of a protocol.</summary>
[Flags]
public enum Limits : byte
{
    /// <summary>None: all that is wired is promised, whatever servers do.</summary>
    None = 0,

    /// <summary>A server that never looks whether a read is to end is waited for: forever by those that live on, and for
    /// <see cref="LimitTicks.FatalGrace"/> by those that are to die.</summary>
    DeafServers = 1,

    /// <summary>A class of calls that is not wired is not interrupted, so somebody else may wait for it, too.</summary>
    UnwiredCalls = 2,

    /// <summary>Nothing is interrupted: whatever waits ends when it ends, and so do those who wait for it; the request of a
    /// thread that has ended goes on, and the file that it works on stays open.</summary>
    Interruption = 4,
}

/// <summary>Times that limits name.</summary>
public static class LimitTicks
{
    /// <summary>How long, in ticks, a thread may wait for a deaf server when a signal is to end it; our choice.</summary>
    public const long FatalGrace = 100;
}
