// The dispatcher of a server, as helix runs it: resume what is ready, handle completions first come first served, and only
// when nothing is left drive the queue, which submits everything that was pushed meanwhile. That laziness decides in which
// order requests and observations reach the server, so it is modelled element by element: each submission, completion and
// wake-up is one step.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>One server's event loop; the body of its party.</summary>
public sealed class Dispatcher : IPartyBody
{
    private const int ChunkElements = 8;

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

    /// <summary>Registers the party and creates the queue, at the start of a run.</summary>
    /// <param name="kind">Kind of the party.</param>
    public void Start(PartyKind kind)
    {
        Party = world.Scheduler.AddParty(kind, this);
        Queue = world.Queues.Create(Party, default, ChunkElements, IpcQueue.CompletionChunks);
        isDriving = false;
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

        waiter = world.Scheduler.TakePosted(party);
        if (waiter != 0)
        {
            world.Scheduler.BeginStep(PointKind.Dispatch, ObjectKind.Party, (uint)party, isWrite: false);
            world.Tasks.Resume(waiter);
            return;
        }

        if (world.Queues.HasProgress(Queue))
        {
            world.Scheduler.BeginStep(PointKind.Dispatch, ObjectKind.Queue, Queue.Index, isWrite: true);
            if (world.Queues.TryPop(Queue, out Handle<Operation> operation))
            {
                Complete(operation);
            }

            return;
        }

        if (world.Queues.HasSubmission(Queue))
        {
            world.Scheduler.BeginStep(PointKind.Drive, ObjectKind.Queue, Queue.Index, isWrite: true);
            world.Counters.ServerEntries++;
            world.Queues.BeginDrive(Queue);
            isDriving = true;
            return;
        }

        world.Scheduler.BeginStep(PointKind.Wait, ObjectKind.Queue, Queue.Index, isWrite: false);
        world.Scheduler.Disable(party);
    }

    /// <summary>Prepares an exchange of this server.</summary>
    /// <param name="lane">Lane.</param>
    /// <returns>The operation, without items.</returns>
    public Handle<Operation> PrepareExchange(Handle<Lane> lane) => world.Lanes.PrepareExchange(Queue, lane, 0, 0);

    /// <summary>Pushes an operation; it reaches the kernel at the next drive.</summary>
    /// <param name="operation">A prepared operation of this server's queue.</param>
    /// <returns>Awaitable; ends when the operation has completed. Read its results and free it.</returns>
    public OperationAwaiter Push(Handle<Operation> operation)
    {
        world.Queues.PushOrDrive(Queue, operation);
        return new OperationAwaiter(world, operation);
    }

    private void Submit()
    {
        world.Scheduler.BeginStep(PointKind.Submit, ObjectKind.Queue, Queue.Index, isWrite: true);
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
public readonly struct OperationAwaiter(World world, Handle<Operation> operation) : ICriticalNotifyCompletion, IKernelAwaiter
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
    public void OnSuspend(KernelBox box) => world.Lanes.Operations[operation].Waiter = world.TaskOf(box);

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("operations have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("operations have no delegate continuations");
}
