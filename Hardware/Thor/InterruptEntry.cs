// What a processor does when it is interrupted (kernel/thor/arch/x86/ints.cpp): acknowledge, find out by the vector what it is
// about, end the interrupt, handle it. Interrupts are held off meanwhile, so one interrupt is one step. Devices are first seen
// to by their pin, which decides whether it has to be masked before the interrupt is ended.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Interrupt handling of the kernel.</summary>
public sealed class InterruptEntry
{
    private readonly World world;
    private readonly Machine machine;
    private readonly KernelHardware hardware;
    private readonly TimerEngine timers;

    internal InterruptEntry(World world, KernelHardware hardware)
    {
        this.world = world;
        this.hardware = hardware;
        machine = hardware.Machine;
        timers = hardware.Timers;
    }

    /// <summary>Whether a processor has an interrupt to take or a timer to act on.</summary>
    internal bool HasWork(int processor) => timers.HasElapsed(processor) || machine.Apic(processor).HasDeliverable;

    /// <summary>Does one thing: acts on a timer that has elapsed, or takes an interrupt.</summary>
    internal void Run(int processor)
    {
        if (timers.HasElapsed(processor))
        {
            timers.RunElapsed(processor);
            return;
        }

        world.Scheduler.BeginStep(PointKind.InterruptEntry, ObjectKind.Processor, (uint)processor, isWrite: true);
        if (machine.Apic(processor).HasDeliverable)
        {
            Take(processor);
        }
    }

    private void Take(int processor)
    {
        byte vector = machine.Apic(processor).AcknowledgeInterrupt();
        world.Note(NoteKind.InterruptTaken, vector, processor);
        switch (vector)
        {
            case Vectors.Spurious:
                return;
            case Vectors.Timer:
                hardware.Controllers.EndInterrupt(processor);
                world.Writes(ObjectKind.Clock, 0);
                timers.HandleInterrupt(processor);
                return;
            case Vectors.Ping:
            case Vectors.Shootdown:
                hardware.Controllers.EndInterrupt(processor);
                hardware.Interprocessor.Handle(processor, vector);
                return;
            default:
                hardware.Pins.Handle(vector - Vectors.FirstDevice, processor);
                return;
        }
    }
}
