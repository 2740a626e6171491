// `tagged`: ids from a small table that are used again, as 9P has its tags. A read or write has one of two tags of its thread. A
// cancel is answered, and the thread does not wait for the answer when the reply to the request is there: it goes on with the
// other tag. A tag whose cancel is unanswered must not be used again, or that cancel ends the wrong request. `tagged-hasty` does
// so.
//   user    request:  take a free tag of the thread's table, or wait for an answer that frees one; push (lazily)
//   server  request:  enter (credentials, tag) into the registry of the lane
//   POSIX   parked:   flag 1 -> 2 while frozen, alert the thread's queue, resume
//   user    cancel:   push CancelOperation(tag) on the same lane, with a context of its own, which the table keeps
//   server  cancel:   look (credentials, tag) up; answer whether it was found
//   user    answer:   not found, and no reply yet: the request is not registered yet, so ask again
//   user    reply:    free the tag; but if its cancel is unanswered, the answer will (tagged-hasty: free it)
//   user    any call: an answer that comes late frees its tag
// Wired: read, write.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Fuzz.Tests.Tutorial;

/// <summary>Ids from a table, and answered cancels.</summary>
/// <param name="isHasty">Whether a tag is free as soon as its request is over.</param>
public sealed class Tagged(bool isHasty) : IProtocol
{
    /// <inheritdoc/>
    public string Name => isHasty ? "tagged-hasty" : "tagged";

    /// <inheritdoc/>
    public string Summary => isHasty ? "as tagged, but without waiting for answers" : "two tags a thread, answered cancels";

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => kind is CallKind.Read or CallKind.Write;

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system)
    {
        var sides = new TaggedSides(system, isHasty);
        return new ProtocolSides { Library = sides, Files = sides, Signals = sides };
    }
}

/// <summary>What `tagged` does in one system.</summary>
internal sealed class TaggedSides(ModelSystem system, bool isHasty) : ILibrarySide, IFileServerSide, IPosixSignalSide
{
    private const ulong Free = 0;
    private const ulong InUse = 1;

    private readonly ThreadTable<TagTable> tables = ThreadTable<TagTable>.OfKernelThreads(system);

    /// <inheritdoc/>
    Repairs ILibrarySide.Repairs => Repairs.LaneErrorsReported;

    /// <inheritdoc/>
    public async ModelTask<Message> RequestFromFile(
        UserLibrary user, Handle<KernelThread> thread, uint lane, Message request)
    {
        int tag = FindTag(thread, Free);
        while (tag == 0)
        {
            TakeLateAnswer(user, thread, await user.Dequeue(thread, DequeueUntil.Completion));
            tag = FindTag(thread, Free);
        }

        SetTag(thread, tag, InUse);
        request.CancellationId = (uint)tag;
        await user.Push(thread, user.Prepare.FileRequest(thread, lane, request, UserLibrary.PlainContext));
        Handle<Operation> reply = await AwaitReply(user, thread, DequeueUntil.SignalParked);
        bool isUnanswered = false;
        while (reply.IsNone)
        {
            ulong context = user.NextContext(thread);
            SetTag(thread, tag, context);
            user.CancelIssued(thread, request.CancellationId);
            await user.Push(thread, user.Prepare.AnsweredCancel(thread, lane, request.CancellationId, context));
            (reply, isUnanswered) = await AwaitReplyOrRefusal(user, thread, context);
        }

        SetTag(thread, tag, isUnanswered && !isHasty ? tables[thread.Index][tag - 1] : Free);
        return user.TakeReply(reply);
    }

    /// <inheritdoc/>
    public ModelTask<Handle<Operation>> AwaitCompletion(UserLibrary user, Handle<KernelThread> thread) =>
        AwaitReply(user, thread, DequeueUntil.Completion);

    /// <inheritdoc/>
    public async ModelTask<Admission> AdmitFromFile(LaneServer server, Arrival arrival) =>
        server.Register(arrival, await server.ExtractCredentials(arrival));

    /// <inheritdoc/>
    public async ModelTask<Unit> CancelArrived(LaneServer server, Arrival arrival)
    {
        Admission cancel = await server.TakeCancel(arrival);
        if (cancel.IsAbandoned)
        {
            return default;
        }

        bool isFound = system.Registry.Cancel(arrival.Scope, cancel.Credentials, arrival.Request.CancellationId);
        return await server.Answer(arrival, isFound ? CancelAnswer.Accepted : CancelAnswer.TooLate);
    }

    /// <inheritdoc/>
    public ModelTask<Unit> SignalParked(ModelSystem parked, Handle<PosixThread> thread) =>
        parked.Posix.Observations.AlertQueue(thread);

    private async ModelTask<Handle<Operation>> AwaitReply(UserLibrary user, Handle<KernelThread> thread, DequeueUntil until)
    {
        while (true)
        {
            Handle<Operation> completed = await user.Dequeue(thread, until);
            if (completed.IsNone || user.ContextOf(completed) == UserLibrary.PlainContext)
            {
                return completed;
            }

            TakeLateAnswer(user, thread, completed);
        }
    }

    /// <summary>Waits for the reply, or for the answer that the cancel was not found. An answer that it was leaves only the reply
    /// to wait for, and so does none, when the server is gone.</summary>
    private async ModelTask<(Handle<Operation> Reply, bool IsUnanswered)> AwaitReplyOrRefusal(
        UserLibrary user, Handle<KernelThread> thread, ulong context)
    {
        bool isUnanswered = true;
        while (true)
        {
            Handle<Operation> completed = await user.Dequeue(thread, DequeueUntil.Completion);
            if (user.ContextOf(completed) == UserLibrary.PlainContext)
            {
                return (completed, isUnanswered);
            }

            bool isOwn = user.ContextOf(completed) == context;
            bool isRefused = isOwn && user.AnswerOf(completed) == CancelAnswer.TooLate;
            isUnanswered &= !isOwn;
            TakeLateAnswer(user, thread, completed);
            if (isRefused)
            {
                return default;
            }
        }
    }

    private void TakeLateAnswer(UserLibrary user, Handle<KernelThread> thread, Handle<Operation> completed)
    {
        int tag = FindTag(thread, user.ContextOf(completed));
        if (tag != 0)
        {
            SetTag(thread, tag, Free);
        }

        user.DropLate(completed);
    }

    /// <summary>Finds a tag that is free, or whose cancel has a context; 0 when there is none.</summary>
    private int FindTag(Handle<KernelThread> thread, ulong state)
    {
        ref TagTable table = ref tables[thread.Index];
        return table[0] == state ? 1 : table[1] == state ? 2 : 0;
    }

    private void SetTag(Handle<KernelThread> thread, int tag, ulong state) => tables[thread.Index][tag - 1] = state;
}

/// <summary>The tags of a thread: free, in use, or the context of a cancel that is unanswered.</summary>
[InlineArray(2)]
internal struct TagTable
{
    private ulong first;
}
