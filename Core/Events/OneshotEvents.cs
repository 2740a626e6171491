// Events of one world: oneshot events in a slab, bells (recurring events) and cancel sources that raise or cancel the events
// registered with them. A wait is one oneshot event registered with up to two bells and one cancel token: whoever comes first
// settles it by the event's own compare-exchange, later ones are told that they came too late. Raising posts the waiter to its
// party's inbox and never runs it.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Sync;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Time;

namespace Managarm.Perf.Core.Events;

/// <summary>Oneshot events, bells and cancel sources.</summary>
public sealed unsafe class OneshotEvents
{
    /// <summary>No deadline.</summary>
    public const long NoDeadline = -1;

    private readonly World world;
    private readonly Slab<OneshotEvent> events;
    private readonly Slab<Registration> registrations;
    private readonly Slab<CancelSource> sources;

    internal OneshotEvents(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        events = new Slab<OneshotEvent>(arena, options.EventCapacity, ObjectKind.Event);
        registrations = new Slab<Registration>(arena, options.EventCapacity * 3, ObjectKind.Registration);
        sources = new Slab<CancelSource>(arena, options.CancelSourceCapacity, ObjectKind.CancelSource);
    }

    internal TaskTable Tasks => world.Tasks;

    /// <summary>Number of events alive.</summary>
    public int LiveEvents => events.LiveCount;

    /// <summary>Number of cancel sources alive.</summary>
    public int LiveSources => sources.LiveCount;

    /// <summary>Creates an event.</summary>
    /// <returns>Its handle.</returns>
    public Handle<OneshotEvent> Create()
    {
        Handle<OneshotEvent> oneshot = events.Allocate();
        Verify.That(!oneshot.IsNone, "out of events");
        world.Writes(ObjectKind.Event, oneshot.Index);
        ref OneshotEvent created = ref events.At((int)oneshot.Index);
        created.Word = OneshotWord<PlainSync>.Fresh(oneshot.Generation);
        created.Party = (byte)world.Scheduler.Current;
        return oneshot;
    }

    /// <summary>Frees an event.</summary>
    /// <param name="oneshot">A live event.</param>
    public void Free(Handle<OneshotEvent> oneshot)
    {
        world.Writes(ObjectKind.Event, oneshot.Index);
        events.Free(oneshot);
    }

    /// <summary>Raises an event and posts its waiter.</summary>
    /// <param name="oneshot">The event; may be stale.</param>
    /// <returns>Raised, AlreadySettled or Stale.</returns>
    public OneshotResult Raise(Handle<OneshotEvent> oneshot)
    {
        if (!events.IsLive(oneshot))
        {
            return OneshotResult.Stale;
        }

        world.Writes(ObjectKind.Event, oneshot.Index);
        ref long word = ref events.At((int)oneshot.Index).Word;
        OneshotResult result = OneshotWord<PlainSync>.Raise(ref word, oneshot.Generation, out int waiter);
        if (result == OneshotResult.AlreadySettled && world.Has(Defect.EventRaisedTwiceAsserts))
        {
            world.Panic(PanicCode.EventRaisedTwice);
        }

        world.Post(waiter);
        return result;
    }

    /// <summary>Cancels an event and posts its waiter.</summary>
    /// <param name="oneshot">The event; may be stale.</param>
    /// <returns>Cancelled, AlreadySettled or Stale.</returns>
    public OneshotResult Cancel(Handle<OneshotEvent> oneshot)
    {
        if (!events.IsLive(oneshot))
        {
            return OneshotResult.Stale;
        }

        world.Writes(ObjectKind.Event, oneshot.Index);
        ref long word = ref events.At((int)oneshot.Index).Word;
        OneshotResult result = OneshotWord<PlainSync>.Cancel(ref word, oneshot.Generation, out int waiter);
        world.Post(waiter);
        return result;
    }

