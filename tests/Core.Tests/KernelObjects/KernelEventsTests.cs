// Event objects by the sequence rules of hel: what an await gets that knows too little, as much, or too much; what a trigger
// tells those who wait; that trigger and cancel end an await once between them; how interrupts are answered.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Hel;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests.KernelObjects;

public sealed class KernelEventsTests : IDisposable
{
    private readonly TestWorld test = new();
    private readonly Handle<IpcQueue> queue;
    private readonly Handle<Universe> universe;

    public KernelEventsTests()
    {
        queue = test.World.Queues.Create(test.Add(() => new ModelTask<Unit>(default(Unit))), default, 1024, 4);
        universe = test.World.Universes.Create();
    }

    private KernelEvents Events => test.World.KernelEvents;

    private HelCalls Hel => test.World.Hel;

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_oneshot_event_goes_from_one_to_two_and_stays()
    {
        Hel.CreateOneshotEvent(universe, out uint number);
        AssertCompleted(Await(number, 0), HelError.None, 1, 0);
        Handle<Operation> waiting = Await(number, 1);
        Assert.False(IsComplete(waiting));
        Assert.Equal(HelError.None, Hel.RaiseEvent(universe, number));
        AssertCompleted(waiting, HelError.None, 2, 1);
        AssertCompleted(Await(number, 0), HelError.None, 2, 1);
        AssertCompleted(Await(number, 1), HelError.None, 2, 1);
        Assert.Equal(HelError.IllegalState, Hel.RaiseEvent(universe, number));
        Assert.Equal(PanicCode.None, test.World.PanicCode);
    }

    [Fact]
    public void Raising_twice_fails_an_assertion_where_the_defect_is_on()
    {
        test.Reset(default(DefectSet).With(Defect.EventRaisedTwiceAsserts));
        Handle<Universe> own = test.World.Universes.Create();
        Hel.CreateOneshotEvent(own, out uint number);
        Hel.RaiseEvent(own, number);
        Hel.RaiseEvent(own, number);
        Assert.Equal(PanicCode.EventRaisedTwice, test.World.PanicCode);
    }

    [Fact]
    public void A_bitset_event_tells_latecomers_all_bits_and_waiters_the_triggering_ones()
    {
        Handle<KernelEvent> bitset = Create(DescriptorKind.BitsetEvent, out uint number);
        Assert.Equal(HelError.IllegalArgs, Events.Trigger(bitset, 0));
        Handle<Operation> waiting = Await(number, 1);
        Events.Trigger(bitset, 0b101);
        AssertCompleted(waiting, HelError.None, 2, 0b101);
        Events.Trigger(bitset, 0b010);
        AssertCompleted(Await(number, 1), HelError.None, 3, 0b111);
        AssertCompleted(Await(number, 2), HelError.None, 3, 0b010);
        AssertCompleted(Await(number, 0), HelError.None, 3, 0b111);
        Assert.False(IsComplete(Await(number, 3)));
        Assert.Equal(HelError.BadDescriptor, Hel.RaiseEvent(universe, number));
    }

    [Theory]
    [InlineData(DescriptorKind.OneshotEvent, 2ul)]
    [InlineData(DescriptorKind.BitsetEvent, 2ul)]
    public void A_sequence_from_the_future_is_an_assertion_of_the_kernel(DescriptorKind kind, ulong sequence)
    {
        Create(kind, out uint number);
        Await(number, sequence);
        Assert.Equal(PanicCode.EventSequence, test.World.PanicCode);
    }

