// Where time comes from. Servers and kernel only see this seam; the virtual timers below it are replaced by the modelled
// hardware.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Time;

/// <summary>Time in ticks, and operations that complete at a deadline.</summary>
public interface ITimerSource
{
    /// <summary>Current time in ticks since the start of the run.</summary>
    long NowTicks { get; }

    /// <summary>Current time, for a step whose behaviour depends on it; an observer reads <see cref="NowTicks"/>.</summary>
    /// <returns>Ticks since the start of the run.</returns>
    long ReadClock();

    /// <summary>Whether a deadline is armed, or has passed and not been acted on.</summary>
    bool HasArmed { get; }

    /// <summary>Whether something will happen when time passes. With hardware a deadline may be armed that no device was told
    /// of.</summary>
    bool CanPass { get; }

    /// <summary>Completes an operation at a deadline; a deadline in the past expires like any other.</summary>
    /// <param name="operation">A submitted clock wait.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    void Arm(Handle<Operation> operation, long deadlineTicks);

    /// <summary>Raises an event at a deadline.</summary>
    /// <param name="target">The event.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>The armed timer.</returns>
    Handle<ArmedTimer> ArmEvent(Handle<OneshotEvent> target, long deadlineTicks);

    /// <summary>Wakes a thread that sleeps on a futex at a deadline.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>The armed timer.</returns>
    Handle<ArmedTimer> ArmThread(Handle<KernelThread> thread, long deadlineTicks);

    /// <summary>Unmasks an interrupt pin at a deadline.</summary>
    /// <param name="pin">Number of the pin.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>The armed timer.</returns>
    Handle<ArmedTimer> ArmPin(int pin, long deadlineTicks);

    /// <summary>Disarms a timer that raises an event or wakes a thread.</summary>
    /// <param name="timer">The timer; may have expired or be none.</param>
    void Disarm(Handle<ArmedTimer> timer);

    /// <summary>Deadline that expires next.</summary>
    /// <returns>Absolute ticks, or -1 when none is armed.</returns>
    long NextDeadlineTicks();

    /// <summary>Cancels a clock wait: it completes once, as cancelled, unless it has already completed.</summary>
    /// <param name="operation">The operation; may be done or stale.</param>
    void Cancel(Handle<Operation> operation);

    /// <summary>Lets time pass until something happens: the earliest deadline expires, or a device asks for an
    /// interrupt.</summary>
    /// <returns>False when nothing will happen or the bound on expirations is reached.</returns>
    bool ExpireNext();

    /// <summary>Lets time pass, with everything that happens on the way and at the end.</summary>
    /// <param name="ticks">For how long.</param>
    void Advance(long ticks);
}
