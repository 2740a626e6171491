// Where time comes from. Servers and kernel only see this seam; the virtual timers below it are replaced by the modelled
// hardware.

namespace Managarm.Perf.Core;

/// <summary>Time in ticks, and operations that complete at a deadline.</summary>
public interface ITimerSource
{
    /// <summary>Current time in ticks since the start of the run.</summary>
    long NowTicks { get; }

    /// <summary>Current time, for a step whose behaviour depends on it; an observer reads <see cref="NowTicks"/>.</summary>
    /// <returns>Ticks since the start of the run.</returns>
    long ReadClock();

    /// <summary>Whether a deadline is armed.</summary>
    bool HasArmed { get; }

    /// <summary>Completes an operation at a deadline; a deadline in the past expires like any other.</summary>
    /// <param name="operation">A submitted clock wait.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    void Arm(Handle<Operation> operation, long deadlineTicks);

    /// <summary>Raises an event at a deadline.</summary>
    /// <param name="target">The event.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>The armed timer.</returns>
    Handle<Timer> ArmEvent(Handle<OneshotEvent> target, long deadlineTicks);

    /// <summary>Wakes a thread that sleeps on a futex at a deadline.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="deadlineTicks">Absolute deadline.</param>
    /// <returns>The armed timer.</returns>
    Handle<Timer> ArmThread(Handle<KernelThread> thread, long deadlineTicks);

    /// <summary>Disarms a timer that raises an event or wakes a thread.</summary>
    /// <param name="timer">The timer; may have expired or be none.</param>
    void Disarm(Handle<Timer> timer);

    /// <summary>Deadline that expires next.</summary>
    /// <returns>Absolute ticks, or -1 when none is armed.</returns>
    long NextDeadlineTicks();

    /// <summary>Cancels a clock wait: it completes once, as cancelled, unless it has already completed.</summary>
    /// <param name="operation">The operation; may be done or stale.</param>
    void Cancel(Handle<Operation> operation);

    /// <summary>Lets the earliest deadline expire; the clock advances to it.</summary>
    /// <returns>False when none is armed or the bound on expirations is reached.</returns>
    bool ExpireNext();

    /// <summary>Advances the clock without letting anything expire.</summary>
    /// <param name="ticks">By how much.</param>
    void Advance(long ticks);
}