    /// <summary>Wakes everybody who waits for a bell now.</summary>
    /// <param name="bell">The bell, inside the arena.</param>
    public void Ring(ref Bell bell)
    {
        int next = bell.First;
        while (next != 0)
        {
            ref Registration registration = ref registrations.At(next - 1);
            Raise(registration.Event);
            next = world.Has(Defect.BellWakesOne) ? 0 : registration.Next;
        }
    }

    /// <summary>Waits until a bell rings or a token is cancelled.</summary>
    /// <param name="bell">The bell, inside the arena.</param>
    /// <param name="token">Token; the default token never cancels.</param>
    /// <returns>Awaitable; the result is false when the wait was cancelled.</returns>
    public BellWait Wait(ref Bell bell, CancelToken token) => Wait(ref bell, ref bell, token, NoDeadline);

    /// <summary>Waits until one of two bells rings or a token is cancelled.</summary>
    /// <param name="bell">The first bell, inside the arena.</param>
    /// <param name="other">The second bell; may be the first again.</param>
    /// <param name="token">Token; the default token never cancels.</param>
    /// <returns>Awaitable; the result is false when the wait was cancelled.</returns>
    public BellWait Wait(ref Bell bell, ref Bell other, CancelToken token) => Wait(ref bell, ref other, token, NoDeadline);

    /// <summary>Waits until one of two bells rings, a deadline passes, or a token is cancelled.</summary>
    /// <param name="bell">The first bell, inside the arena.</param>
    /// <param name="other">The second bell; may be the first again.</param>
    /// <param name="token">Token; the default token never cancels.</param>
    /// <param name="deadlineTicks">Absolute deadline, or <see cref="NoDeadline"/>.</param>
    /// <returns>Awaitable; the result is false when the wait was cancelled.</returns>
    public BellWait Wait(ref Bell bell, ref Bell other, CancelToken token, long deadlineTicks)
    {
        if (IsCancelled(token))
        {
            return default(BellWait);
        }

        Handle<OneshotEvent> oneshot = Create();
        int first = Register(ref bell, oneshot);
        int second = Unsafe.AreSame(ref bell, ref other) ? 0 : Register(ref other, oneshot);
        int third = token.Source.IsNone ? 0 : Register(token.Source, oneshot, default);
        Handle<ArmedTimer> timer = deadlineTicks == NoDeadline ? default : world.Timers.ArmEvent(oneshot, deadlineTicks);
        return new BellWait(this, oneshot, timer, first, second, third);
    }

    /// <summary>Waits until a token is cancelled.</summary>
    /// <param name="token">A token that can be cancelled.</param>
    /// <returns>Awaitable; the result is always false.</returns>
    public BellWait WaitForCancel(CancelToken token)
    {
        Verify.That(!token.Source.IsNone, "waiting for a token that never cancels");
        if (IsCancelled(token))
        {
            return default(BellWait);
        }

        Handle<OneshotEvent> oneshot = Create();
        return new BellWait(this, oneshot, default, 0, 0, Register(token.Source, oneshot, default));
    }

    /// <summary>Waits until a deadline passes or a token is cancelled.</summary>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <param name="token">A token that can be cancelled.</param>
    /// <returns>Awaitable; the result is false when the wait was cancelled.</returns>
    public BellWait WaitUntil(long deadlineTicks, CancelToken token)
    {
        Verify.That(!token.Source.IsNone, "waiting for a token that never cancels");
        if (IsCancelled(token))
        {
            return default;
        }

        Handle<OneshotEvent> oneshot = Create();
        int registration = Register(token.Source, oneshot, default);
        return new BellWait(this, oneshot, world.Timers.ArmEvent(oneshot, deadlineTicks), 0, 0, registration);
    }

    /// <summary>Whether a token is cancelled.</summary>
    /// <param name="token">Any token; one whose source is gone counts as cancelled.</param>
    /// <returns>True once its source was cancelled.</returns>
    public bool IsCancelled(CancelToken token)
    {
        if (token.Source.IsNone)
        {
            return false;
        }

        world.Reads(ObjectKind.CancelSource, token.Source.Index);
        return !sources.IsLive(token.Source) || sources.At((int)token.Source.Index).IsCancelled;
    }

