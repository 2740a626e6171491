// Thread control as in thor (thread.cpp, hel.cpp): observe is level triggered, interrupts coalesce, a blocked thread is woken by
// an interrupt and its call returns Cancelled, a running one parks at its next point, resume is valid only while stopped.
// Kernel code runs on its caller's party. Also here: activation stacks.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Core.Threads;

/// <summary>Kernel threads and activations of a world.</summary>
public sealed unsafe class KernelThreads
{
    private readonly Handle<KernelThread>* byStrand;
    private readonly World world;
    private readonly Slab<KernelThread> threads;
    private readonly Slab<Activation> activations;

    internal KernelThreads(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        byStrand = arena.ReserveHot<Handle<KernelThread>>(Scenario.MaximumStrands);
        threads = new Slab<KernelThread>(arena, options.ThreadCapacity, ObjectKind.Thread);
        activations = new Slab<Activation>(
            arena, options.LiveThreadCapacity * options.MaxActivationDepth, ObjectKind.Activation);
    }

    /// <summary>The threads.</summary>
    public Slab<KernelThread> All => threads;

    /// <summary>Whether one more can be created.</summary>
    public bool HasRoom => threads.HighWater < world.Options.ThreadCapacity;

    /// <summary>A thread.</summary>
    /// <param name="thread">A live thread.</param>
    public ref KernelThread this[Handle<KernelThread> thread] => ref threads[thread];

    /// <summary>The thread that runs a strand.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>The thread, dead or alive, or none before it was created.</returns>
    public Handle<KernelThread> OfStrand(int strand) => byStrand[strand];

    /// <summary>Creates a thread, stopped (helCreateThread).</summary>
    /// <param name="party">Party that will run it.</param>
    /// <param name="universe">Its universe.</param>
    /// <param name="strand">Strand that it runs.</param>
    /// <param name="origin">How it comes to be.</param>
    /// <returns>The thread.</returns>
    public Handle<KernelThread> Create(
        int party, Handle<Universe> universe, int strand, ThreadOrigin origin = ThreadOrigin.Boot)
    {
        Handle<KernelThread> thread = threads.Allocate();
        Verify.That(!thread.IsNone, "out of threads");
        world.Writes(ObjectKind.Thread, thread.Index);
        ref KernelThread state = ref threads[thread];
        state.Party = party;
        state.Universe = universe;
        state.State = KernelThreadState.New;
        state.Origin = origin;
        state.NextCancellationId = 1;
        state.Credentials = thread.Index;
        byStrand[strand] = thread;
        return thread;
    }

    /// <summary>Kernel: takes an observation; completes it at once while the thread is stopped (level triggered).</summary>
    /// <param name="operation">The observation.</param>
    internal void SubmitObserve(Handle<Operation> operation)
    {
        Handle<KernelThread> thread = world.Lanes.Operations[operation].Thread;
        world.Writes(ObjectKind.Observer, thread.Index);
        world.Reads(ObjectKind.Observed, thread.Index);
        world.Writes(ObjectKind.Observed, thread.Index);
        if (!threads.IsLive(thread) || threads[thread].State == KernelThreadState.Dead)
        {
            CompleteObserve(operation, Observation.Terminated);
            return;
        }

        ref KernelThread state = ref threads[thread];
        if (state.State == KernelThreadState.Stopped)
        {
            CompleteObserve(operation, state.Observation);
            return;
        }

        if (state.Observer.IsNone)
        {
            state.Observer = operation;
            return;
        }

        int last = (int)state.Observer.Index + 1;
        while (world.Lanes.Operations.At(last - 1).NextWaiting != 0)
        {
            last = world.Lanes.Operations.At(last - 1).NextWaiting;
        }

        world.Lanes.Operations.At(last - 1).NextWaiting = (int)operation.Index + 1;
    }

    /// <summary>Stops a thread for its observer.</summary>
    /// <param name="thread">A running thread.</param>
    /// <param name="observation">Why.</param>
    public void Stop(Handle<KernelThread> thread, Observation observation)
    {
        ref KernelThread state = ref threads[thread];
        Verify.That(state.State == KernelThreadState.Running, "only a running state can stop");
        world.Writes(ObjectKind.Thread, thread.Index);
        world.Note(NoteKind.Stopped, thread.Index, (long)observation);
        world.Reads(ObjectKind.Observed, thread.Index);
        world.Writes(ObjectKind.Observed, thread.Index);
        state.State = KernelThreadState.Stopped;
        state.Observation = observation;
        world.Scheduler.Disable(state.Party);
        CompleteObservers(ref state, observation);
    }

