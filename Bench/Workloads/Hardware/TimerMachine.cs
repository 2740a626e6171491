// Sixteen periodic timers on the modelled machine: a deadline in a heap, a write to the TSC-deadline register, the local APIC's
// request, the interrupt, the event that is raised, the timer that is armed anew. One operation is one expiry.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.Workloads.Hardware;

/// <summary>Periodic timers by hardware.</summary>
public sealed class TimerMachine : IWorkload
{
    private readonly MachineWorld machine = new();
    private readonly Handle<OneshotEvent>[] events = new Handle<OneshotEvent>[TimerQueue.Timers];
    private readonly long[] deadlinesTicks = new long[TimerQueue.Timers];

    /// <inheritdoc/>
    public string Name => "timer-machine";

    /// <inheritdoc/>
    public string Summary => "16 periodic timers through timer engine, local APIC and interrupt";

    /// <inheritdoc/>
    public string Unit => "expiry";

    /// <inheritdoc/>
    public void Prepare()
    {
        machine.Begin();
        for (int timer = 0; timer < events.Length; timer++)
        {
            Arm(timer);
        }
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        int expired = 0;
        while (expired < operations)
        {
            machine.Pass();
            long now = machine.World.Timers.NowTicks;
            for (int timer = 0; timer < events.Length; timer++)
            {
                if (deadlinesTicks[timer] <= now)
                {
                    bool hasExpired = machine.World.Events.Raise(events[timer]) == OneshotResult.AlreadySettled;
                    Verify.That(hasExpired, "a timer is late");
                    expired++;
                    machine.World.Events.Free(events[timer]);
                    Arm(timer);
                }
            }
        }

        return machine.World.Timers.NowTicks;
    }

    /// <inheritdoc/>
    public void Dispose() => machine.Dispose();

    private void Arm(int timer)
    {
        events[timer] = machine.World.Events.Create();
        deadlinesTicks[timer] = machine.World.Timers.NowTicks + TimerQueue.PeriodOf(timer);
        machine.World.Timers.ArmEvent(events[timer], deadlinesTicks[timer]);
    }
}
