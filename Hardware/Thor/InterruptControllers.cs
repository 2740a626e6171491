// How the kernel talks to the interrupt controllers (kernel/thor/arch/x86/pic.cpp): register accesses and nothing else. The
// local APICs run in x2APIC mode, so their registers are model-specific registers. After masking, an entry is read back, so
// that the write has arrived before anything else happens.


namespace Managarm.Perf.Hardware.Thor;

/// <summary>Driver of local APICs and I/O APIC.</summary>
public sealed class InterruptControllers
{
    private const uint ApicBaseMsr = 0x1b;
    private const ulong ApicEnabled = 1 << 11;
    private const ulong ApicExtended = 1 << 10;
    private const uint EndOfInterruptMsr = 0x80b;
    private const uint SpuriousVectorMsr = 0x80f;
    private const uint SoftwareEnabled = 0x100;
    private const uint InterruptCommandMsr = 0x830;
    private const uint AllIncludingSelf = 2 << 18;

    private const ulong IoSelect = MachineMap.IoApicBase;
    private const ulong IoWindow = MachineMap.IoApicBase + 0x10;
    private const uint FirstEntry = 0x10;
    private const uint EntryLevel = 1 << 15;
    private const uint EntryMasked = 1 << 16;
    private const int EntryDestinationShift = 24;

    private readonly Machine machine;

    /// <summary>Makes a driver; it touches nothing yet.</summary>
    /// <param name="machine">The machine.</param>
    public InterruptControllers(Machine machine) => this.machine = machine;

    /// <summary>Enables a processor's local APIC in x2APIC mode.</summary>
    /// <param name="processor">The processor.</param>
    public void EnableApic(int processor)
    {
        machine.TryReadMsr(processor, ApicBaseMsr, out ulong value);
        Write(processor, ApicBaseMsr, value | ApicEnabled);
        Write(processor, ApicBaseMsr, value | ApicEnabled | ApicExtended);
        Write(processor, SpuriousVectorMsr, SoftwareEnabled | Vectors.Spurious);
    }

    /// <summary>Ends the interrupt that a processor handles.</summary>
    /// <param name="processor">The processor.</param>
    public void EndInterrupt(int processor) => Write(processor, EndOfInterruptMsr, 0);

    /// <summary>Interrupts another processor.</summary>
    /// <param name="sender">Sending processor.</param>
    /// <param name="target">Receiving processor.</param>
    /// <param name="vector">Vector.</param>
    public void Send(int sender, int target, byte vector) => Write(sender, InterruptCommandMsr, ((ulong)target << 32) | vector);

    /// <summary>Interrupts every processor, the sender included.</summary>
    /// <param name="sender">Sending processor.</param>
    /// <param name="vector">Vector.</param>
    public void Broadcast(int sender, byte vector) => Write(sender, InterruptCommandMsr, AllIncludingSelf | vector);

    /// <summary>Routes a pin of the I/O APIC to a processor and unmasks it.</summary>
    /// <param name="pin">The pin.</param>
    /// <param name="vector">Vector.</param>
    /// <param name="isLevel">By level, else by edge; active high in both cases.</param>
    /// <param name="processor">Receiving processor.</param>
    public void Route(int pin, byte vector, bool isLevel, int processor)
    {
        WriteEntry(pin, isUpper: true, (uint)processor << EntryDestinationShift);
        WriteEntry(pin, isUpper: false, vector | (isLevel ? EntryLevel : 0));
    }

    /// <summary>Masks or unmasks a pin of the I/O APIC.</summary>
    /// <param name="pin">The pin.</param>
    /// <param name="isMasked">Whether its interrupts are to be held back.</param>
    public void Mask(int pin, bool isMasked)
    {
        uint entry = ReadEntry(pin) & ~EntryMasked;
        WriteEntry(pin, isUpper: false, isMasked ? entry | EntryMasked : entry);
        ReadEntry(pin);
    }

    /// <summary>Writes a register that cannot defect with this value; a defect is a bug of the driver.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="register">Number of the model-specific register.</param>
    /// <param name="value">Value.</param>
    internal void Write(int processor, uint register, ulong value) =>
        Core.Memory.Verify.That(machine.TryWriteMsr(processor, register, value), "the kernel's register write faulted");

    private uint ReadEntry(int pin)
    {
        machine.WriteMemory(IoSelect, FirstEntry + (2 * (uint)pin));
        return machine.ReadMemory(IoWindow);
    }

    private void WriteEntry(int pin, bool isUpper, uint value)
    {
        machine.WriteMemory(IoSelect, FirstEntry + (2 * (uint)pin) + (isUpper ? 1u : 0));
        machine.WriteMemory(IoWindow, value);
    }
}
