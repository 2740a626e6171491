// Thread control as in thor (thread.cpp, hel.cpp): observe is level triggered, interrupts coalesce, a blocked thread is woken by
// an interrupt and its call returns Cancelled, a running one parks at its next point, resume is valid only while stopped.
// Kernel code runs on its caller's party. Also here: activation stacks.

namespace Managarm.Perf.Core;

/// <summary>Kernel threads and activations of a world.</summary>
public sealed unsafe class Threads
{
    private readonly Handle<KernelThread>* byStrand;
    private readonly World world;
    private readonly Slab<KernelThread> threads;
    private readonly Slab<Activation> activations;

    internal Threads(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        byStrand = arena.ReserveHot<Handle<KernelThread>>(Program.MaximumStrands);
        threads = new Slab<KernelThread>(arena, options.ThreadCapacity, ObjectKind.Thread);
        activations = new Slab<Activation>(
            arena, options.LiveThreadCapacity * options.MaxActivationDepth, ObjectKind.Activation);
    }

    /// <summary>The threads.</summary>
    public Slab<KernelThread> All => threads;

    /// <summary>Whether one more can be created.</summary>
    public bool HasRoom => threads.HighWater < world.Options.ThreadCapacity;

    /// <summary>A thread.</summary>
    /// <param name="handle">A live thread.</param>
    public ref KernelThread this[Handle<KernelThread> handle] => ref threads[handle];

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
        Handle<KernelThread> handle = threads.Allocate();
        Verify.That(!handle.IsNone, "out of threads");
        world.Writes(ObjectKind.Thread, handle.Index);
        ref KernelThread thread = ref threads[handle];
        thread.Party = party;
        thread.Universe = universe;
        thread.State = ThreadState.New;
        thread.Origin = origin;
        thread.NextCancellationId = 1;
        thread.Credentials = handle.Index;
        byStrand[strand] = handle;
        return handle;
    }

    /// <summary>Kernel: takes an observation; completes it at once while the thread is stopped (level triggered).</summary>
    /// <param name="operation">The observation.</param>
    internal void SubmitObserve(Handle<Operation> operation)
    {
        Handle<KernelThread> handle = world.Lanes.Operations[operation].Thread;
        world.Writes(ObjectKind.Observer, handle.Index);
        world.Reads(ObjectKind.Observed, handle.Index);
        world.Writes(ObjectKind.Observed, handle.Index);
        if (!threads.IsLive(handle) || threads[handle].State == ThreadState.Dead)
        {
            CompleteObserve(operation, Observation.Terminated);
            return;
        }

        ref KernelThread thread = ref threads[handle];
        if (thread.State == ThreadState.Stopped)
        {
            CompleteObserve(operation, thread.Observation);
            return;
        }

        if (thread.Observer.IsNone)
        {
            thread.Observer = operation;
            return;
        }

        int last = (int)thread.Observer.Index + 1;
        while (world.Lanes.Operations.At(last - 1).NextWaiting != 0)
        {
            last = world.Lanes.Operations.At(last - 1).NextWaiting;
        }

        world.Lanes.Operations.At(last - 1).NextWaiting = (int)operation.Index + 1;
    }

    /// <summary>Stops a thread for its observer.</summary>
    /// <param name="handle">A running thread.</param>
    /// <param name="observation">Why.</param>
    public void Stop(Handle<KernelThread> handle, Observation observation)
    {
        ref KernelThread thread = ref threads[handle];
        Verify.That(thread.State == ThreadState.Running, "only a running thread can stop");
        world.Writes(ObjectKind.Thread, handle.Index);
        world.Note(NoteKind.Stopped, handle.Index, (long)observation);
        world.Reads(ObjectKind.Observed, handle.Index);
        world.Writes(ObjectKind.Observed, handle.Index);
        thread.State = ThreadState.Stopped;
        thread.Observation = observation;
        world.Scheduler.Disable(thread.Party);
        CompleteObservers(ref thread, observation);
    }

    /// <summary>A running thread notices its pending interrupt and parks.</summary>
    /// <param name="handle">The thread.</param>
    public void TakeInterrupt(Handle<KernelThread> handle)
    {
        ref KernelThread thread = ref threads[handle];
        thread.HasInterrupt = false;
        world.Scheduler[thread.Party].HasAttention = false;
        world.Gates.Pass(thread.Party);
        Stop(handle, Observation.Interrupt);
    }

    /// <summary>Interrupts a thread (helInterruptThread).</summary>
    /// <param name="handle">The thread.</param>
    /// <returns>ThreadTerminated when it has ended.</returns>
    public HelError Interrupt(Handle<KernelThread> handle)
    {
        if (!threads.IsLive(handle) || threads[handle].State == ThreadState.Dead)
        {
            return HelError.ThreadTerminated;
        }

        world.Writes(ObjectKind.Thread, handle.Index);
        world.Note(NoteKind.Interrupted, handle.Index, 0);
        ref KernelThread thread = ref threads[handle];
        thread.HasInterrupt = true;
        world.Scheduler.CallAttention(thread.Party);
        if (thread.State == ThreadState.Blocked)
        {
            if (world.Queues.IsLive(thread.Queue))
            {
                world.Writes(ObjectKind.Queue, thread.Queue.Index);
                world.Queues[thread.Queue].IsWaiting = false;
            }

            world.Futexes.Forget(handle);
            Unblock(handle, HelError.Cancelled);
        }
        else if (thread.State == ThreadState.Running)
        {
            world.Scheduler.Enable(thread.Party);
        }

        return HelError.None;
    }

    /// <summary>Lets a stopped thread run on (helResume).</summary>
    /// <param name="handle">The thread.</param>
    /// <returns>IllegalState unless it is stopped.</returns>
    public HelError Resume(Handle<KernelThread> handle)
    {
        if (!threads.IsLive(handle) || threads[handle].State == ThreadState.Dead)
        {
            return HelError.ThreadTerminated;
        }

        world.Writes(ObjectKind.Thread, handle.Index);
        ref KernelThread thread = ref threads[handle];
        if (thread.State is not (ThreadState.Stopped or ThreadState.New))
        {
            return HelError.IllegalState;
        }

        world.Note(NoteKind.Resumed, handle.Index, 0);
        thread.State = ThreadState.Running;
        thread.Observation = Observation.None;
        world.Scheduler.Enable(thread.Party);
        return HelError.None;
    }

    /// <summary>Blocks the running thread; the caller suspends right after.</summary>
    /// <param name="handle">The thread.</param>
    public void Block(Handle<KernelThread> handle)
    {
        ref KernelThread thread = ref threads[handle];
        Verify.That(thread.State == ThreadState.Running, "only a running thread can block");
        world.Writes(ObjectKind.Thread, handle.Index);
        world.Note(NoteKind.Blocked, handle.Index, 0);
        thread.State = ThreadState.Blocked;
        world.Scheduler.Disable(thread.Party);
        world.Gates.Update();
    }

    /// <summary>Says whether a thread waits inside a call without being blocked in the kernel, for gates.</summary>
    /// <param name="handle">The thread.</param>
    /// <param name="isWaiting">Whether it waits.</param>
    public void SetWaitingInCall(Handle<KernelThread> handle, bool isWaiting)
    {
        world.Writes(ObjectKind.Thread, handle.Index);
        threads[handle].IsWaitingInCall = isWaiting;
        world.Gates.Update();
    }

    /// <summary>Wakes a blocked thread.</summary>
    /// <param name="handle">The thread.</param>
    /// <param name="result">What its blocking call returns.</param>
    public void Unblock(Handle<KernelThread> handle, HelError result)
    {
        ref KernelThread thread = ref threads[handle];
        Verify.That(thread.State == ThreadState.Blocked, "only a blocked thread can be woken");
        world.Writes(ObjectKind.Thread, handle.Index);
        thread.State = ThreadState.Running;
        thread.WakeResult = result;
        world.Scheduler.Enable(thread.Party);
        world.Gates.Update();
    }

    /// <summary>Ends a thread: its coroutines are abandoned, its queue dies, its activations go (helKillThread).</summary>
    /// <param name="handle">The thread.</param>
    public void Kill(Handle<KernelThread> handle)
    {
        if (!threads.IsLive(handle) || threads[handle].State == ThreadState.Dead)
        {
            return;
        }

        world.Writes(ObjectKind.Thread, handle.Index);
        world.Writes(ObjectKind.Observer, handle.Index);
        world.Writes(ObjectKind.Observed, handle.Index);
        world.Note(NoteKind.ThreadExit, handle.Index, 0);
        ref KernelThread thread = ref threads[handle];
        thread.State = ThreadState.Dead;
        world.Scheduler.Abandon(thread.Party);
        world.Tasks.AbandonParty((byte)thread.Party);
        world.Futexes.Forget(handle);
        while (thread.TopActivation != 0)
        {
            PopActivation(handle);
        }

        world.Scheduler[thread.Party].Continuation = 0;
        if (world.Queues.IsLive(thread.Queue))
        {
            world.Queues.Destroy(thread.Queue);
        }

        CompleteObservers(ref thread, Observation.Terminated);

        world.Gates.Update();
    }

    /// <summary>The topmost activation of a thread.</summary>
    /// <param name="handle">A thread that has one.</param>
    /// <returns>The activation.</returns>
    public ref Activation TopActivation(Handle<KernelThread> handle) => ref activations.At(threads[handle].TopActivation - 1);

    /// <summary>Pushes an activation; the one below continues where it is stopped when this one has returned.</summary>
    /// <param name="handle">The thread.</param>
    /// <param name="strand">Strand to execute, or -1.</param>
    /// <param name="firstCall">First call of it, or -1.</param>
    /// <param name="signal">Signal that it handles, or 0.</param>
    /// <param name="savedMask">Mask to restore on return.</param>
    /// <returns>False when the stack is too deep: the frame does not fit.</returns>
    public bool TryPushActivation(Handle<KernelThread> handle, int strand, int firstCall, int signal, ulong savedMask)
    {
        ref KernelThread thread = ref threads[handle];
        if (thread.ActivationDepth == world.Options.MaxActivationDepth)
        {
            return false;
        }

        Handle<Activation> pushed = activations.Allocate();
        Verify.That(!pushed.IsNone, "out of activations");
        world.Writes(ObjectKind.Thread, handle.Index);
        ref Activation activation = ref activations[pushed];
        activation.Strand = strand;
        activation.NextCall = firstCall;
        activation.Signal = signal;
        activation.SavedMask = savedMask;
        activation.SavedRegisters = thread.Registers;
        activation.Below = thread.TopActivation;
        activation.SavedContinuation = world.Scheduler.TakeContinuation(thread.Party);
        thread.TopActivation = (int)pushed.Index + 1;
        thread.ActivationDepth++;
        return true;
    }

    /// <summary>Pops the topmost activation; the one below continues.</summary>
    /// <param name="handle">The thread.</param>
    public void PopActivation(Handle<KernelThread> handle)
    {
        world.Writes(ObjectKind.Thread, handle.Index);
        ref KernelThread thread = ref threads[handle];
        Handle<Activation> top = activations.HandleAt(thread.TopActivation - 1);
        thread.TopActivation = activations[top].Below;
        thread.ActivationDepth--;
        thread.Registers = activations[top].SavedRegisters;
        world.Scheduler[thread.Party].Continuation = activations[top].SavedContinuation;
        activations.Free(top);
    }

    /// <summary>Tells the call that handlers interrupt, by its first result register, which the frame of the first handler
    /// saves, whether all of them were installed with SA_RESTART.</summary>
    /// <param name="handle">A stopped thread.</param>
    /// <param name="depth">Number of activations before handlers were pushed.</param>
    public void ReportRestart(Handle<KernelThread> handle, int depth)
    {
        world.Writes(ObjectKind.Thread, handle.Index);
        ref KernelThread thread = ref threads[handle];
        bool restarts = true;
        int number = thread.TopActivation;
        for (int level = thread.ActivationDepth; level > depth; level--)
        {
            ref Activation activation = ref activations.At(number - 1);
            restarts &= activation.Restarts;
            activation.SavedRegisters[0] = restarts && level == depth + 1 ? 1 : 0;
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
