// The interrupt lines of a PC's old devices. Each goes to the 8259 pair and to the I/O APIC, and the system chooses by masking
// whom it listens to. The timer is on input 0 there and on pin 2 here; pin 0 of the I/O APIC is the output of the pair and not
// wired, since the local APIC has it at LINT0.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware;

/// <summary>Wires of the 8254, the clock and the HPET in the places of these.</summary>
internal sealed class IsaLines(IInterruptLines pins, IInterruptLines controller) : IInterruptLines
{
    private const int TimerLine = 0;
    private const int CascadeLine = 2;
    private const int LineCount = 16;

    /// <inheritdoc/>
    public void Drive(int line, bool isHigh)
    {
        if (line is CascadeLine or < 0 or >= LineCount)
        {
            return;
        }

        controller.Drive(line, isHigh);
        pins.Drive(line == TimerLine ? MachineMap.HpetPin : line, isHigh);
    }
}
