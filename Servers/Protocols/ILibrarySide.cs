// The library's side of a protocol: how a user thread makes a cancellable call (mlibc, posix-pipe.hpp). Everything here runs on
// the thread's own party, inside a guard. The defaults make a request and wait for its end, whatever comes.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>What user threads do.</summary>
public interface ILibrarySide
{
    /// <summary>When a pushed submission reaches the kernel.</summary>
    SubmissionMode Submission => SubmissionMode.Lazy;

    /// <summary>Flaws of today's library that it repairs.</summary>
    Repairs Repairs => Repairs.None;

    /// <summary>Makes a cancellable request on the thread's posix lane and waits for the reply.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread, inside a guard.</param>
    /// <param name="request">The request.</param>
    /// <param name="tailArgument">Argument of the request's second part, or null when there is none.</param>
    /// <returns>The reply.</returns>
    ModelTask<Message> RequestFromPosix(UserLibrary user, Handle<KernelThread> thread, Message request, long? tailArgument) =>
        user.Exchange(thread, user.Prepare.PosixRequest(thread, request, tailArgument));

    /// <summary>Makes a cancellable request on a file's passthrough lane and waits for the reply.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread, inside a guard.</param>
    /// <param name="lane">Descriptor number of the file's lane.</param>
    /// <param name="request">The request.</param>
    /// <returns>The reply.</returns>
    ModelTask<Message> RequestFromFile(UserLibrary user, Handle<KernelThread> thread, uint lane, Message request) =>
        user.Exchange(thread, user.Prepare.FileRequest(thread, lane, request, context: 0));

    /// <summary>Sleeps cancellably.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread, inside a guard.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>0 or EINTR.</returns>
    ModelTask<Errno> Sleep(UserLibrary user, Handle<KernelThread> thread, long deadlineTicks) =>
        user.Sleep(thread, deadlineTicks);

    /// <summary>Waits for the reply to a request that is not cancellable.</summary>
    /// <param name="user">The userland.</param>
    /// <param name="thread">The calling thread.</param>
    /// <returns>The completed operation.</returns>
    ModelTask<Handle<Operation>> AwaitCompletion(UserLibrary user, Handle<KernelThread> thread) =>
        user.Dequeue(thread, DequeueUntil.Completion);
}

/// <summary>When a pushed submission reaches the kernel.</summary>
public enum SubmissionMode : byte
{
    /// <summary>At once, by a kernel entry of its own (helSubmitAsync).</summary>
    Direct,

    /// <summary>When the queue is driven next (since mlibc 348dc549).</summary>
    Lazy,
}
