// Rules of reading a counter: on the fly, by the counter latch, and by read-back of counts and status.

namespace Managarm.Perf.Hardware.Tests;

/// <summary>Rules of read operations.</summary>
internal static class PitReadRules
{
    private const string Latch = "Counter latch command";
    private const string ReadBack = "Read-back command";

    internal static void AddTo(RuleBook<PitFault> book)
    {
        AddLatch(book);
        AddFlipFlop(book);
        AddReadBack(book);
        AddStatus(book);
    }

    private static void AddLatch(RuleBook<PitFault> book)
    {
        book.Add("a latched count stands still", "The count at the command is read, however long it is waited.",
            Latch, PitFault.LatchIgnored, fault =>
            {
                using var machine = Running(fault);
                machine.Latch(2);
                machine.Advance(100);
                Assert.Equal(0x1000, machine.ReadCount());
            });
        book.Add("a latch holds the first count", "A latch command before the latched count is read does nothing.",
            Latch, PitFault.LatchIsRenewed, fault =>
            {
                using var machine = Running(fault);
                machine.Latch(2);
                machine.Advance(100);
                machine.Latch(2);
                Assert.Equal(0x1000, machine.ReadCount());
            });
        book.Add("a latch holds both bytes", "A two-byte count stays latched until both are read.",
            Latch, PitFault.LatchEndsEarly, fault =>
            {
                using var machine = Running(fault);
                machine.Latch(2);
                Assert.Equal(0x00, machine.Read(2));
                machine.Advance(0x300);
                Assert.Equal(0x10, machine.Read(2));
            });
        book.Add("reading ends the latch", "Once read, the next read gives the count as it is.",
            Latch, PitFault.LatchStays, fault =>
            {
                using var machine = Running(fault);
                machine.Latch(2);
                machine.Advance(16);
                Assert.Equal(0x1000, machine.ReadCount());
                Assert.Equal(0x0ff0, machine.ReadCount());
            });
        book.Add("a latch programs nothing", "The low bits of a latch command change neither mode nor access.",
            Latch, PitFault.LatchReprograms, fault =>
            {
                using var machine = Running(fault);
                int status = machine.Status(2);
                machine.Latch(2);
                Assert.Equal(0x1000, machine.ReadCount());
                Assert.Equal(status, machine.Status(2));
            });
    }

    private static void AddFlipFlop(RuleBook<PitFault> book) =>
        book.Add("reads and writes may interleave", "A byte read between the two bytes of a count written changes nothing.",
            "Read operations", PitFault.FlipFlopIsShared, fault =>
            {
                using var machine = Running(fault);
                machine.Gate(false);
                machine.Advance(1);
                Assert.Equal(0x00, machine.Read(2));
                machine.Byte(2, 0x34);
                Assert.Equal(0x10, machine.Read(2));
                machine.Byte(2, 0x12);
                machine.Gate(true);
                machine.Advance(1);
                Assert.Equal(0x1234, machine.ReadCount());
            });

    private static void AddReadBack(RuleBook<PitFault> book)
    {
        book.Add("read-back latches counts", "With COUNT low the counts of the selected counters are latched.",
            ReadBack, PitFault.ReadBackWithoutCount, fault =>
            {
                using var machine = Running(fault);
                machine.ReadBack(4, count: true);
                machine.Advance(100);
                Assert.Equal(0x1000, machine.ReadCount());
            });
        book.Add("read-back latches several counters", "All selected counters are latched at the same time.",
            ReadBack, PitFault.ReadBackOfFirstOnly, fault =>
            {
                using var machine = Running(fault);
                machine.Start(mode: 2, count: 0x2000, channel: 0);
                machine.Advance(1);
                machine.ReadBack(5, count: true);
                machine.Advance(100);
                Assert.Equal(0x2000, machine.ReadCount(0));
                Assert.Equal(0x0fff, machine.ReadCount(2));
            });
        book.Add("read-back selects by bits 1 to 3", "A counter that is not selected is not latched.",
            ReadBack, PitFault.ReadBackIsShifted, fault =>
            {
                using var machine = Running(fault);
                machine.ReadBack(2, count: true);
                machine.Advance(100);
                Assert.Equal(0x0f9c, machine.ReadCount(2));
            });
        book.Add("the status comes first", "With both latched, the first read gives the status and the next ones the count.",
            ReadBack, PitFault.CountBeforeStatus, fault =>
            {
                using var machine = Running(fault);
                machine.ReadBack(4, count: true, status: true);
                Assert.Equal(0xb4, machine.Read(2));
                Assert.Equal(0x1000, machine.ReadCount());
            });
    }

    private static void AddStatus(RuleBook<PitFault> book)
    {
        book.Add("read-back latches the status", "With STATUS low the next read gives the status.",
            ReadBack, PitFault.ReadBackWithoutStatus, fault =>
            {
                using var machine = Running(fault);
                Assert.Equal(0xb4, machine.Status(2));
            });
        book.Add("a latched status holds", "A second latch of the status before it is read does nothing.",
            ReadBack, PitFault.StatusIsRenewed, fault =>
            {
                using var machine = new PitMachine(fault);
                machine.Start(mode: 0, count: 5);
                machine.ReadBack(4, status: true);
                machine.Advance(20);
                machine.ReadBack(4, status: true);
                Assert.Equal(0x70, machine.Read(2));
                Assert.Equal(0xb0, machine.Status(2));
            });
        book.Add("bit 7 is the output", "The status shows the level of the output pin.",
            ReadBack, PitFault.StatusOutputInverted, fault =>
            {
                using var machine = new PitMachine(fault);
                machine.Start(mode: 0, count: 5);
                Assert.Equal(0, machine.Status(2) & 0x80);
                machine.Advance(6);
                Assert.Equal(0x80, machine.Status(2) & 0x80);
            });
    }

    /// <summary>Mode 2 with a count of 0x1000 on channel 2, just loaded.</summary>
    private static PitMachine Running(PitFault fault)
    {
        var machine = new PitMachine(fault);
        machine.Start(mode: 2, count: 0x1000);
        machine.Advance(1);
        return machine;
    }
}