    /// <summary>Cancels a submitted operation when a token is cancelled (a cancellation callback in helix).</summary>
    /// <param name="token">Token; the default token never cancels.</param>
    /// <param name="operation">The operation, with a tag of its own.</param>
    /// <returns>Number to forget it by when it has completed.</returns>
    public int CancelOperationWith(CancelToken token, Handle<Operation> operation)
    {
        if (token.Source.IsNone)
        {
            return 0;
        }

        if (IsCancelled(token))
        {
            PushCancel(operation);
            return 0;
        }

        int number = Register(token.Source, default, default);
        registrations.At(number - 1).Operation = operation;
        return number;
    }

    /// <summary>Forgets an operation that has completed.</summary>
    /// <param name="number">Number from <see cref="CancelOperationWith"/>.</param>
    public void ForgetOperation(int number) => Unregister(number);

    /// <summary>The cancel sources.</summary>
    public Slab<CancelSource> Sources => sources;

    /// <summary>Creates a cancel source that exists on behalf of a thread.</summary>
    /// <param name="owner">Index of the kernel thread.</param>
    /// <returns>Its handle.</returns>
    public Handle<CancelSource> CreateSource(uint owner)
    {
        Handle<CancelSource> source = CreateSource(CancelToken.None);
        sources.At((int)source.Index).Owner = (byte)(owner + 1);
        return source;
    }

    /// <summary>Creates a cancel source; it is the parent's owner's.</summary>
    /// <param name="parent">Token whose cancellation cancels the new source too.</param>
    /// <returns>Its handle.</returns>
    public Handle<CancelSource> CreateSource(CancelToken parent)
    {
        Handle<CancelSource> source = sources.Allocate();
        Verify.That(!source.IsNone, "out of cancel sources");
        world.Writes(ObjectKind.CancelSource, source.Index);
        ref CancelSource state = ref sources.At((int)source.Index);
        state.Party = (byte)world.Scheduler.Current;
        if (!parent.Source.IsNone)
        {
            bool isCancelled = IsCancelled(parent);
            state.Owner = sources.IsLive(parent.Source) ? sources.At((int)parent.Source.Index).Owner : (byte)0;
            state.IsCancelled = isCancelled;
            state.ParentRegistration = isCancelled ? 0 : Register(parent.Source, default, source);
        }

        return source;
    }

    /// <summary>Cancels a source: every wait registered with it ends, every child source is cancelled. Idempotent.</summary>
    /// <param name="source">The source; may be stale.</param>
    public void CancelSource(Handle<CancelSource> source)
    {
        if (!sources.IsLive(source))
        {
            return;
        }

        world.Writes(ObjectKind.CancelSource, source.Index);
        ref CancelSource state = ref sources.At((int)source.Index);
        if (state.IsCancelled)
        {
            return;
        }

        state.IsCancelled = true;
        int next = state.Waiters.First;
        while (next != 0)
        {
            ref Registration registration = ref registrations.At(next - 1);
            next = registration.Next;
            Cancel(registration.Event);
            CancelSource(registration.Source);
            PushCancel(registration.Operation);
        }
    }

    /// <summary>Frees a source; tokens of it count as cancelled from now on.</summary>
    /// <param name="source">A live source.</param>
    public void FreeSource(Handle<CancelSource> source)
    {
        world.Writes(ObjectKind.CancelSource, source.Index);
        Unregister(sources[source].ParentRegistration);
        sources.Free(source);
    }

