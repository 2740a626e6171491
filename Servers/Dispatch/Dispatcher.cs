// The dispatcher of a server, as helix runs it: resume what is ready, handle completions first come first served, and only
// when nothing is left drive the queue, which submits everything that was pushed meanwhile. That laziness decides in which
// order requests and observations reach the server, so it is modelled element by element: each submission, completion and
// wake-up is one step. Where dispatch is relaxed the order of what is ready, coroutines and completions alike, is the strategy's,
// to ask whether a protocol needs it; submissions keep theirs, as the queue is one.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Servers.Dispatch;

/// <summary>One server's event loop; the body of its party.</summary>
public sealed class Dispatcher : IPartyBody
{
    private readonly World world;
    private bool isDriving;

    /// <summary>Makes a dispatcher; start it in each run.</summary>
    /// <param name="world">The world.</param>
    public Dispatcher(World world)
    {
        this.world = world;
    }

    /// <summary>Number of the server's party.</summary>
    public int Party { get; private set; }

    /// <summary>Queue of the server.</summary>
    public Handle<IpcQueue> Queue { get; private set; }

    /// <summary>Descriptors of the server: what it took out of other universes and what was pushed to it.</summary>
    public Handle<Universe> Universe { get; private set; }

    /// <summary>Whether the server would find nothing to do if it ran now.</summary>
    public bool IsDone => !isDriving && world.Scheduler[Party].Continuation == 0 && world.Scheduler[Party].IsInboxEmpty
        && !world.Queues.HasProgress(Queue) && !world.Queues.HasSubmission(Queue);

    /// <summary>Registers the party and creates the queue, at the start of a run.</summary>
    /// <param name="kind">Kind of the party.</param>
    public void Start(PartyKind kind)
    {
        Party = world.Scheduler.AddParty(kind, this);
        Queue = world.Queues.Create(Party, default, world.Options.ServerQueueChunkBytes, IpcQueue.CompletionChunks);
        Universe = world.Universes.Create();
        isDriving = false;
    }

    /// <summary>Has no part in this run.</summary>
    public void StayAway()
    {
        Party = -1;
        Queue = default;
        Universe = default;
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        int waiter = world.Scheduler.TakeContinuation(party);
        if (waiter != 0)
        {
            world.Tasks.Resume(waiter);
            return;
        }

        if (isDriving)
        {
            Submit();
            return;
        }

        int ready = world.Scheduler.Inboxes.CountReady(party);
        int chosen = world.Scheduler.RelaxesDispatch ? Choose(ready) : 0;
        if (chosen < ready)
        {
            Continue(party, chosen);
            return;
        }

        if (world.Queues.HasProgress(Queue))
        {
            HandleCompletion(party, chosen - ready);
            return;
        }

        if (world.Queues.HasSubmission(Queue))
        {
            world.Scheduler.BeginStep(PointKind.Drive, ObjectKind.QueueOwner, Queue.Index, isWrite: true);
            world.Reads(ObjectKind.Inbox, (uint)party);
            world.Reads(ObjectKind.Queue, Queue.Index);
            world.Counters.ServerEntries++;
            world.Queues.BeginDrive(Queue);
            isDriving = true;
            return;
        }

        // That nothing was found is forgotten when something comes: in which order the two happen makes no difference.
        world.Scheduler.BeginStep(PointKind.Wait, ObjectKind.None, 0, isWrite: false);
        world.Scheduler.Disable(party);
    }

    /// <summary>Prepares an exchange of this server.</summary>
    /// <param name="lane">Lane.</param>
    /// <returns>The operation, without items.</returns>
    public Handle<Operation> PrepareExchange(Handle<Lane> lane) => world.Lanes.PrepareExchange(Queue, Universe, lane, 0);

    /// <summary>Prepares a wait for a deadline, with a tag of its own.</summary>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>The operation.</returns>
    public Handle<Operation> PrepareSleep(long deadlineTicks)
    {
        Handle<Operation> operation = world.Lanes.Prepare(OperationKind.AwaitClock, Queue, 0);
        world.Lanes.Operations[operation].DeadlineTicks = deadlineTicks;
        world.Lanes.Operations[operation].Tag = world.Queues.NextTag(Queue);
        return operation;
    }

    /// <summary>Pushes an operation; it reaches the kernel at the next drive.</summary>
    /// <param name="operation">A prepared operation of this server's queue.</param>
    /// <returns>Awaitable; ends when the operation has completed. Read its results and free it.</returns>
    public OperationAwaiter Push(Handle<Operation> operation)
    {
        world.Queues.PushOrDrive(Queue, operation);
        return new OperationAwaiter(world, operation);
    }

    /// <summary>One hop: a request of no content goes to the kernel and comes back, behind whatever is in the queue
    /// already.</summary>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Hop()
    {
        Handle<Operation> operation = world.Lanes.Prepare(OperationKind.Nop, Queue, 0);
        await Push(operation);
        world.Lanes.Free(operation);
        return default;
    }

    /// <summary>Names an event to the ledger, alike for all who have a descriptor of it.</summary>
    /// <param name="world">The world.</param>
    /// <param name="universe">Universe of a descriptor.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <returns>A number that no later event has; 0 when there is no such descriptor.</returns>
    public static uint EventId(World world, Handle<Universe> universe, uint descriptor)
    {
        world.Universes.Inspect(universe, descriptor, out Descriptor found);
        var handle = Handle<KernelEvent>.FromBits(found.Target);
        return (handle.Generation << 8) | handle.Index;
    }

