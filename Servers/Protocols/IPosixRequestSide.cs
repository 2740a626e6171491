// The POSIX server's side of a protocol, first part: how it takes in what comes on posix lanes, one at a time, how it lets go of
// it, and what it does for a thread that asks by supercall (managarm, posix/subsystem/src/requests.cpp). The defaults serve every
// request to its end.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>What the POSIX server does with requests on posix lanes.</summary>
public interface IPosixRequestSide
{
    /// <summary>Whether a request is refused without a reply: the coroutine that would send it was made and not awaited (before
    /// managarm c1b80daa8).</summary>
    bool RefusesSilently => false;

    /// <summary>Takes in a cancellable request, all parts of which have been received but what the protocol itself has
    /// added.</summary>
    /// <param name="server">The request loop.</param>
    /// <param name="thread">The calling thread.</param>
    /// <param name="conversation">Conversation lane.</param>
    /// <param name="request">Head of the request.</param>
    /// <returns>By whom and how it will be cancelled.</returns>
    ModelTask<Admission> AdmitFromPosix(
        Requests server, Handle<PosixThread> thread, Handle<Lane> conversation, Message request) =>
        new(server.Uncancelled(thread));

    /// <summary>A request has ended, cancelled or not; nothing may cancel it any more. Before the reply.</summary>
    /// <param name="system">The system.</param>
    /// <param name="admission">What it was taken in with.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> Conclude(ModelSystem system, Admission admission)
    {
        system.Registry.Unregister(admission);
        return default;
    }

    /// <summary>The thread asks by supercall to cancel its running request.</summary>
    /// <param name="system">The system.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="cancellationId">Id of the request.</param>
    /// <param name="file">File number of the request, or <see cref="UserLibrary.NoFile"/> for one on the posix lane.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> CancelRequested(ModelSystem system, Handle<PosixThread> thread, uint cancellationId, int file) => default;
}
