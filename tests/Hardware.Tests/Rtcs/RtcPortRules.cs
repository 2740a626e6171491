// Rules of the ports, of the memory, and of what a reset of the machine does to the clock.

using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Rtcs.RtcMachine;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>Rules of ports and memory.</summary>
internal static class RtcPortRules
{
    private const string Ports = "ICH: RTC I/O registers";
    private const string Memory = "Static CMOS RAM";

    internal static void AddTo(RuleBook<RtcDefect> book)
    {
        AddPorts(book);
        AddMemory(book);
        AddReset(book);
    }

    private static void AddPorts(RuleBook<RtcDefect> book)
    {
        book.Add("the index has seven bits", "Bit 7 of the index port does not select.", Ports,
            RtcDefect.IndexTakesNmiBit, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[0x40] = 0x5a;
                Assert.Equal(0x5a, machine[0xc0]);
            });
        book.Add("bit 7 masks NMI", "Bit 7 of the index port masks non-maskable interrupts, at power-on too.",
            Ports, RtcDefect.NmiMaskIgnored, defect =>
            {
                using var machine = new RtcMachine(defect);
                Assert.True(machine.Rtc.IsNmiMasked);
                machine.Rtc.WritePort(Rtc.IndexPort, 0x0d);
                Assert.False(machine.Rtc.IsNmiMasked);
                machine.Rtc.WritePort(Rtc.IndexPort, 0x8d);
                Assert.True(machine.Rtc.IsNmiMasked);
            });
        book.Add("the index stays", "Several accesses to the data port are for the same byte.",
            Ports, RtcDefect.IndexIsForgotten, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[0x40] = 0x5a;
                Assert.Equal(0x5a, machine.Rtc.ReadPort(Rtc.DataPort));
                Assert.Equal(0x5a, machine.Rtc.ReadPort(Rtc.DataPort));
            });
        book.Add("the index is write-only", "Reading the index port gives what a floating bus gives.",
            Ports, RtcDefect.IndexIsReadable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[0x40] = 0x5a;
                Assert.Equal(0xff, machine.Rtc.ReadPort(Rtc.IndexPort));
            });
    }

    private static void AddMemory(RuleBook<RtcDefect> book)
    {
        book.Add("114 bytes of memory", "The bytes 0x0e to 0x7f keep what is written, whatever the time does.",
            Memory, RtcDefect.MemoryIsSmall, defect =>
            {
                using var machine = new RtcMachine(defect);
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
            "Register D", RtcDefect.ValidBitIsWritable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[D] = 0x7f;
                Assert.Equal(0x80, machine[D]);
                machine[D] = 0x00;
                Assert.Equal(0x80, machine[D]);
            });
        book.Add("time and memory are valid", "VRT is set, since the battery is never empty.",
            "Register D: VRT", RtcDefect.ValidBitIsClear, defect =>
            {
                using var machine = new RtcMachine(defect);
                Assert.Equal(0x80, machine[D]);
            });
    }

    private static void AddReset(RuleBook<RtcDefect> book)
    {
        book.Add("reset disables interrupts",
            "The reset pin clears PIE, AIE, UIE, SQWE and all flags, and keeps SET and the data modes.",
            "RESET", RtcDefect.ResetIgnored, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = Periodic | Alarm | UpdateEnded | 0x0f;
                machine.Seconds(2);
                Assert.True(machine.Lines.IsHigh);
                machine.Rtc.Reset();
                Assert.False(machine.Lines.IsHigh);
                Assert.Equal(0x07, machine[B]);
                Assert.Equal(0, machine[C]);
            });
        book.Add("reset keeps the memory", "Neither time nor memory is changed by the reset pin.",
            "RESET", RtcDefect.ResetLosesMemory, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[0x7f] = 0x5a;
                machine.Rtc.Reset();
                Assert.Equal(0x5a, machine[0x7f]);
                Assert.Equal("2000-02-29 00:00:00 03", machine.Time);
            });
    }
}
