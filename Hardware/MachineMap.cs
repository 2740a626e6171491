// Where the devices of the machine are: the addresses and pins of a PC, and serial ports on pins of their own behind those that
// ISA uses. Drivers take them from here, as they would from firmware tables.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Hardware;

/// <summary>Addresses, ports and pins.</summary>
public static class MachineMap
{
    /// <summary>Physical address of the I/O APIC.</summary>
    public const ulong IoApicBase = 0xfec0_0000;

    /// <summary>Physical address of the HPET.</summary>
    public const ulong HpetBase = 0xfed0_0000;

    /// <summary>Serial ports at most: one for every device that a scenario can have.</summary>
    public const int SerialPortCount = Scenario.MaximumDevices;

    /// <summary>Pin of comparator 0 of the HPET when it replaces the legacy timers.</summary>
    public const int HpetPin = 2;

    private const int FirstSerialPin = 16;
    private const ushort FirstSerialPort = 0x1000;
    private const int SerialRegisters = 8;

    /// <summary>Pin of the I/O APIC that a serial port drives.</summary>
    /// <param name="port">Number of the port, from 0.</param>
    /// <returns>The pin.</returns>
    public static int PinOfSerialPort(int port) => FirstSerialPin + port;

    /// <summary>Whether the pin of a serial port is by edge, as on an ISA card; it is for every second one.</summary>
    /// <param name="port">Number of the port, from 0.</param>
    /// <returns>False for by level.</returns>
    public static bool IsByEdge(int port) => port % 2 != 0;

    /// <summary>First of the eight I/O ports of a serial port.</summary>
    /// <param name="port">Number of the port, from 0.</param>
    /// <returns>The I/O port.</returns>
    public static ushort SerialPortBase(int port) => (ushort)(FirstSerialPort + (SerialRegisters * port));

    /// <summary>Which serial port an I/O port belongs to.</summary>
    /// <param name="ioPort">Any I/O port.</param>
    /// <returns>Number of the serial port, or -1.</returns>
    public static int SerialPortAt(ushort ioPort)
    {
        int port = (ioPort - FirstSerialPort) / SerialRegisters;
        return ioPort >= FirstSerialPort && port < SerialPortCount ? port : -1;
    }
}
