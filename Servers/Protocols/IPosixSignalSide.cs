// The POSIX server's side of a protocol, second part: what it does when it accepts and when it parks a signal, and in the life of
// a thread that it observes (managarm, posix/subsystem/src/observations.cpp and process.cpp). The defaults do nothing: a signal
// waits until the guard ends.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>What the POSIX server does with signals and threads.</summary>
public interface IPosixSignalSide
{
    /// <summary>Faults of today's servers that it repairs.</summary>
    Repairs Repairs => Repairs.None;

    /// <summary>Whether a lane that a thread's page names is kept open when its file is closed.</summary>
    bool HoldsLanes => false;

    /// <summary>Cancel sources that it keeps for each thread that lives, beside those of the thread's calls; for the oracle,
    /// which looks for what belongs to nobody.</summary>
    int SourcesPerThread => 0;

    /// <summary>A signal that is not ignored was accepted, inside a guard or not; the thread is frozen.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> SignalAccepted(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <summary>A signal was accepted inside a guard and parked; the thread is frozen.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> SignalParked(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <summary>Tells when a signal is parked or the thread is to end. Asked for with the repair
    /// <see cref="Repairs.SuspendUntilParked"/> only, so who brings that repair implements it.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>A token that is cancelled then.</returns>
    CancelToken ParkedToken(Handle<PosixThread> thread)
    {
        Verify.Fail("a protocol that suspends until a signal is parked has to tell when that is");
        return default;
    }

    /// <summary>The guard in which a signal was parked has ended, and the signal is about to be raised.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void GuardEnded(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>A thread, or its new image, is about to begin.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void ThreadBegins(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>A thread has been killed; what it asked other servers for is nobody's any more.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> ThreadKilled(ModelSystem system, Handle<PosixThread> thread) => default;

    /// <summary>Whether the queue of a thread is alerted when a signal is parked for it.</summary>
    bool AlertsQueue => false;

    /// <summary>A thread has been killed in a request to a file server or to the POSIX server; only repairs do
    /// something.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="request">Its request on a file's lane, if there is one.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> RequestAbandoned(ModelSystem system, Handle<PosixThread> thread, FileRequest request) =>
        request.Id != 0 && system.Repaired(Repairs.KilledRequestCancelled)
            ? system.Posix.Cancels.SendForKilled(thread, request)
            : default;

    /// <summary>A thread is to end, whatever it does; told as soon as that is known, and again before its serving coroutines are
    /// waited for.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void ThreadEnds(ModelSystem system, Handle<PosixThread> thread)
    {
    }

    /// <summary>Nothing serves a thread any more.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    void ThreadEnded(ModelSystem system, Handle<PosixThread> thread)
    {
    }
}
