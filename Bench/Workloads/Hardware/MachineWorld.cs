// A world with a machine of one processor and no parties but time and that processor, which the workload runs by hand.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Hardware;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Bench.Workloads.Hardware;

/// <summary>A machine that a workload drives.</summary>
internal sealed class MachineWorld : IPartyBody, IDisposable
{
    private int processor;

    internal MachineWorld()
    {
        Hardware = new KernelHardware(World, new MachineOptions());
        World.Seal();
    }

    internal World World { get; } = new(new WorldOptions { MaxExpirations = uint.MaxValue, MaxSteps = uint.MaxValue });

    internal KernelHardware Hardware { get; }

    /// <inheritdoc/>
    public void Run(int party) => Verify.Fail("a driven machine is driven by its workload");

    /// <inheritdoc/>
    public void Dispose() => World.Dispose();

    internal void Begin()
    {
        World.Reset(default);
        World.Scheduler.AddParty(PartyKind.Time, this);
        processor = Hardware.Processors.Start(0);
        Hardware.Begin(processorCount: 1, AlarmKind.TscDeadline);
    }

    /// <summary>Lets time pass to the next event and the processor do all that follows.</summary>
    internal void Pass()
    {
        World.Timers.ExpireNext();
        Settle();
    }

    /// <summary>Lets the processor do all that it has to do.</summary>
    internal void Settle()
    {
        while (World.Scheduler.IsEnabled(processor))
        {
            Hardware.Processors.Run(processor);
        }
    }
}
