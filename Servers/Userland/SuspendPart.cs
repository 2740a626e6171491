// What the mask supercall is to sigsuspend, which makes two of them. Only the repair of T5 says it.

namespace Managarm.Perf.Servers.Userland;

/// <summary>Third argument of the mask supercall.</summary>
public enum SuspendPart : byte
{
    /// <summary>It just changes the mask.</summary>
    None,

    /// <summary>The first of sigsuspend: not while a signal is parked, which belongs to the former mask.</summary>
    Begins,

    /// <summary>The last of sigsuspend: the frame of the parked signal is to restore the mask.</summary>
    Ends,

    /// <summary>The first result: the mask was not changed.</summary>
    Refused,
}
