// Rules of the ports, of the memory, and of what a reset of the machine does to the clock.

using static Managarm.Perf.Hardware.Tests.RtcMachine;

namespace Managarm.Perf.Hardware.Tests;

/// <summary>Rules of ports and memory.</summary>
internal static class RtcPortRules
{
    private const string Ports = "ICH: RTC I/O registers";
    private const string Memory = "Static CMOS RAM";

    internal static void AddTo(RuleBook<RtcFault> book)
    {
        AddPorts(book);
        AddMemory(book);
        AddReset(book);
    }

    private static void AddPorts(RuleBook<RtcFault> book)
    {
        book.Add("the index has seven bits", "Bit 7 of the index port does not select.", Ports,
            RtcFault.IndexTakesNmiBit, fault =>
            {
                using var machine = new RtcMachine(fault);
                machine[0x40] = 0x5a;
                Assert.Equal(0x5a, machine[0xc0]);
            });
        book.Add("bit 7 masks NMI", "Bit 7 of the index port masks non-maskable interrupts, at power-on too.",
            Ports, RtcFault.NmiMaskIgnored, fault =>
            {
                using var machine = new RtcMachine(fault);
                Assert.True(machine.Rtc.IsNmiMasked);
                machine.Rtc.WritePort(Rtc.IndexPort, 0x0d);
                Assert.False(machine.Rtc.IsNmiMasked);
                machine.Rtc.WritePort(Rtc.IndexPort, 0x8d);
                Assert.True(machine.Rtc.IsNmiMasked);
            });
        book.Add("the index stays", "Several accesses to the data port are for the same byte.",
            Ports, RtcFault.IndexIsForgotten, fault =>
            {
                using var machine = new RtcMachine(fault);
                machine[0x40] = 0x5a;
                Assert.Equal(0x5a, machine.Rtc.ReadPort(Rtc.DataPort));
                Assert.Equal(0x5a, machine.Rtc.ReadPort(Rtc.DataPort));
            });
        book.Add("the index is write-only", "Reading the index port gives what a floating bus gives.",
            Ports, RtcFault.IndexIsReadable, fault =>
            {
                using var machine = new RtcMachine(fault);
                machine[0x40] = 0x5a;
                Assert.Equal(0xff, machine.Rtc.ReadPort(Rtc.IndexPort));
            });
    }

    private static void AddMemory(RuleBook<RtcFault> book)
    {
        book.Add("114 bytes of memory", "The bytes 0x0e to 0x7f keep what is written, whatever the time does.",
            Memory, RtcFault.MemoryIsSmall, fault =>
            {
                using var machine = new RtcMachine(fault);
                for (int index = 0x0e; index < 0x80; index++)
                {
                    machine[index] = index ^ 0x5a;
                }

                machine.Seconds(100);
                for (int index = 0x0e; index < 0x80; index++)
                {
                    Assert.Equal(index ^ 0x5a, machine[index]);
                }
            });
        book.Add("register D cannot be written", "Writes to register D have no effect; its low bits are zero.",
            "Register D", RtcFault.ValidBitIsWritable, fault =>
            {
                using var machine = new RtcMachine(fault);
                machine[D] = 0x7f;
                Assert.Equal(0x80, machine[D]);
                machine[D] = 0x00;
                Assert.Equal(0x80, machine[D]);
            });
        book.Add("time and memory are valid", "VRT is set, since the battery is never empty.",
            "Register D: VRT", RtcFault.ValidBitIsClear, fault =>
            {
                using var machine = new RtcMachine(fault);
                Assert.Equal(0x80, machine[D]);
            });
    }

    private static void AddReset(RuleBook<RtcFault> book)
    {
        book.Add("reset disables interrupts",
            "The reset pin clears PIE, AIE, UIE, SQWE and all flags, and keeps SET and the data modes.",
            "RESET", RtcFault.ResetIgnored, fault =>
            {
                using var machine = new RtcMachine(fault);
                machine[B] = Periodic | Alarm | UpdateEnded | 0x0f;
                machine.Seconds(2);
                Assert.True(machine.Lines.IsHigh);
                machine.Rtc.Reset();
                Assert.False(machine.Lines.IsHigh);
                Assert.Equal(0x07, machine[B]);
                Assert.Equal(0, machine[C]);
            });
        book.Add("reset keeps the memory", "Neither time nor memory is changed by the reset pin.",
            "RESET", RtcFault.ResetLosesMemory, fault =>
            {
                using var machine = new RtcMachine(fault);
                machine[0x7f] = 0x5a;
                machine.Rtc.Reset();
                Assert.Equal(0x5a, machine[0x7f]);
                Assert.Equal("2000-02-29 00:00:00 03", machine.Time);
            });
    }
}
