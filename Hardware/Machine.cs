// A PC: processors with local APICs and time stamp counters, an I/O APIC, an HPET, serial ports, and, where they are wanted,
// the 8259 pair, the 8254 and the CMOS clock. This class wires them and decodes addresses; what each device does is in its own
// folder. Everybody comes here as a processor does: by memory, port and model-specific register. What is not there reads as all
// ones, and writes to it vanish; an access that faults says so by its result. Register accesses take no time.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Thor;
using Managarm.Perf.Hardware.TimeStampCounters;
using Managarm.Perf.Hardware.Uarts;

namespace Managarm.Perf.Hardware;

/// <summary>The modelled machine.</summary>
public sealed class Machine
{
    /// <summary>Period of the HPET's counter.</summary>
    public const ulong HpetPeriodNanoseconds = 10;

    // After these a local APIC may accept what it has refused.
    private const uint ApicBaseMsr = 0x1b;
    private const uint SpuriousVectorMsr = 0x80f;

    private const ulong WindowBytes = 0x1000;
    private const ulong HpetBytes = 0x400;

    private readonly TimeStampCounter[] counters;
    private readonly LocalApic[] apics;
    private readonly IoApic ioApic;
    private readonly Hpet hpet;
    private readonly Uart[] serialPorts;
    private readonly LegacyDevices? legacy;

    /// <summary>Builds a machine as it is after power-up.</summary>
    /// <param name="arena">Memory, not sealed yet.</param>
    /// <param name="options">Parts.</param>
    public Machine(Arena arena, MachineOptions options)
    {
        Verify.That(options.ProcessorCount is >= 1 and <= Processors.Maximum, "no machine has so many processors");
        Clock = new MachineClock(arena);
        Bus = new InterruptBus();
        counters = new TimeStampCounter[options.ProcessorCount];
        apics = new LocalApic[options.ProcessorCount];
        for (int processor = 0; processor < apics.Length; processor++)
        {
            counters[processor] = new TimeStampCounter(
                arena, Clock, new TimeStampCounterOptions { Frequency = options.TscFrequency });
            var apicOptions = new LocalApicOptions
            {
                Id = (uint)processor,
                IsBootProcessor = processor == 0,
                TimerFrequency = options.ApicFrequency,
            };
            apics[processor] = new LocalApic(arena, Clock, Bus, counters[processor], apicOptions);
        }

        ioApic = new IoApic(arena, Bus, new IoApicOptions());
        Bus.Attach(ioApic);
        hpet = new Hpet(arena, Clock, ioApic, Bus, new HpetOptions());
        serialPorts = new Uart[options.SerialPortCount];
        for (int port = 0; port < serialPorts.Length; port++)
        {
            serialPorts[port] = new Uart(arena, Clock, ioApic, MachineMap.PinOfSerialPort(port));
        }

        legacy = options.HasLegacyDevices ? new LegacyDevices(arena, Clock, ioApic, apics[0], options) : null;
    }

    /// <summary>Number of processors.</summary>
    public int ProcessorCount => apics.Length;

    /// <summary>Time, and what happens by itself.</summary>
    public MachineClock Clock { get; }

    /// <summary>The interrupt bus.</summary>
    public InterruptBus Bus { get; }

    /// <summary>The input pins of the I/O APIC.</summary>
    public IInterruptLines Lines => ioApic;

    /// <summary>Local APIC of a processor.</summary>
    /// <param name="processor">The processor.</param>
    /// <returns>The local APIC.</returns>
    public LocalApic Apic(int processor) => apics[processor];

    /// <summary>A serial port, for who is at the other end of its wire.</summary>
    /// <param name="port">Number of the port.</param>
    /// <returns>The port.</returns>
    public Uart SerialPort(int port) => serialPorts[port];

    /// <summary>RDTSC.</summary>
    /// <param name="processor">The processor.</param>
    /// <returns>Ticks.</returns>
    public ulong ReadTsc(int processor) => counters[processor].Value;

