// The events a scenario can poll for. What poll reports besides (errors, hang-up) needs no request, as in POSIX, and only
// counts as a ready descriptor.

namespace Managarm.Perf.Core.Calls;

/// <summary>What <c>poll</c> waits for on a descriptor.</summary>
[Flags]
public enum PollEvents : byte
{
    /// <summary>Nothing; not valid in a call.</summary>
    None = 0,

    /// <summary><c>in</c>: there is data to read or the other end is gone.</summary>
    In = 1,

    /// <summary><c>out</c>: there is room to write.</summary>
    Out = 2,

    /// <summary>Both.</summary>
    Both = In | Out,
}
