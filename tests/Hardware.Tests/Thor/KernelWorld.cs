// A world with a machine and nothing else: parties are time and the processors, and a test plays everybody who arms timers or
// drives lines. The smallest host of the kernel's side of the hardware.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Time;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Hardware.Tests.Thor;

/// <summary>A world for tests of the kernel's side.</summary>
internal sealed class KernelWorld : IDisposable, IPartyBody
{
    private readonly int processorCount;
    private readonly AlarmKind alarm;

    internal KernelWorld(int processorCount = 1, AlarmKind alarm = AlarmKind.TscDeadline, DefectSet defects = default)
    {
        this.processorCount = processorCount;
        this.alarm = alarm;
        World = new World(new WorldOptions { MaxExpirations = uint.MaxValue });
        Hardware = new KernelHardware(World, new MachineOptions { ProcessorCount = Processors.Maximum });
        World.Seal();
        Reset(defects);
    }

    internal World World { get; }

    internal KernelHardware Hardware { get; }

    internal Handle<IpcQueue> Queue { get; private set; }

    internal ITimerSource Timers => World.Timers;

    /// <inheritdoc/>
    public void Run(int party)
    {
        World.Scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Clock, 0, isWrite: true);
        if (!Timers.ExpireNext() || !Timers.CanPass)
        {
            World.Scheduler.Disable(party);
        }
    }

    public void Dispose() => World.Dispose();

    internal void Reset(DefectSet defects)
    {
        World.Reset(defects);
        World.Scheduler.AddParty(PartyKind.Time, this);
        for (int processor = 0; processor < processorCount; processor++)
        {
            Hardware.Processors.Start(processor);
        }

        Hardware.Processors.Pin(World.TimeParty, 0);
        Hardware.Begin(processorCount, alarm);
        if (alarm == AlarmKind.Hpet)
        {
            Hardware.DelayChoice = World.Scheduler.AddChoice();
        }

        Queue = World.Queues.Create(World.TimeParty, default, 1024, 2);
    }

    /// <summary>From here on the test acts on a processor.</summary>
    internal void ActOn(int processor) => Hardware.Processors.Pin(World.TimeParty, processor);

    /// <summary>Lets the processors do all that they have to do now.</summary>
    internal void Settle()
    {
        while ((World.Scheduler.EnabledMask & ~1u) != 0)
        {
            int party = System.Numerics.BitOperations.TrailingZeroCount(World.Scheduler.EnabledMask & ~1u);
            Hardware.Processors.Run(party);
        }
    }

    /// <summary>From here on the strategy always answers a choice with the unusual; nothing may be enabled.</summary>
    internal void Always(int choice) => World.Scheduler.Run(new AlwaysDeviates(choice), null);

    /// <summary>Lets time pass to the next event.</summary>
    internal bool Pass() => Timers.ExpireNext();

    internal Handle<Operation> Submit(long deadlineTicks)
    {
        Handle<Operation> wait = World.Lanes.Prepare(OperationKind.AwaitClock, Queue, 0);
        World.Lanes.Operations[wait].DeadlineTicks = deadlineTicks;
        World.Queues.PushOrDrive(Queue, wait);
        World.Queues.BeginDrive(Queue);
        World.Queues.ProcessSubmission(Queue);
        return wait;
    }

    /// <summary>Takes the next completion.</summary>
    internal bool TryTake(out Handle<Operation> completed, out HelError error)
    {
        error = HelError.None;
        if (!World.Queues.TryPop(Queue, out completed))
        {
            return false;
        }

        error = World.Lanes.Operations[completed].Error;
        World.Lanes.Free(completed);
        return true;
    }
}
