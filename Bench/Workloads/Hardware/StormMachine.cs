// An interrupt storm: eight serial ports whose lines never fall. Each interrupt goes through I/O APIC and local APIC, masks its
// pin, is reported to its driver, and answered, whereupon it fires again. One operation is one interrupt.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware;

namespace Managarm.Perf.Bench.Workloads.Hardware;

/// <summary>Interrupts that never end, by hardware.</summary>
public sealed class StormMachine : IWorkload
{
    private readonly MachineWorld machine = new();
    private readonly Handle<KernelEvent>[] drivers = new Handle<KernelEvent>[MachineMap.SerialPortCount];
    private readonly ulong[] answered = new ulong[MachineMap.SerialPortCount];

    /// <inheritdoc/>
    public string Name => "storm-machine";

    /// <inheritdoc/>
    public string Summary => "8 level-triggered lines that never fall, through both APICs, pins and answers";

    /// <inheritdoc/>
    public string Unit => "interrupt";

    /// <inheritdoc/>
    public void Prepare()
    {
        machine.Begin();
        for (int port = 0; port < drivers.Length; port++)
        {
            int pin = MachineMap.PinOfSerialPort(port);
            drivers[port] = machine.World.KernelEvents.Create(DescriptorKind.Irq);
            machine.Hardware.Pins.Attach(pin, drivers[port]);
            machine.Hardware.Machine.Lines.Drive(pin, isHigh: true);
        }

        machine.Hardware.Announce();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        int handled = 0;
        while (handled < operations)
        {
            machine.Settle();
            for (int port = 0; port < drivers.Length; port++)
            {
                ulong sequence = machine.World.KernelEvents[drivers[port]].Sequence;
                if (sequence != answered[port])
                {
                    answered[port] = sequence;
                    handled++;
                    machine.World.KernelEvents.Acknowledge(drivers[port], IrqAnswer.Acknowledge, sequence);
                }
            }
        }

        return (long)answered[0];
    }

    /// <inheritdoc/>
    public void Dispose() => machine.Dispose();
}