    /// <summary>A running thread notices its pending interrupt and parks.</summary>
    /// <param name="thread">The thread.</param>
    public void TakeInterrupt(Handle<KernelThread> thread)
    {
        ref KernelThread state = ref threads[thread];
        state.HasInterrupt = false;
        world.Scheduler[state.Party].HasAttention = false;
        world.Gates.Pass(state.Party);
        Stop(thread, Observation.Interrupt);
    }

    /// <summary>Interrupts a thread (helInterruptThread).</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>ThreadTerminated when it has ended.</returns>
    public HelError Interrupt(Handle<KernelThread> thread)
    {
        if (!threads.IsLive(thread) || threads[thread].State == KernelThreadState.Dead)
        {
            return HelError.ThreadTerminated;
        }

        world.Writes(ObjectKind.Thread, thread.Index);
        world.Note(NoteKind.Interrupted, thread.Index, 0);
        ref KernelThread state = ref threads[thread];
        state.HasInterrupt = true;
        world.Scheduler.CallAttention(state.Party);
        if (state.State == KernelThreadState.Blocked)
        {
            if (world.Queues.IsLive(state.Queue))
            {
                world.Writes(ObjectKind.Queue, state.Queue.Index);
                world.Queues[state.Queue].IsWaiting = false;
            }

            world.Futexes.Forget(thread);
            Unblock(thread, HelError.Cancelled);
        }
        else if (state.State == KernelThreadState.Running)
        {
            world.Scheduler.Enable(state.Party);
        }

        return HelError.None;
    }

    /// <summary>Lets a stopped thread run on (helResume).</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>IllegalState unless it is stopped.</returns>
    public HelError Resume(Handle<KernelThread> thread)
    {
        if (!threads.IsLive(thread) || threads[thread].State == KernelThreadState.Dead)
        {
            return HelError.ThreadTerminated;
        }

        world.Writes(ObjectKind.Thread, thread.Index);
        ref KernelThread state = ref threads[thread];
        if (state.State is not (KernelThreadState.Stopped or KernelThreadState.New))
        {
            return HelError.IllegalState;
        }

        world.Note(NoteKind.Resumed, thread.Index, 0);
        state.State = KernelThreadState.Running;
        state.Observation = Observation.None;
        world.Scheduler.Enable(state.Party);
        return HelError.None;
    }

    /// <summary>Blocks the running thread; the caller suspends right after.</summary>
    /// <param name="thread">The thread.</param>
    public void Block(Handle<KernelThread> thread)
    {
        ref KernelThread state = ref threads[thread];
        Verify.That(state.State == KernelThreadState.Running, "only a running state can block");
        world.Writes(ObjectKind.Thread, thread.Index);
        world.Note(NoteKind.Blocked, thread.Index, 0);
        state.State = KernelThreadState.Blocked;
        world.Scheduler.Disable(state.Party);
        world.Gates.Update();
    }

    /// <summary>Says whether a thread waits inside a call without being blocked in the kernel, for gates.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="isWaiting">Whether it waits.</param>
    public void SetWaitingInCall(Handle<KernelThread> thread, bool isWaiting)
    {
        world.Writes(ObjectKind.Thread, thread.Index);
        threads[thread].IsWaitingInCall = isWaiting;
        world.Gates.Update();
    }

    /// <summary>Wakes a blocked thread.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="result">What its blocking call returns.</param>
    public void Unblock(Handle<KernelThread> thread, HelError result)
    {
        ref KernelThread state = ref threads[thread];
        Verify.That(state.State == KernelThreadState.Blocked, "only a blocked state can be woken");
        world.Writes(ObjectKind.Thread, thread.Index);
        state.State = KernelThreadState.Running;
        state.WakeResult = result;
        world.Scheduler.Enable(state.Party);
        world.Gates.Update();
    }

    /// <summary>Ends a thread: its coroutines are abandoned, its queue dies, its activations go (helKillThread).</summary>
    /// <param name="thread">The thread.</param>
    public void Kill(Handle<KernelThread> thread)
    {
        if (!threads.IsLive(thread) || threads[thread].State == KernelThreadState.Dead)
        {
            return;
        }

        world.Writes(ObjectKind.Thread, thread.Index);
        world.Writes(ObjectKind.Observer, thread.Index);
        world.Writes(ObjectKind.Observed, thread.Index);
        world.Note(NoteKind.ThreadExit, thread.Index, 0);
        ref KernelThread state = ref threads[thread];
        state.State = KernelThreadState.Dead;
        world.Scheduler.Abandon(state.Party);
        world.Tasks.AbandonParty((byte)state.Party);
        world.Futexes.Forget(thread);
        while (state.TopActivation != 0)
        {
            PopActivation(thread);
        }

        world.Scheduler[state.Party].Continuation = 0;
        if (world.Queues.IsLive(state.Queue))
        {
            world.Queues.Destroy(state.Queue);
        }

        CompleteObservers(ref state, Observation.Terminated);

        world.Gates.Update();
    }

