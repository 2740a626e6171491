// What the kernel does to the hardware before anything else (kernel/thor/arch/x86/main.cpp, pic.cpp, hpet.cpp): start the HPET,
// enable the local APICs, calibrate their timers and the time stamp counter against the HPET for 100 milliseconds each, set up
// the device for deadlines, unmask the pins. It runs before the world is sealed, so every run begins after it.

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Brings the hardware up.</summary>
internal static class Boot
{
    private const ulong HpetConfiguration = MachineMap.HpetBase + 0x10;
    private const ulong HpetCounter = MachineMap.HpetBase + 0xf0;
    private const uint HpetEnabled = 1;
    private const uint TimerEntryMsr = 0x832;
    private const uint InitialCountMsr = 0x838;
    private const uint CurrentCountMsr = 0x839;
    private const uint DivideMsr = 0x83e;
    private const uint DivideByOne = 0xb;
    private const uint Masked = 1 << 16;
    private const ulong PollNanoseconds = 1_000;

    internal static void Start(KernelHardware hardware, Alarm alarm)
    {
        Machine machine = hardware.Machine;
        machine.WriteMemory(HpetConfiguration, HpetEnabled);
        for (int processor = 0; processor < machine.ProcessorCount; processor++)
        {
            hardware.Controllers.EnableApic(processor);
        }

        Calibration timer = CalibrateTimer(hardware);
        hardware.Clock.Start(CalibrateTsc(machine));
        for (int processor = 0; processor < machine.ProcessorCount; processor++)
        {
            alarm.Enable(processor, timer);
        }

        for (int port = 0; port < MachineMap.SerialPortCount; port++)
        {
            PinStrategy strategy = MachineMap.IsByEdge(port) ? PinStrategy.Edge : PinStrategy.Level;
            hardware.Pins.Configure(MachineMap.PinOfSerialPort(port), strategy, processor: 0);
        }
    }

    private static Calibration CalibrateTimer(KernelHardware hardware)
    {
        hardware.Controllers.Write(0, DivideMsr, DivideByOne);
        hardware.Controllers.Write(0, TimerEntryMsr, Masked);
        hardware.Controllers.Write(0, InitialCountMsr, uint.MaxValue);
        PollSleep(hardware.Machine);
        hardware.Machine.TryReadMsr(0, CurrentCountMsr, out ulong left);
        hardware.Controllers.Write(0, InitialCountMsr, 0);
        return new Calibration(uint.MaxValue - left);
    }

    private static Calibration CalibrateTsc(Machine machine)
    {
        ulong before = machine.ReadTsc(0);
        PollSleep(machine);
        return new Calibration(machine.ReadTsc(0) - before);
    }

    /// <summary>Reads the counter until the period is over; each read takes its time.</summary>
    private static void PollSleep(Machine machine)
    {
        ulong counts = Calibration.PeriodNanoseconds / Machine.HpetPeriodNanoseconds;
        uint start = machine.ReadMemory(HpetCounter);
        while (machine.ReadMemory(HpetCounter) - start < counts)
        {
            machine.Clock.AdvanceBy(PollNanoseconds);
        }
    }
}
