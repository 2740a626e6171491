// The timers of the kernel on the modelled machine (kernel/thor/generic/timer.cpp). Each processor has a heap of deadlines, and
// a device that is programmed for the earliest of them. A timer is queued, has elapsed, or is gone. The engine finds what is
// due, programs the next deadline, and reads the clock again, since a deadline may pass while it is programmed. Who finds a
// timer queued decides what becomes of it, once: a cancel takes it out and completes it as cancelled; the engine lets it
// elapse, and from then on no cancel does anything. What has elapsed is acted on one timer a step, so that everybody else can
// come in between.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Time;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Timers by hardware: a deadline heap per processor.</summary>
public sealed unsafe class TimerEngine : ITimerSource
{
    private readonly World world;
    private readonly KernelClock clock;
    private readonly Alarm alarm;
    private readonly Processors processors;
    private readonly Slab<ArmedTimer> timers;
    private readonly TimerHeap[] heaps;
    private readonly TimerEngineState* state;
    private readonly uint maxExpirations;

    internal TimerEngine(World world, KernelClock clock, Alarm alarm, Processors processors)
    {
        this.world = world;
        this.clock = clock;
        this.alarm = alarm;
        this.processors = processors;
        maxExpirations = world.Options.MaxExpirations;
        timers = new Slab<ArmedTimer>(world.Arena, world.Options.TimerCapacity, ObjectKind.Timer);
        state = world.Arena.ReserveHot<TimerEngineState>(1);
        heaps = new TimerHeap[Processors.Maximum];
        for (int processor = 0; processor < heaps.Length; processor++)
        {
            heaps[processor] = new TimerHeap(world.Arena, timers, world.Options.TimerCapacity);
        }
    }

    /// <inheritdoc/>
    public long NowTicks => clock.NowTicks;

    /// <inheritdoc/>
    public bool HasArmed => timers.LiveCount > 0;

    /// <inheritdoc/>
    public bool CanPass => clock.HasEvent;

    /// <inheritdoc/>
    public long ReadClock()
    {
        world.Reads(ObjectKind.Clock, 0);
        return clock.NowTicks;
    }

    /// <inheritdoc/>
    public void Arm(Handle<Operation> operation, long deadlineTicks) =>
        world.Lanes.Operations[operation].Timer = Add(new ArmedTimer { Operation = operation, DeadlineTicks = deadlineTicks });

    /// <inheritdoc/>
    public Handle<ArmedTimer> ArmEvent(Handle<OneshotEvent> target, long deadlineTicks) =>
        Add(new ArmedTimer { Event = target, DeadlineTicks = deadlineTicks });

    /// <inheritdoc/>
    public Handle<ArmedTimer> ArmThread(Handle<KernelThread> thread, long deadlineTicks) =>
        Add(new ArmedTimer { Thread = thread, DeadlineTicks = deadlineTicks });

    /// <inheritdoc/>
    public Handle<ArmedTimer> ArmPin(int pin, long deadlineTicks) =>
        Add(new ArmedTimer { Pin = pin + 1, DeadlineTicks = deadlineTicks });

    /// <inheritdoc/>
    public void Disarm(Handle<ArmedTimer> timer)
    {
        if (timers.IsLive(timer))
        {
            Remove(timer);
        }
    }

    /// <inheritdoc/>
    public void Cancel(Handle<Operation> operation)
    {
        if (!world.Lanes.Operations.IsLive(operation))
        {
            return;
        }

        Handle<ArmedTimer> timer = world.Lanes.Operations[operation].Timer;
        if (!timers.IsLive(timer) || timers[timer].Operation != (UntypedHandle)operation)
        {
            return;
        }

        world.Reads(ObjectKind.Timer, timer.Index);
        bool isQueued = !timers[timer].HasElapsed;
        if (world.Has(Defect.TimerQueueTestInverted))
        {
            isQueued = !isQueued;
        }

        if (world.Has(Defect.SleepIgnoresToken))
        {
            return;
        }

        if (isQueued)
        {
            Remove(timer);
            ArmedTimer.Cancel(world, operation);
        }
        else if (world.Has(Defect.ElapsedTimerCancelled))
        {
            timers[timer].IsCompleted = true;
            ArmedTimer.Cancel(world, operation);
        }
    }

    /// <inheritdoc/>
    public long NextDeadlineTicks()
    {
        long earliest = -1;
        for (int processor = 0; processor < heaps.Length; processor++)
        {
            if (heaps[processor].Count > 0)
            {
                long deadline = timers.At(heaps[processor].First).DeadlineTicks;
                earliest = earliest < 0 || deadline < earliest ? deadline : earliest;
            }
        }

        return earliest;
    }