    /// <summary>The topmost activation of a thread.</summary>
    /// <param name="thread">A thread that has one.</param>
    /// <returns>The activation.</returns>
    public ref Activation TopActivation(Handle<KernelThread> thread) => ref activations.At(threads[thread].TopActivation - 1);

    /// <summary>Pushes an activation; the one below continues where it is stopped when this one has returned.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="strand">Strand to execute, or -1.</param>
    /// <param name="firstCall">First call of it, or -1.</param>
    /// <param name="signal">Signal that it handles, or 0.</param>
    /// <param name="savedMask">Mask to restore on return.</param>
    /// <returns>False when the stack is too deep: the frame does not fit.</returns>
    public bool TryPushActivation(Handle<KernelThread> thread, int strand, int firstCall, int signal, ulong savedMask)
    {
        ref KernelThread state = ref threads[thread];
        if (state.ActivationDepth == world.Options.MaxActivationDepth)
        {
            return false;
        }

        Handle<Activation> pushed = activations.Allocate();
        Verify.That(!pushed.IsNone, "out of activations");
        world.Writes(ObjectKind.Thread, thread.Index);
        ref Activation activation = ref activations[pushed];
        activation.Strand = strand;
        activation.NextCall = firstCall;
        activation.Signal = signal;
        activation.SavedMask = savedMask;
        activation.SavedRegisters = state.Registers;
        activation.Below = state.TopActivation;
        activation.SavedContinuation = world.Scheduler.TakeContinuation(state.Party);
        state.TopActivation = (int)pushed.Index + 1;
        state.ActivationDepth++;
        return true;
    }

    /// <summary>Pops the topmost activation; the one below continues.</summary>
    /// <param name="thread">The thread.</param>
    public void PopActivation(Handle<KernelThread> thread)
    {
        world.Writes(ObjectKind.Thread, thread.Index);
        ref KernelThread state = ref threads[thread];
        Handle<Activation> top = activations.HandleAt(state.TopActivation - 1);
        state.TopActivation = activations[top].Below;
        state.ActivationDepth--;
        state.Registers = activations[top].SavedRegisters;
        world.Scheduler[state.Party].Continuation = activations[top].SavedContinuation;
        activations.Free(top);
    }

    /// <summary>Tells the call that handlers interrupt, by its first result register, which the frame of the first handler
    /// saves, whether all of them were installed with SA_RESTART.</summary>
    /// <param name="thread">A stopped thread.</param>
    /// <param name="depth">Number of activations before handlers were pushed.</param>
    public void ReportRestart(Handle<KernelThread> thread, int depth)
    {
        world.Writes(ObjectKind.Thread, thread.Index);
        ref KernelThread state = ref threads[thread];
        bool restarts = true;
        bool oneRestarts = false;
        int number = state.TopActivation;
        for (int level = state.ActivationDepth; level > depth; level--)
        {
            ref Activation activation = ref activations.At(number - 1);
            restarts &= activation.Restarts;
            oneRestarts |= activation.Restarts && world.Has(Defect.RestartForOneOfSeveral);
            activation.SavedRegisters[0] = (restarts || oneRestarts) && level == depth + 1 ? 1 : 0;
            number = activation.Below;
        }
    }

    /// <summary>Completes all observations that wait, first come, first served.</summary>
    private void CompleteObservers(ref KernelThread thread, Observation observation)
    {
        Handle<Operation> next = thread.Observer;
        thread.Observer = default;
        while (!next.IsNone)
        {
            Handle<Operation> observer = next;
            int following = world.Lanes.Operations[observer].NextWaiting;
            next = following == 0 ? default : world.Lanes.Operations.HandleAt(following - 1);
            world.Lanes.Operations[observer].NextWaiting = 0;
            CompleteObserve(observer, observation);
        }
    }

    private void CompleteObserve(Handle<Operation> operation, Observation observation)
    {
        world.Lanes.Operations[operation].Observation = observation;
        world.Queues.Post(operation);
    }
}