    [Fact]
    public void An_interrupt_object_counts_interrupts_and_is_answered_once_each()
    {
        Hel.HandleIrq(universe, out uint number);
        test.World.Universes.Resolve(universe, number, DescriptorKind.Irq, HelRights.None, out ulong target);
        var irq = Handle<KernelEvent>.FromBits(target);
        Handle<Operation> waiting = Await(number, 0);
        Assert.Equal(HelError.IllegalArgs, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Acknowledge, 0));
        Events.Report(irq);
        AssertCompleted(waiting, HelError.None, 1, 0);
        Assert.Equal(HelError.IllegalArgs, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Acknowledge, 2));
        Assert.Equal(HelError.IllegalArgs, Hel.AcknowledgeIrq(universe, number, IrqAnswer.None, 1));
        Assert.Equal(HelError.IllegalArgs, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Clear, 1));
        Assert.Equal(HelError.IllegalArgs, Hel.AcknowledgeIrq(universe, number, (IrqAnswer)4, 1));
        Assert.Equal(HelError.None, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Acknowledge, 1));
        Assert.Equal(HelError.IllegalArgs, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Nack, 1));
        Events.Report(irq);
        Assert.Equal(HelError.None, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Kick, 99));
        Assert.Equal(IrqStatus.Indefinite, Events[irq].Status);
        Assert.Equal(HelError.None, Hel.AcknowledgeIrq(universe, number, IrqAnswer.Kick | IrqAnswer.Clear, 99));
        Assert.Equal(IrqStatus.Answered, Events[irq].Status);
    }

    [Fact]
    public void Awaits_of_interrupts_cannot_be_cancelled()
    {
        Hel.HandleIrq(universe, out uint number);
        Handle<Operation> waiting = Await(number, 0, tag: 5);
        Cancel(5);
        Assert.False(IsComplete(waiting));
    }

    [Fact]
    public void Trigger_and_cancel_end_an_await_once_between_them() => Checked.ForAll<byte[]>(200, commands =>
    {
        Create(DescriptorKind.BitsetEvent, out uint number);
        test.World.Universes.Resolve(universe, number, DescriptorKind.BitsetEvent, HelRights.None, out ulong target);
        var bitset = Handle<KernelEvent>.FromBits(target);
        int submitted = 0;
        ulong known = 1;
        foreach (byte command in commands.Take(40))
        {
            if (command % 3 == 0)
            {
                Await(number, known, tag: (ulong)(command % 8) + 1);
                submitted++;
            }
            else if (command % 3 == 1)
            {
                Cancel((ulong)(command % 8) + 1);
            }
            else
            {
                Events.Trigger(bitset, command);
                known++;
            }
        }

        Events.Trigger(bitset, 1);
        int completed = 0;
        while (test.World.Queues.TryPop(queue, out Handle<Operation> operation))
        {
            completed++;
            test.World.Lanes.Free(operation);
        }

        test.World.Universes.Close(universe, number);
        return completed == submitted && test.World.Lanes.LiveOperations == 0 && Events.LiveCount == 0;
    });

    [Fact]
    public void An_event_lives_as_long_as_somebody_waits_for_it()
    {
        Create(DescriptorKind.OneshotEvent, out uint number);
        Await(number, 1, tag: 3);
        test.World.Universes.Close(universe, number);
        Assert.Equal(1, Events.LiveCount);
        Cancel(3);
        Assert.Equal(0, Events.LiveCount);
    }

    [Fact]
    public void What_is_no_event_cannot_be_awaited()
    {
        uint wrongKind = test.World.Universes.Attach(universe, DescriptorKind.Queue, queue.Bits, HelRights.All);
        Hel.CreateOneshotEvent(universe, out uint number);
        test.World.Universes.Transfer(universe, universe, number, HelRights.Signal, HelRights.None, out uint noWait);
        test.World.Universes.Transfer(universe, universe, number, HelRights.Wait, HelRights.None, out uint noSignal);
        Assert.Equal(HelError.NoDescriptor, ErrorOf(Await(number + 77, 0)));
        Assert.Equal(HelError.BadDescriptor, ErrorOf(Await(wrongKind, 0)));
        Assert.Equal(HelError.BadRights, ErrorOf(Await(noWait, 0)));
        Assert.Equal(HelError.BadRights, Hel.RaiseEvent(universe, noSignal));
        Assert.Equal(HelError.None, Hel.RaiseEvent(universe, noWait));
    }

    private Handle<KernelEvent> Create(DescriptorKind kind, out uint number)
    {
        HelError error = kind == DescriptorKind.OneshotEvent
            ? Hel.CreateOneshotEvent(universe, out number)
            : Hel.CreateBitsetEvent(universe, out number);
        Assert.Equal(HelError.None, error);
        test.World.Universes.Resolve(universe, number, kind, HelRights.None, out ulong target);
        return Handle<KernelEvent>.FromBits(target);
    }

    private Handle<Operation> Await(uint number, ulong sequence, ulong tag = 0)
    {
        Handle<Operation> operation = test.World.Lanes.Prepare(OperationKind.AwaitEvent, queue, 0);
        ref Operation wait = ref test.World.Lanes.Operations[operation];
        wait.Universe = universe;
        wait.Descriptor = number;
        wait.EventSequence = sequence;
        wait.Tag = tag;
        test.World.Queues.PushOrDrive(queue, operation);
        Drive();
        return operation;
    }

    private void Cancel(ulong tag)
    {
        test.World.Queues.PushCancel(queue, tag);
        Drive();
    }

    private void Drive()
    {
        test.World.Queues.BeginDrive(queue);
        while (test.World.Queues.ProcessSubmission(queue))
        {
        }
    }

    private bool IsComplete(Handle<Operation> operation) =>
        test.World.Lanes.Operations[operation].State == OperationState.Completed;

    private HelError ErrorOf(Handle<Operation> operation)
    {
        Assert.True(IsComplete(operation));
        return test.World.Lanes.Operations[operation].Error;
    }

    private void AssertCompleted(Handle<Operation> operation, HelError error, ulong sequence, uint bits)
    {
        Assert.Equal(error, ErrorOf(operation));
        Assert.Equal(sequence, test.World.Lanes.Operations[operation].EventSequence);
        Assert.Equal(bits, test.World.Lanes.Operations[operation].EventBits);
    }
}
