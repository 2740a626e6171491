// Event objects of the kernel (thor event.cpp, irq.cpp, hel.cpp): creating, raising, awaiting by sequence, cancelling an await.
// Trigger and cancel meet in one step here, so exactly one of them ends an await. What thor asserts on and user code can reach
// is a panic of the modelled system, everything else that can go wrong is hel's error. These are objects that user code has
// descriptors of; what the coroutines of servers and kernel wait for among themselves is World.Events.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.KernelObjects;

/// <summary>Oneshot events, bitset events and interrupt objects of a world.</summary>
public sealed class KernelEvents
{
    private readonly World world;
    private readonly Slab<KernelEvent> events;

    internal KernelEvents(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        events = new Slab<KernelEvent>(arena, options.KernelEventCapacity, ObjectKind.KernelEvent);
    }

    /// <summary>The interrupt pins that report to interrupt objects; null where there is no hardware.</summary>
    public IInterruptPins? Pins { get; set; }

    /// <summary>Number of event objects alive.</summary>
    public int LiveCount => events.LiveCount;

    /// <summary>An event object.</summary>
    /// <param name="kernelEvent">A live one.</param>
    public ref KernelEvent this[Handle<KernelEvent> kernelEvent] => ref events[kernelEvent];

    /// <summary>Whether an event object exists.</summary>
    /// <param name="kernelEvent">Any handle.</param>
    /// <returns>False once nobody refers to it.</returns>
    public bool IsLive(Handle<KernelEvent> kernelEvent) => events.IsLive(kernelEvent);

    /// <summary>Creates an event object that nobody refers to yet; attach it at once.</summary>
    /// <param name="kind">OneshotEvent, BitsetEvent or Irq.</param>
    /// <returns>The object, or none when there are too many (NoMemory).</returns>
    public Handle<KernelEvent> Create(DescriptorKind kind)
    {
        Verify.That(kind is DescriptorKind.OneshotEvent or DescriptorKind.BitsetEvent or DescriptorKind.Irq, "not an event kind");
        Handle<KernelEvent> kernelEvent = events.Allocate();
        if (kernelEvent.IsNone)
        {
            return default;
        }

        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        events[kernelEvent].Kind = kind;
        events[kernelEvent].Sequence = kind == DescriptorKind.Irq ? 0ul : 1ul;
        return kernelEvent;
    }

    /// <summary>Raises a oneshot event (helRaiseEvent): every await ends with sequence 2 and bit 0.</summary>
    /// <param name="kernelEvent">A oneshot event.</param>
    /// <returns>IllegalState when it was triggered before (managarm d6e3ac734).</returns>
    public HelError Raise(Handle<KernelEvent> kernelEvent)
    {
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        ref KernelEvent raised = ref events[kernelEvent];
        Verify.That(raised.Kind == DescriptorKind.OneshotEvent, "only a oneshot event is raised");
        if (raised.Sequence > 1)
        {
            if (world.Has(Defect.EventRaisedTwiceAsserts))
            {
                world.Panic(PanicCode.EventRaisedTwice);
            }

            return HelError.IllegalState;
        }

        Advance(kernelEvent, 1);
        return HelError.None;
    }

    /// <summary>Triggers bits of a bitset event, as a kernlet does.</summary>
    /// <param name="kernelEvent">A bitset event.</param>
    /// <param name="bits">Which bits.</param>
    /// <returns>IllegalArgs for no bits.</returns>
    public HelError Trigger(Handle<KernelEvent> kernelEvent, uint bits)
    {
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        Verify.That(events[kernelEvent].Kind == DescriptorKind.BitsetEvent, "only a bitset event has bits");
        if (bits == 0)
        {
            return HelError.IllegalArgs;
        }

        Advance(kernelEvent, bits);
        return HelError.None;
    }

    /// <summary>Reports an interrupt to an interrupt object, as its pin does: the last one is answered or lost.</summary>
    /// <param name="kernelEvent">An interrupt object.</param>
    public void Report(Handle<KernelEvent> kernelEvent)
    {
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        Verify.That(events[kernelEvent].Kind == DescriptorKind.Irq, "only an interrupt object gets interrupts");
        events[kernelEvent].Status = IrqStatus.Indefinite;
        Advance(kernelEvent, 0);
    }

    /// <summary>Answers an interrupt (helAcknowledgeIrq).</summary>
    /// <param name="kernelEvent">An interrupt object.</param>
    /// <param name="answer">Mode, and Clear with Kick.</param>
    /// <param name="sequence">Sequence of the interrupt that is answered; ignored by Kick.</param>
    /// <returns>IllegalArgs for a wrong mode, a sequence that is not the current one, an interrupt that was answered.</returns>
    public HelError Acknowledge(Handle<KernelEvent> kernelEvent, IrqAnswer answer, ulong sequence)
    {
        const uint modes = 3;
        const uint known = modes | (uint)IrqAnswer.Clear;
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        ref KernelEvent irq = ref events[kernelEvent];
        var mode = (IrqAnswer)((uint)answer & modes);
        if (((uint)answer & ~known) != 0 || mode == IrqAnswer.None)
        {
            return HelError.IllegalArgs;
        }

        if (mode == IrqAnswer.Kick)
        {
            irq.Status = (answer & IrqAnswer.Clear) != 0 ? IrqStatus.Answered : irq.Status;
            Pins?.Answered(kernelEvent, mode);
            return HelError.None;
        }

        if (sequence != irq.Sequence || irq.Status != IrqStatus.Indefinite)
        {
            return HelError.IllegalArgs;
        }

        irq.Status = IrqStatus.Answered;
        Pins?.Answered(kernelEvent, mode);
        return HelError.None;
    }