    /// <summary>Kernel: drops what the coroutines of a dead server waited for, their sources included.</summary>
    /// <param name="party">Party of the server.</param>
    /// <param name="queue">Its queue.</param>
    internal void AbandonParty(byte party, Handle<IpcQueue> queue)
    {
        for (int index = 0; index < registrations.HighWater; index++)
        {
            if (registrations.IsLiveAt(index) && IsOfParty(registrations.At(index), party, queue))
            {
                Unregister(index + 1);
            }
        }

        for (int index = 0; index < events.HighWater; index++)
        {
            if (events.IsLiveAt(index) && events.At(index).Party == party)
            {
                Free(events.HandleAt(index));
            }
        }

        for (int index = 0; index < sources.HighWater; index++)
        {
            if (sources.IsLiveAt(index) && sources.At(index).Party == party)
            {
                FreeSource(sources.HandleAt(index));
            }
        }
    }

    private bool IsOfParty(in Registration registration, byte party, Handle<IpcQueue> queue)
    {
        if (events.IsLive(registration.Event))
        {
            return events[registration.Event].Party == party;
        }

        Handle<Operation> operation = registration.Operation;
        return world.Lanes.Operations.IsLive(operation) && world.Lanes.Operations[operation].Queue == queue;
    }

    internal OneshotResult Await(Handle<OneshotEvent> oneshot, int waiter)
    {
        world.Writes(ObjectKind.Event, oneshot.Index);
        return OneshotWord<PlainSync>.Await(ref events[oneshot].Word, oneshot.Generation, waiter);
    }

    internal bool EndWait(Handle<OneshotEvent> oneshot, Handle<ArmedTimer> timer, int first, int second, int third)
    {
        world.Timers.Disarm(timer);
        Unregister(first);
        Unregister(second);
        Unregister(third);
        bool raised = OneshotWord<PlainSync>.Peek(ref events[oneshot].Word, oneshot.Generation) == OneshotResult.Raised;
        Free(oneshot);
        return raised;
    }

    private void PushCancel(Handle<Operation> operation)
    {
        if (world.Lanes.Operations.IsLive(operation))
        {
            world.Queues.PushCancel(world.Lanes.Operations[operation].Queue, world.Lanes.Operations[operation].Tag);
        }
    }

    private int Register(ref Bell bell, Handle<OneshotEvent> target)
    {
        world.Arena.TryFindObject(Unsafe.AsPointer(ref bell), out ObjectKind ownerKind, out uint ownerIndex);
        return Enlist(ref bell, ownerKind, ownerIndex, target, default);
    }

    private int Register(Handle<CancelSource> source, Handle<OneshotEvent> target, Handle<CancelSource> child) =>
        Enlist(ref sources[source].Waiters, ObjectKind.CancelSource, source.Index, target, child);

    private int Enlist(
        ref Bell bell, ObjectKind ownerKind, uint ownerIndex, Handle<OneshotEvent> target, Handle<CancelSource> child)
    {
        Handle<Registration> handle = registrations.Allocate();
        Verify.That(!handle.IsNone, "out of registrations");
        int number = (int)handle.Index + 1;
        ref Registration registration = ref registrations.At((int)handle.Index);
        registration.Event = target;
        registration.Source = child;
        registration.BellOffset = world.OffsetOf(ref bell);
        registration.OwnerKind = ownerKind;
        registration.OwnerIndex = ownerIndex;
        world.Writes(ownerKind, ownerIndex);
        registration.Next = bell.First;
        if (bell.First != 0)
        {
            registrations.At(bell.First - 1).Previous = number;
        }

        bell.First = number;
        return number;
    }

    private void Unregister(int number)
    {
        if (number == 0)
        {
            return;
        }

        ref Registration registration = ref registrations.At(number - 1);
        world.Writes(registration.OwnerKind, registration.OwnerIndex);
        if (registration.Next != 0)
        {
            registrations.At(registration.Next - 1).Previous = registration.Previous;
        }

        if (registration.Previous != 0)
        {
            registrations.At(registration.Previous - 1).Next = registration.Next;
        }
        else
        {
            world.AtOffset<Bell>(registration.BellOffset).First = registration.Next;
        }

        registrations.Free(registrations.HandleAt(number - 1));
    }
}
