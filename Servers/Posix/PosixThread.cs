// A thread as the POSIX server knows it (class Process there): mask, pending signals, the one parked signal and the
// generation, which is cancelled when the thread is to end.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Servers.Posix;

/// <summary>A thread of a process.</summary>
public struct PosixThread
{
    /// <summary>Its process.</summary>
    public Handle<Process> Process;

    /// <summary>Its kernel thread.</summary>
    public Handle<KernelThread> Kernel;

    /// <summary>Strand that it runs.</summary>
    public int Strand;

    /// <summary>Blocked signals, by table index.</summary>
    public ushort Mask;

    /// <summary>Signals directed at this thread.</summary>
    public SignalQueue Signals;

    /// <summary>Counts accepted signals; closes the gap between unmasking and waiting.</summary>
    public uint EnteredSignalSequence;

    /// <summary>Signal that was accepted inside a guard and waits for its end: table index + 1, or 0.</summary>
    public int ParkedSignal;

    /// <summary>What is to be done with the parked signal.</summary>
    public SignalHandling ParkedHandling;

    /// <summary>Number of the grace that runs for a fatal signal, or 0; graces of former guards have other numbers.</summary>
    public uint Grace;

    /// <summary>Number given to a grace last.</summary>
    public uint LastGrace;

    /// <summary>Whether the grace is over, so that the thread ends at its next observation if a fatal signal is still
    /// due.</summary>
    public bool IsGraceOver;

    /// <summary>Whether the thread must end at its next observation.</summary>
    public bool IsForcedToEnd;

    /// <summary>Whether the serving coroutines are to stop.</summary>
    public bool IsInTermination;

    /// <summary>Whether the coroutine that serves signals has ended.</summary>
    public bool AreSignalsDone;

    /// <summary>Whether the coroutine that serves requests has ended.</summary>
    public bool AreRequestsDone;

    /// <summary>Rings when one of the serving coroutines has ended.</summary>
    public Bell DoneBell;

    /// <summary>Cancels the serving coroutines.</summary>
    public Handle<CancelSource> Generation;

    /// <summary>The server's end of the thread's posix lane.</summary>
    public Handle<Lane> PosixLane;

    /// <summary>Mask that the last handler has to restore; only a planted defect reads it.</summary>
    public ushort LastSavedMask;

    /// <summary>Mask to restore when sigsuspend returns.</summary>
    public ushort MaskToRestore;

    /// <summary>Whether there is a mask to restore.</summary>
    public bool HasMaskToRestore;
}

/// <summary>What an accepted signal leads to.</summary>
public struct SignalHandling
{
    /// <summary>The action at the time of acceptance.</summary>
    public SignalAction Action;

    /// <summary>Whether nothing is done.</summary>
    public bool IsIgnored;

    /// <summary>Whether the process ends.</summary>
    public bool IsFatal;
}