    /// <summary>Waits for a request's event and cancels its token when the event has been raised; when the token is cancelled
    /// otherwise, cancels the wait and ends when that has completed. One side of a race whose other side runs under the
    /// token.</summary>
    /// <param name="admission">A request with an event and a token of its own.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> CancelOnEvent(Admission admission)
    {
        Handle<CancelSource> source = admission.Token.Source;
        Handle<Operation> operation = world.Lanes.Prepare(OperationKind.AwaitEvent, Queue, 0);
        world.Lanes.Operations[operation].Universe = Universe;
        world.Lanes.Operations[operation].Descriptor = admission.Descriptor;
        world.Lanes.Operations[operation].EventSequence = 1;
        world.Lanes.Operations[operation].Tag = world.Queues.NextTag(Queue);
        int registration = world.Events.CancelOperationWith(new CancelToken(source), operation);
        await Push(operation);
        world.Events.ForgetOperation(registration);
        bool isRaised = world.Lanes.Operations[operation].Error == HelError.None;
        world.Lanes.Free(operation);
        if (isRaised)
        {
            world.Note(NoteKind.EventSeen, 0, admission.Credentials);
            world.Events.CancelSource(source);
        }

        return default;
    }

    /// <summary>Gives a request the event that came with it and a token for it to cancel.</summary>
    /// <param name="admission">The request.</param>
    /// <param name="descriptor">Descriptor of the event in this server's universe; 0 when none came.</param>
    /// <returns>The request; without a token when it is abandoned.</returns>
    public Admission WithEvent(Admission admission, uint descriptor)
    {
        admission.Descriptor = descriptor;
        if (!admission.IsAbandoned)
        {
            admission.CancellationId = EventId(world, Universe, descriptor);
            admission.Token = new CancelToken(world.Events.CreateSource(admission.Credentials));
        }

        return admission;
    }

    /// <summary>Closes a descriptor of this server.</summary>
    /// <param name="descriptor">The descriptor; 0 is none and costs nothing.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Close(uint descriptor)
    {
        if (descriptor != 0)
        {
            await world.WritePoint(PointKind.CloseDescriptor, ObjectKind.Universe, Universe.Index);
            world.Counters.ServerEntries++;
            world.Universes.Close(Universe, descriptor);
        }

        return default;
    }

    /// <summary>One choice among the coroutines that were woken and the completions that were not read: what was woken first
    /// may run after what comes later, such as the cancel of what it waited for.</summary>
    private int Choose(int ready) => world.Scheduler.ChooseReady(ready + world.Queues.CountUnread(Queue));

    private void Continue(int party, int position)
    {
        int waiter = world.Scheduler.Inboxes.TakeReady(party, position);
        world.Scheduler.BeginStep(PointKind.Dispatch, ObjectKind.Party, (uint)party, isWrite: false);
        if (world.Queues.HasProgress(Queue) || world.Queues.HasSubmission(Queue))
        {
            world.Reads(ObjectKind.Inbox, (uint)party);
        }

        world.Tasks.Resume(waiter);
    }

    private void HandleCompletion(int party, int position)
    {
        world.Scheduler.BeginStep(PointKind.Dispatch, ObjectKind.QueueOwner, Queue.Index, isWrite: true);
        world.Reads(ObjectKind.Inbox, (uint)party);
        if (world.Queues.HasSubmission(Queue))
        {
            // Without the completion the server would drive its queue now: what came first is a choice, not only an order.
            world.Reads(ObjectKind.Queue, Queue.Index);
        }

        world.Queues.BringForward(Queue, position);
        if (world.Queues.TryPop(Queue, out Handle<Operation> operation))
        {
            Complete(operation);
        }
    }

    private void Submit()
    {
        world.Scheduler.BeginStep(PointKind.Submit, ObjectKind.QueueOwner, Queue.Index, isWrite: true);
        if (!world.Queues.ProcessSubmission(Queue) || !world.Queues.HasSubmission(Queue))
        {
            isDriving = false;
        }
    }

    private void Complete(Handle<Operation> operation)
    {
        if (!world.Lanes.Operations.IsLive(operation))
        {
            world.Panic(PanicCode.UnexpectedCompletion);
            return;
        }

        int waiter = world.Lanes.Operations[operation].Waiter;
        world.Lanes.Operations[operation].Waiter = 0;
        world.Tasks.Resume(waiter);
    }
}

/// <summary>Awaits the completion of an operation of a server.</summary>
/// <param name="world">The world.</param>
/// <param name="operation">The operation.</param>
public readonly struct OperationAwaiter(World world, Handle<Operation> operation) : ICriticalNotifyCompletion, IModelAwaiter
{
    /// <summary>Always false: completions come through the queue.</summary>
    public bool IsCompleted => false;

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public OperationAwaiter GetAwaiter() => this;

    /// <summary>The completed operation.</summary>
    /// <returns>Its handle.</returns>
    public Handle<Operation> GetResult() => operation;

    /// <inheritdoc/>
    public void OnSuspend(TaskBox box) => world.Lanes.Operations[operation].Waiter = world.TaskOf(box);

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("operations have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("operations have no delegate continuations");
}
