// Prepares the operations that a user thread pushes to its queue: requests and cancels with their items, in the order in which
// mlibc puts them (sysdeps/managarm), and waits with a tag of their own. Nothing here enters the kernel or is a step of the
// model: an operation counts from its push on.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Prepares operations of user threads.</summary>
public sealed class OperationBuilder
{
    private readonly ModelSystem system;
    private readonly World world;

    internal OperationBuilder(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>Prepares a request on the thread's posix lane: offer, send, optional second part and event, receive.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="request">The request.</param>
    /// <param name="tailArgument">Argument of the second part, or null.</param>
    /// <param name="cancelEvent">Descriptor of an event to push with the request, or 0.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> PosixRequest(
        Handle<KernelThread> thread, Message request, long? tailArgument, uint cancelEvent = 0)
    {
        Handle<Operation> operation = PrepareExchange(
            thread, world.Threads[thread].PosixLaneDescriptor, UserLibrary.PlainContext);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        AddSend(operation, request, MessageSize.Head);
        if (tailArgument is { } argument)
        {
            AddSend(operation, new Message { Kind = (ushort)MessageKind.Tail, LongArgument = argument }, MessageSize.Tail);
        }

        AddPush(operation, cancelEvent);
        world.Lanes.AddItem(operation, ItemKind.ReceiveInline);
        return operation;
    }

    /// <summary>Prepares a request on a file's lane: offer, send, optional event, imbue, receive the reply and, for a read, the
    /// data.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="lane">Descriptor number of the lane.</param>
    /// <param name="request">The request.</param>
    /// <param name="context">Context of the completion.</param>
    /// <param name="cancelEvent">Descriptor of an event to push with the request, or 0.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> FileRequest(
        Handle<KernelThread> thread, uint lane, Message request, ulong context, uint cancelEvent = 0)
    {
        Handle<Operation> operation = PrepareExchange(thread, lane, context);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        AddSend(operation, request, MessageSize.Head);
        AddPush(operation, cancelEvent);
        world.Lanes.AddItem(operation, ItemKind.Imbue);
        world.Lanes.AddItem(operation, ItemKind.ReceiveInline);
        if (request.Kind == (ushort)MessageKind.Read)
        {
            world.Lanes.AddItem(operation, ItemKind.ReceiveBuffer).LengthBytes = request.Argument0;
        }

        return operation;
    }

    /// <summary>Prepares a cancel on a file's lane: offer, send, imbue, receive an answer.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="lane">Descriptor number of the lane.</param>
    /// <param name="cancellationId">Id of the request to cancel.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> AnsweredCancel(
        Handle<KernelThread> thread, uint lane, uint cancellationId, ulong context)
    {
        Handle<Operation> operation = FileCancel(thread, lane, cancellationId, context);
        world.Lanes.AddItem(operation, ItemKind.ReceiveInline);
        return operation;
    }

    /// <summary>Prepares a cancel on the thread's posix lane: offer, send; there is no reply.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="cancellationId">Id of the request to cancel.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> PosixCancel(Handle<KernelThread> thread, uint cancellationId, ulong context)
    {
        Handle<Operation> operation = PrepareExchange(thread, world.Threads[thread].PosixLaneDescriptor, context);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        var cancel = new Message { Kind = (ushort)MessageKind.CancelOperation, CancellationId = cancellationId };
        AddSend(operation, cancel, MessageSize.Head);
        return operation;
    }

    /// <summary>Prepares a cancel on a file's lane: offer, send, imbue; there is no reply.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="lane">Descriptor number of the lane.</param>
    /// <param name="cancellationId">Id of the request to cancel.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> FileCancel(
        Handle<KernelThread> thread, uint lane, uint cancellationId, ulong context)
    {
        Handle<Operation> operation = PrepareExchange(thread, lane, context);
        world.Lanes.AddItem(operation, ItemKind.Offer);
        var cancel = new Message { Kind = (ushort)MessageKind.CancelOperation, CancellationId = cancellationId };
        AddSend(operation, cancel, MessageSize.Head);
        world.Lanes.AddItem(operation, ItemKind.Imbue);
        return operation;
    }

    /// <summary>Prepares a wait for a deadline, with a tag of its own.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> Sleep(Handle<KernelThread> thread, long deadlineTicks, ulong context)
    {
        Handle<Operation> operation = PrepareTagged(thread, OperationKind.AwaitClock, context);
        world.Lanes.Operations[operation].DeadlineTicks = deadlineTicks;
        return operation;
    }

    /// <summary>Prepares a wait until an event has been raised, with a tag of its own.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="descriptor">Descriptor of a oneshot event.</param>
    /// <param name="context">Context of the completion.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> AwaitEvent(Handle<KernelThread> thread, uint descriptor, ulong context)
    {
        Handle<Operation> operation = PrepareTagged(thread, OperationKind.AwaitEvent, context);
        world.Lanes.Operations[operation].Descriptor = descriptor;
        world.Lanes.Operations[operation].EventSequence = 1;
        return operation;
    }

    /// <summary>Prepares a cancel of a tagged operation of the thread's queue.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="tag">Tag of the operation.</param>
    /// <returns>The cancel.</returns>
    public Handle<Operation> TagCancel(Handle<KernelThread> thread, ulong tag) =>
        world.Queues.PrepareCancel(world.Threads[thread].Queue, tag);

    private Handle<Operation> PrepareExchange(Handle<KernelThread> thread, uint lane, ulong context)
    {
        ref KernelThread state = ref world.Threads[thread];
        uint credentials = world.Has(Defect.CredentialsShared) ? system.MainThreadOf(thread).Index : state.Credentials;
        Handle<Operation> operation = world.Lanes.PrepareExchange(state.Queue, state.Universe, lane, credentials);
        world.Lanes.Operations[operation].Context = context;
        return operation;
    }

    private void AddSend(Handle<Operation> operation, in Message message, int lengthBytes)
    {
        ref Item item = ref world.Lanes.AddItem(operation, ItemKind.Send);
        item.Message = message;
        item.LengthBytes = lengthBytes;
    }

    private void AddPush(Handle<Operation> operation, uint descriptor)
    {
        if (descriptor != 0)
        {
            world.Lanes.AddItem(operation, ItemKind.Push).Descriptor =
                new Descriptor { Number = descriptor, Rights = HelRights.Wait };
        }
    }

    private Handle<Operation> PrepareTagged(Handle<KernelThread> thread, OperationKind kind, ulong context)
    {
        ref KernelThread state = ref world.Threads[thread];
        Handle<Operation> operation = world.Lanes.Prepare(kind, state.Queue, context);
        world.Lanes.Operations[operation].Universe = state.Universe;
        world.Lanes.Operations[operation].Tag = world.Queues.NextTag(state.Queue);
        return operation;
    }
}
