// Time without hardware: a clock that stands still until the time party lets the earliest deadline expire. Ties go to the
// timer armed first. Expiry and cancellation are decided once, by freeing the timer: whoever frees it posts the one
// completion. Worlds without a machine have it: the tests of Core, the workloads that measure Core alone.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Time;

/// <summary>Deadline list of a world.</summary>
public sealed unsafe class VirtualTimers : ITimerSource
{
    private readonly World world;
    private readonly Slab<ArmedTimer> timers;
    private readonly TimeState* state;

    internal VirtualTimers(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        timers = new Slab<ArmedTimer>(arena, options.TimerCapacity, ObjectKind.Timer);
        state = arena.ReserveHot<TimeState>(1);
        MaxExpirations = options.MaxExpirations;
    }

    /// <inheritdoc/>
    public long NowTicks => state->NowTicks;

    /// <inheritdoc/>
    public long ReadClock()
    {
        world.Reads(ObjectKind.Clock, 0);
        return state->NowTicks;
    }

    /// <inheritdoc/>
    public bool HasArmed => timers.LiveCount > 0;

    /// <inheritdoc/>
    public bool CanPass => HasArmed;

    private uint MaxExpirations { get; }

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
            world.Writes(ObjectKind.Timer, timer.Index);
            world.Writes(ObjectKind.Clock, 0);
            timers.Free(timer);
        }
    }

    /// <inheritdoc/>
    public long NextDeadlineTicks()
    {
        int earliest = Earliest();
        return earliest < 0 ? -1 : timers.At(earliest).DeadlineTicks;
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

        world.Writes(ObjectKind.Timer, timer.Index);
        world.Writes(ObjectKind.Clock, 0);
        timers.Free(timer);
        ArmedTimer.Cancel(world, operation);
    }

    /// <inheritdoc/>
    public bool ExpireNext()
    {
        int earliest = Earliest();
        if (earliest < 0 || state->Expirations >= MaxExpirations)
        {
            return false;
        }

        state->Expirations++;
        ArmedTimer timer = timers.At(earliest);
        world.Writes(ObjectKind.Timer, (uint)earliest);
        timers.Free(timers.HandleAt(earliest));
        state->NowTicks = Math.Max(state->NowTicks, timer.DeadlineTicks);
        timer.Expire(world);
        return true;
    }

    /// <inheritdoc/>
    public void Advance(long ticks)
    {
        long target = state->NowTicks + ticks;
        while (HasArmed && NextDeadlineTicks() <= target && ExpireNext())
        {
        }

        state->NowTicks = Math.Max(target, state->NowTicks);
    }

    private Handle<ArmedTimer> Add(in ArmedTimer armed)
    {
        Handle<ArmedTimer> timer = timers.Allocate();
        Verify.That(!timer.IsNone, "out of timers");
        world.Writes(ObjectKind.Timer, timer.Index);
        world.Reads(ObjectKind.Clock, 0);
        world.Writes(ObjectKind.Deadline, (uint)armed.DeadlineTicks & 0xfffff);
        timers[timer] = armed;
        timers[timer].Order = ++state->Armed;
        world.Scheduler.Enable(World.TimeParty);
        return timer;
    }

    private int Earliest()
    {
        int best = -1;
        for (int index = 0; index < timers.HighWater; index++)
        {
            if (timers.IsLiveAt(index) && (best < 0 || IsEarlier(timers.At(index), timers.At(best))))
            {
                best = index;
            }
        }

        return best;
    }

    private static bool IsEarlier(in ArmedTimer left, in ArmedTimer right) =>
        left.DeadlineTicks != right.DeadlineTicks ? left.DeadlineTicks < right.DeadlineTicks : left.Order < right.Order;
}

/// <summary>The clock.</summary>
internal struct TimeState
{
    public long NowTicks;
    public uint Armed;
    public uint Expirations;
}