    /// <summary>Kernel: takes an await (hel opcode 4); completes it at once when the event has moved on.</summary>
    /// <param name="operation">The await, with the event and the sequence that its submitter knows.</param>
    internal void SubmitAwait(Handle<Operation> operation)
    {
        ref Operation wait = ref world.Lanes.Operations[operation];
        Handle<KernelEvent> kernelEvent = wait.Event;
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        ref KernelEvent awaited = ref events[kernelEvent];
        if (IsBeyond(awaited, wait.EventSequence))
        {
            world.Panic(PanicCode.EventSequence);
            wait.Event = default;
            world.Queues.Post(operation);
            return;
        }

        if (wait.EventSequence < awaited.Sequence)
        {
            uint bits = BitsSince(awaited, wait.EventSequence);
            End(operation, HelError.None, awaited.Sequence, bits);
            return;
        }

        awaited.References++;
        Append(ref awaited, operation);
    }

    /// <summary>Kernel: ends an await as cancelled, unless it has ended. Awaits of interrupts cannot be cancelled (thor hel.cpp,
    /// doSubmitAwaitEvent passes no token).</summary>
    /// <param name="operation">A submitted await.</param>
    internal void CancelAwait(Handle<Operation> operation)
    {
        Handle<KernelEvent> kernelEvent = world.Lanes.Operations[operation].Event;
        if (!events.IsLive(kernelEvent) || events[kernelEvent].Kind == DescriptorKind.Irq)
        {
            return;
        }

        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        if (!TryRemove(ref events[kernelEvent], operation))
        {
            return;
        }

        End(operation, HelError.Cancelled, 0, 0);
        Release(kernelEvent);
    }

    /// <summary>Takes a reference.</summary>
    /// <param name="kernelEvent">A live object.</param>
    internal void Retain(Handle<KernelEvent> kernelEvent)
    {
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        events[kernelEvent].References++;
    }

    /// <summary>Drops a reference; the last one frees the object.</summary>
    /// <param name="kernelEvent">A live object.</param>
    internal void Release(Handle<KernelEvent> kernelEvent)
    {
        world.Writes(ObjectKind.KernelEvent, kernelEvent.Index);
        ref KernelEvent released = ref events[kernelEvent];
        Verify.That(released.References > 0, "kernel event released too often");
        if (--released.References == 0)
        {
            if (released.Kind == DescriptorKind.Irq)
            {
                Pins?.Forget(kernelEvent);
            }

            events.Free(kernelEvent);
        }
    }

    /// <summary>Whether an await names a sequence that cannot be known yet; thor asserts on it, except for interrupts.</summary>
    private static bool IsBeyond(in KernelEvent awaited, ulong sequence) => awaited.Kind switch
    {
        DescriptorKind.OneshotEvent => sequence > 1,
        DescriptorKind.BitsetEvent => sequence > awaited.Sequence,
        _ => false,
    };

    private static uint BitsSince(in KernelEvent awaited, ulong sequence)
    {
        if (awaited.Kind == DescriptorKind.OneshotEvent)
        {
            return awaited.Sequence > 1 ? 1u : 0u;
        }

        uint bits = 0;
        for (int bit = 0; bit < KernelEvent.BitCount; bit++)
        {
            bits |= awaited.LastTriggers[bit] > sequence ? 1u << bit : 0;
        }

        return bits;
    }

    private void Advance(Handle<KernelEvent> kernelEvent, uint bits)
    {
        ref KernelEvent moved = ref events[kernelEvent];
        ulong sequence = ++moved.Sequence;
        for (int bit = 0; bit < KernelEvent.BitCount; bit++)
        {
            if ((bits >> bit & 1) != 0)
            {
                moved.LastTriggers[bit] = sequence;
            }
        }

        int number = moved.WaitHead;
        moved.WaitHead = 0;
        moved.WaitTail = 0;
        while (number != 0)
        {
            Handle<Operation> waiting = world.Lanes.Operations.HandleAt(number - 1);
            number = world.Lanes.Operations[waiting].NextWaiting;
            End(waiting, HelError.None, sequence, bits);
            Release(kernelEvent);
        }
    }

    private void End(Handle<Operation> operation, HelError error, ulong sequence, uint bits)
    {
        ref Operation ended = ref world.Lanes.Operations[operation];
        ended.Event = default;
        ended.Error = error;
        ended.EventSequence = sequence;
        ended.EventBits = bits;
        world.Queues.Post(operation);
    }

    private void Append(ref KernelEvent awaited, Handle<Operation> operation)
    {
        int number = (int)operation.Index + 1;
        world.Lanes.Operations[operation].NextWaiting = 0;
        if (awaited.WaitTail == 0)
        {
            awaited.WaitHead = number;
        }
        else
        {
            world.Lanes.Operations.At(awaited.WaitTail - 1).NextWaiting = number;
        }

        awaited.WaitTail = number;
    }

    private bool TryRemove(ref KernelEvent awaited, Handle<Operation> operation)
    {
        int before = 0;
        for (int number = awaited.WaitHead; number != 0; number = world.Lanes.Operations.At(number - 1).NextWaiting)
        {
            if (number == (int)operation.Index + 1)
            {
                int next = world.Lanes.Operations.At(number - 1).NextWaiting;
                awaited.WaitHead = before == 0 ? next : awaited.WaitHead;
                awaited.WaitTail = next == 0 ? before : awaited.WaitTail;
                if (before != 0)
                {
                    world.Lanes.Operations.At(before - 1).NextWaiting = next;
                }

                return true;
            }

            before = number;
        }

        return false;
    }
}