    /// <summary>RDMSR.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="register">Number of the register.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False for a general-protection fault.</returns>
    public bool TryReadMsr(int processor, uint register, out ulong value) =>
        counters[processor].TryReadMsr(register, out value) || apics[processor].TryReadMsr(register, out value);

    /// <summary>WRMSR.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="register">Number of the register.</param>
    /// <param name="value">Value.</param>
    /// <returns>False for a general-protection fault.</returns>
    public bool TryWriteMsr(int processor, uint register, ulong value)
    {
        if (counters[processor].TryWriteMsr(register, value))
        {
            return true;
        }

        bool isWritten = apics[processor].TryWriteMsr(register, value);
        if (register is ApicBaseMsr or SpuriousVectorMsr)
        {
            ioApic.RetryPending();
        }

        return isWritten;
    }

    /// <summary>Reads 32 bits of memory as the boot processor does.</summary>
    /// <param name="address">Physical address.</param>
    /// <returns>The register, or all ones.</returns>
    public uint ReadMemory(ulong address) => ReadMemory(0, address);

    /// <summary>Reads 32 bits of memory.</summary>
    /// <param name="processor">The processor, which sees its own local APIC.</param>
    /// <param name="address">Physical address.</param>
    /// <returns>The register, or all ones.</returns>
    public uint ReadMemory(int processor, ulong address)
    {
        if (IsIn(address, MachineMap.HpetBase, HpetBytes))
        {
            return hpet.Read((uint)(address - MachineMap.HpetBase));
        }

        if (IsIn(address, MachineMap.IoApicBase, WindowBytes))
        {
            return ioApic.Read((uint)(address - MachineMap.IoApicBase));
        }

        return IsInApic(processor, address)
            ? apics[processor].Read((uint)(address - apics[processor].BaseAddress))
            : uint.MaxValue;
    }

    /// <summary>Writes 32 bits of memory as the boot processor does.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="value">Value.</param>
    public void WriteMemory(ulong address, uint value) => WriteMemory(0, address, value);

    /// <summary>Writes 32 bits of memory.</summary>
    /// <param name="processor">The processor, which sees its own local APIC.</param>
    /// <param name="address">Physical address.</param>
    /// <param name="value">Value.</param>
    public void WriteMemory(int processor, ulong address, uint value)
    {
        if (IsIn(address, MachineMap.HpetBase, HpetBytes))
        {
            hpet.Write((uint)(address - MachineMap.HpetBase), value);
        }
        else if (IsIn(address, MachineMap.IoApicBase, WindowBytes))
        {
            ioApic.Write((uint)(address - MachineMap.IoApicBase), value);
        }
        else if (IsInApic(processor, address))
        {
            apics[processor].Write((uint)(address - apics[processor].BaseAddress), value);
            ioApic.RetryPending();
        }
    }

    /// <summary>IN of one byte.</summary>
    /// <param name="port">I/O port.</param>
    /// <returns>The register, or all ones.</returns>
    public byte ReadPort(ushort port)
    {
        int serial = MachineMap.SerialPortAt(port);
        if (serial >= 0)
        {
            return serial < serialPorts.Length ? serialPorts[serial].ReadPort(port) : byte.MaxValue;
        }

        return legacy is null ? byte.MaxValue : legacy.Read(port);
    }

    /// <summary>OUT of one byte.</summary>
    /// <param name="port">I/O port.</param>
    /// <param name="value">Value.</param>
    public void WritePort(ushort port, byte value)
    {
        int serial = MachineMap.SerialPortAt(port);
        if (serial < 0)
        {
            legacy?.Write(port, value);
        }
        else if (serial < serialPorts.Length)
        {
            serialPorts[serial].WritePort(port, value);
        }
    }

    private static bool IsIn(ulong address, ulong start, ulong bytes) => address >= start && address - start < bytes;

    private bool IsInApic(int processor, ulong address) =>
        apics[processor].Mode == LocalApicMode.XApic && IsIn(address, apics[processor].BaseAddress, WindowBytes);
}