    /// <inheritdoc/>
    public bool ExpireNext()
    {
        if (!clock.HasEvent || state->Expirations >= maxExpirations)
        {
            return false;
        }

        state->Expirations++;
        clock.PassToNextEvent();
        processors.Update();
        return true;
    }

    /// <inheritdoc/>
    public void Advance(long ticks)
    {
        clock.Pass(ticks);
        processors.Update();
    }

    /// <summary>Handles the timer interrupt of a processor: what was programmed has fired.</summary>
    /// <param name="processor">The processor.</param>
    internal void HandleInterrupt(int processor)
    {
        alarm.Fired(processor);
        Progress(processor);
    }

    /// <summary>Whether a processor has a timer to act on.</summary>
    internal bool HasElapsed(int processor) => FirstElapsed(processor) >= 0;

    /// <summary>Acts on the timer of a processor that has elapsed first.</summary>
    internal void RunElapsed(int processor)
    {
        int index = FirstElapsed(processor);
        world.Scheduler.BeginStep(PointKind.TimerRun, ObjectKind.Timer, (uint)index, isWrite: true);
        world.Writes(ObjectKind.Processor, (uint)processor);
        ArmedTimer timer = timers.At(index);
        Verify.That(timer.DeadlineTicks <= clock.NowTicks, "a timer expires before its deadline");
        timers.Free(timers.HandleAt(index));
        timer.Expire(world);
    }

    private Handle<ArmedTimer> Add(in ArmedTimer armed)
    {
        Handle<ArmedTimer> handle = timers.Allocate();
        Verify.That(!handle.IsNone, "out of timers");
        world.Writes(ObjectKind.Timer, handle.Index);
        world.Reads(ObjectKind.Clock, 0);
        world.Writes(ObjectKind.Deadline, (uint)armed.DeadlineTicks & 0xfffff);
        int processor = processors.Current;
        timers[handle] = armed;
        timers[handle].Order = ++state->Armed;
        timers[handle].Processor = (byte)processor;
        heaps[processor].Insert((int)handle.Index);
        Progress(processor);
        return handle;
    }

    private void Remove(Handle<ArmedTimer> handle)
    {
        world.Writes(ObjectKind.Timer, handle.Index);
        world.Writes(ObjectKind.Clock, 0);
        int processor = timers[handle].Processor;
        if (timers[handle].HasElapsed)
        {
            world.Writes(ObjectKind.Processor, (uint)processor);
        }
        else
        {
            heaps[processor].Remove((int)handle.Index);
        }

        timers.Free(handle);
        bool isOther = processor != processors.Current && world.Has(Defect.TimerOfOtherProcessor);
        if (isOther || processor == processors.Current)
        {
            // Another processor's device cannot be programmed from here; it fires once for nothing.
            alarm.Program(isOther ? processors.Current : processor, NextOf(processor));
        }

        processors.Update();
    }

    /// <summary>Lets elapse what is due, programs the next deadline, and looks at the clock again (PrecisionTimerEngine::
    /// _progress).</summary>
    private void Progress(int processor)
    {
        do
        {
            while (heaps[processor].Count > 0 && timers.At(heaps[processor].First).DeadlineTicks <= clock.NowTicks)
            {
                LetElapse(processor, heaps[processor].First);
            }

            alarm.Program(processor, NextOf(processor));
        }
        while (!world.Has(Defect.DeadlineNotRechecked) && NextOf(processor) <= clock.NowTicks);
        processors.Update();
    }

    private void LetElapse(int processor, int index)
    {
        Verify.That(!timers.At(index).HasElapsed, "a timer elapses twice");
        heaps[processor].Remove(index);
        world.Writes(ObjectKind.Timer, (uint)index);
        world.Writes(ObjectKind.Processor, (uint)processor);
        timers.At(index).HasElapsed = true;
        world.Note(NoteKind.TimerElapsed, timers.At(index).DeadlineTicks, processor);
    }

    private long NextOf(int processor) =>
        heaps[processor].Count > 0 ? timers.At(heaps[processor].First).DeadlineTicks : Alarm.NoDeadline;

    private int FirstElapsed(int processor)
    {
        int best = -1;
        for (int index = 0; index < timers.HighWater; index++)
        {
            bool isCandidate = timers.IsLiveAt(index) && timers.At(index).HasElapsed && timers.At(index).Processor == processor;
            if (isCandidate && (best < 0 || IsEarlier(timers.At(index), timers.At(best))))
            {
                best = index;
            }
        }

        return best;
    }

    private static bool IsEarlier(in ArmedTimer left, in ArmedTimer right) =>
        left.DeadlineTicks != right.DeadlineTicks ? left.DeadlineTicks < right.DeadlineTicks : left.Order < right.Order;
}

/// <summary>What the engine counts.</summary>
internal struct TimerEngineState
{
    public uint Armed;
    public uint Expirations;
}
