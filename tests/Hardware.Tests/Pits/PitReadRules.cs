// Rules of reading a counter: on the fly, by the counter latch, and by read-back of counts and status.

using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Rules of read operations.</summary>
internal static class PitReadRules
{
    private const string Latch = "Counter latch command";
    private const string ReadBack = "Read-back command";

    internal static void AddTo(RuleBook<PitDefect> book)
    {
        AddLatch(book);
        AddFlipFlop(book);
        AddReadBack(book);
        AddStatus(book);
    }

    private static void AddLatch(RuleBook<PitDefect> book)
    {
        book.Add("a latched count stands still", "The count at the command is read, however long it is waited.",
            Latch, PitDefect.LatchIgnored, defect =>
            {
                using var machine = Running(defect);
                machine.Latch(2);
                machine.Advance(100);
                Assert.Equal(0x1000, machine.ReadCount());
            });
        book.Add("a latch holds the first count", "A latch command before the latched count is read does nothing.",
            Latch, PitDefect.LatchIsRenewed, defect =>
            {
                using var machine = Running(defect);
                machine.Latch(2);
                machine.Advance(100);
                machine.Latch(2);
                Assert.Equal(0x1000, machine.ReadCount());
            });
        book.Add("a latch holds both bytes", "A two-byte count stays latched until both are read.",
            Latch, PitDefect.LatchEndsEarly, defect =>
            {
                using var machine = Running(defect);
                machine.Latch(2);
                Assert.Equal(0x00, machine.Read(2));
                machine.Advance(0x300);
                Assert.Equal(0x10, machine.Read(2));
            });
        book.Add("reading ends the latch", "Once read, the next read gives the count as it is.",
            Latch, PitDefect.LatchStays, defect =>
            {
                using var machine = Running(defect);
                machine.Latch(2);
                machine.Advance(16);
                Assert.Equal(0x1000, machine.ReadCount());
                Assert.Equal(0x0ff0, machine.ReadCount());
            });
        book.Add("a latch programs nothing", "The low bits of a latch command change neither mode nor access.",
            Latch, PitDefect.LatchReprograms, defect =>
            {
                using var machine = Running(defect);
                int status = machine.Status(2);
                machine.Latch(2);
                Assert.Equal(0x1000, machine.ReadCount());
                Assert.Equal(status, machine.Status(2));
            });
    }

    private static void AddFlipFlop(RuleBook<PitDefect> book) =>
        book.Add("reads and writes may interleave", "A byte read between the two bytes of a count written changes nothing.",
            "Read operations", PitDefect.FlipFlopIsShared, defect =>
            {
                using var machine = Running(defect);
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

    private static void AddReadBack(RuleBook<PitDefect> book)
    {
        book.Add("read-back latches counts", "With COUNT low the counts of the selected counters are latched.",
            ReadBack, PitDefect.ReadBackWithoutCount, defect =>
            {
                using var machine = Running(defect);
                machine.ReadBack(4, count: true);
                machine.Advance(100);
                Assert.Equal(0x1000, machine.ReadCount());
            });
        book.Add("read-back latches several counters", "All selected counters are latched at the same time.",
            ReadBack, PitDefect.ReadBackOfFirstOnly, defect =>
            {
                using var machine = Running(defect);
                machine.Start(mode: 2, count: 0x2000, channel: 0);
                machine.Advance(1);
                machine.ReadBack(5, count: true);
                machine.Advance(100);
                Assert.Equal(0x2000, machine.ReadCount(0));
                Assert.Equal(0x0fff, machine.ReadCount(2));
            });
        book.Add("read-back selects by bits 1 to 3", "A counter that is not selected is not latched.",
            ReadBack, PitDefect.ReadBackIsShifted, defect =>
            {
                using var machine = Running(defect);
                machine.ReadBack(2, count: true);
                machine.Advance(100);
                Assert.Equal(0x0f9c, machine.ReadCount(2));
            });
        book.Add("the status comes first", "With both latched, the first read gives the status and the next ones the count.",
            ReadBack, PitDefect.CountBeforeStatus, defect =>
            {
                using var machine = Running(defect);
                machine.ReadBack(4, count: true, status: true);
                Assert.Equal(0xb4, machine.Read(2));
                Assert.Equal(0x1000, machine.ReadCount());
            });
    }

    private static void AddStatus(RuleBook<PitDefect> book)
    {
        book.Add("read-back latches the status", "With STATUS low the next read gives the status.",
            ReadBack, PitDefect.ReadBackWithoutStatus, defect =>
            {
                using var machine = Running(defect);
                Assert.Equal(0xb4, machine.Status(2));
            });
        book.Add("a latched status holds", "A second latch of the status before it is read does nothing.",
            ReadBack, PitDefect.StatusIsRenewed, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 5);
                machine.ReadBack(4, status: true);
                machine.Advance(20);
                machine.ReadBack(4, status: true);
                Assert.Equal(0x70, machine.Read(2));
                Assert.Equal(0xb0, machine.Status(2));
            });
        book.Add("bit 7 is the output", "The status shows the level of the output pin.",
            ReadBack, PitDefect.StatusOutputInverted, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 5);
                Assert.Equal(0, machine.Status(2) & 0x80);
                machine.Advance(6);
                Assert.Equal(0x80, machine.Status(2) & 0x80);
            });
    }

    /// <summary>Mode 2 with a count of 0x1000 on channel 2, just loaded.</summary>
    private static PitMachine Running(PitDefect defect)
    {
        var machine = new PitMachine(defect);
        machine.Start(mode: 2, count: 0x1000);
        machine.Advance(1);
        return machine;
    }
}
