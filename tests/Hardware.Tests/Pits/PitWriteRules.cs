// Rules of programming: control words, counts of one and two bytes, decimal counts, and when a count is loaded.

using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Rules of control words and counts.</summary>
internal static class PitWriteRules
{
    private const string Write = "Write operations";
    private const string ControlWord = "Control word format";
    private const string Common = "Operation common to all modes";

    internal static void AddTo(RuleBook<PitDefect> book)
    {
        AddControl(book);
        AddControlResets(book);
        AddCounts(book);
        AddBytes(book);
    }

    private static void AddControl(RuleBook<PitDefect> book)
    {
        book.Add("modes 6 and 7 are 2 and 3", "The highest mode bit does not count when the middle one is set.",
            ControlWord, PitDefect.ModesDoNotAlias, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 6, count: 3);
                Assert.Equal("HHHLHHLHHL", machine.Wave(10));
                machine.Start(mode: 7, count: 4);
                Assert.Equal("HHHLLHHLL", machine.Wave(9));
            });
        book.Add("the status shows the mode as written", "Bits 0 to 5 of the status are those of the last control word.",
            "Read-back command", PitDefect.StatusShowsAlias, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Control(2, mode: 6, PitMachine.LowOnly, isDecimal: true);
                Assert.Equal(0x1d, machine.Status(2) & 0x3f);
            });
        book.Add("a control word sets the output", "The output goes to its first level at once, without a clock pulse.",
            Common, PitDefect.ControlKeepsOutput, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Control(2, mode: 2);
                Assert.True(machine.Output);
                machine.Control(2, mode: 0);
                Assert.False(machine.Output);
                machine.Control(2, mode: 4);
                Assert.True(machine.Output);
            });
        book.Add("a control word stops the old count", "After a control word nothing counts until a new count is loaded.",
            Common, PitDefect.ControlKeepsCounting, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 10);
                machine.Advance(4);
                machine.Control(2, mode: 0);
                machine.Advance(20);
                Assert.False(machine.Output);
            });
    }

    private static void AddControlResets(RuleBook<PitDefect> book)
    {
        book.Add("a control word resets the flip-flops", "After a control word the first byte is the low one.",
            Common, PitDefect.ControlKeepsFlipFlop, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Gate(true);
                machine.Control(2, mode: 0);
                machine.Byte(2, 0x55);
                machine.Control(2, mode: 0);
                machine.Count(2, 0x1234);
                machine.Advance(1);
                Assert.Equal(0x1234, machine.ReadCount());
            });
        book.Add("a control word ends a latch", "Programming a counter ends what is latched.",
            "Counter latch command", PitDefect.ControlKeepsLatch, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 0x1000);
                machine.Advance(1);
                machine.Latch(2);
                machine.Start(mode: 2, count: 0x2000);
                machine.Advance(1);
                Assert.Equal(0x2000, machine.ReadCount());
            });
        book.Add("null count after a control word", "A control word sets the null-count bit.",
            "Read-back command: null count", PitDefect.ControlIsNoNullCount, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 100);
                machine.Advance(1);
                machine.Control(2, mode: 2);
                Assert.True(machine.IsNullCount());
            });
    }

    private static void AddCounts(RuleBook<PitDefect> book)
    {
        book.Add("a count is loaded by the next clock pulse",
            "Before the pulse after the write the counting element is the old one.",
            Common, PitDefect.LoadsAtOnce, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 50);
                machine.Advance(1);
                Assert.Equal(50, machine.ReadCount());
                machine.Count(2, 90);
                Assert.Equal(50, machine.ReadCount());
                machine.Advance(1);
                Assert.Equal(90, machine.ReadCount());
                machine.Advance(1);
                Assert.Equal(89, machine.ReadCount());
            });
        book.Add("zero is the largest count", "A count of 0 is 65536, or 10000 in decimal.",
            Common, PitDefect.ZeroIsOne, defect =>
            {
                using var machine = new PitMachine(defect);
                CheckLargest(machine, 0x1_0000, isDecimal: false);
                CheckLargest(machine, 10_000, isDecimal: true);
            });
        book.Add("decimal counts", "With the BCD bit counts have four decimal digits and borrow between them.",
            ControlWord, PitDefect.DecimalIgnored, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 0x1000, isDecimal: true);
                machine.Advance(2);
                Assert.Equal(0x0999, machine.ReadCount());
                machine.Advance(1000);
                Assert.Equal(0x9999, machine.ReadCount());
            });
        book.Add("null count until loaded", "The bit is set while the count register waits for a clock pulse to load it.",
            "Read-back command: null count", PitDefect.NullCountClearedEarly, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 10);
                machine.Advance(1);
                Assert.False(machine.IsNullCount());
                machine.Count(2, 20);
                Assert.True(machine.IsNullCount());
                machine.Advance(5);
                Assert.True(machine.IsNullCount());
                machine.Advance(5);
                Assert.False(machine.IsNullCount());
            });
    }

    private static void AddBytes(RuleBook<PitDefect> book)
    {
        book.Add("one low byte", "With low-byte access the high byte of the count is zero.",
            Write, PitDefect.SingleByteKeepsOther, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 4, count: 0x1234);
                machine.Control(2, mode: 4, PitMachine.LowOnly);
                machine.Byte(2, 3);
                Assert.Equal("HHHHLH", machine.Wave(6));
            });
        book.Add("one high byte", "With high-byte access the low byte of the count is zero.",
            Write, PitDefect.HighByteIsLow, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Gate(true);
                machine.Control(2, mode: 0, PitMachine.HighOnly);
                machine.Byte(2, 2);
                machine.Advance(1);
                Assert.Equal(2, machine.Read(2));
                machine.Advance(512);
                Assert.True(machine.Output);
            });
        book.Add("low byte first", "A two-byte count is written low byte first.", Write, PitDefect.HighByteFirst, defect =>
        {
            using var machine = new PitMachine(defect);
            machine.Start(mode: 2, count: 0x1234);
            machine.Advance(1);
            Assert.Equal(0x1234, machine.ReadCount());
        });
        book.Add("two bytes are one count", "The first of two bytes loads nothing.", Write, PitDefect.FirstByteLoads, defect =>
        {
            using var machine = new PitMachine(defect);
            machine.Gate(true);
            machine.Control(2, mode: 4);
            machine.Byte(2, 3);
            Assert.Equal("HHHHHHH", machine.Wave(7));
        });
        book.Add("null count from the second byte on", "With two-byte counts the bit is set when the second byte is written.",
            "Read-back command: null count", PitDefect.NullCountAtFirstByte, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 100);
                machine.Advance(1);
                machine.Byte(2, 50);
                Assert.False(machine.IsNullCount());
                machine.Byte(2, 0);
                Assert.True(machine.IsNullCount());
            });
    }

    private static void CheckLargest(PitMachine machine, ulong largest, bool isDecimal)
    {
        machine.Start(mode: 0, count: 0, isDecimal: isDecimal);
        machine.Advance(largest);
        Assert.False(machine.Output);
        machine.Advance(1);
        Assert.True(machine.Output);
    }
}
