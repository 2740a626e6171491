// The rule book of the time-stamp counter: its rate, the two registers that move it and each other, and the scaling of a
// guest.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.Tests.TimeStampCounters;

/// <summary>The time-stamp counter keeps every rule of its manual.</summary>
public sealed class TimeStampCounterRuleTests
{
    internal static readonly RuleBook<TimeStampCounterDefect> Book = Write();

    private const ulong Hertz = 2_399_999_999;
    private const ulong SecondNanoseconds = 1_000_000_000;
    private const ulong OneAndAHalf = 3UL << 47;

    public static IEnumerable<TheoryDataRow<string>> Rules => Book.Names;

    [Theory]
    [MemberData(nameof(Rules))]
    public void Holds(string rule) => Book.Check(rule);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Defect_is_caught(string rule) => Book.CheckWithDefect(rule);

    [Fact]
    public void Every_defect_belongs_to_a_rule() => Book.CheckDefectsAreUsed();

    private static RuleBook<TimeStampCounterDefect> Write()
    {
        var book = new RuleBook<TimeStampCounterDefect>("Time-stamp counter", "Intel SDM volumes 3B, 18.17, and 3C, 25.6.5");
        AddRate(book);
        AddWrites(book);
        AddReset(book);
        AddGuest(book);
        AddDeadline(book);
        return book;
    }

    private static void AddRate(RuleBook<TimeStampCounterDefect> book)
    {
        book.Add("invariant rate", "The counter runs at one rate, exactly, however long.", "18.17.1",
            TimeStampCounterDefect.RoundsFrequency, defect => Check(defect, new(), (clock, counter) =>
            {
                clock.AdvanceBy(1000 * SecondNanoseconds);
                Assert.Equal(1000 * Hertz, counter.Value);
            }));
        book.Add("starts at zero", "After power-up the counter is zero.", "18.17",
            TimeStampCounterDefect.StartsAtOne, defect => Check(defect, new(), (_, counter) => Assert.Equal(0ul, counter.Value)));
        book.Add("RDMSR is RDTSC", "The register and the instruction read the same.", "18.17",
            TimeStampCounterDefect.WriteStops, defect => Check(defect, new(), (clock, counter) =>
            {
                Assert.True(counter.TryWriteMsr(TimeStampCounter.CounterMsr, 1000));
                clock.AdvanceBy(SecondNanoseconds);
                Assert.True(counter.TryReadMsr(TimeStampCounter.CounterMsr, out ulong value));
                Assert.Equal((1000 + Hertz, 1000 + Hertz), (value, counter.Value));
            }));
    }

    private static void AddWrites(RuleBook<TimeStampCounterDefect> book)
    {
        book.Add("the counter has 64 bits", "A write of the counter sets all 64 bits, and it wraps.", "18.17.3",
            TimeStampCounterDefect.WritesLowHalf, defect => Check(defect, new(), (clock, counter) =>
            {
                counter.TryWriteMsr(TimeStampCounter.CounterMsr, ulong.MaxValue);
                Assert.Equal(ulong.MaxValue, counter.Value);
                clock.AdvanceBy(SecondNanoseconds);
                Assert.Equal(Hertz - 1, counter.Value);
            }));
        book.Add("a write moves the adjustment", "A write of the counter adds the same difference to the adjustment.", "18.17.3",
            TimeStampCounterDefect.WriteKeepsAdjust, defect => Check(defect, new(), (clock, counter) =>
            {
                clock.AdvanceBy(SecondNanoseconds);
                counter.TryWriteMsr(TimeStampCounter.CounterMsr, Hertz - 7);
                Assert.Equal(unchecked((ulong)-7), Adjust(counter));
                counter.TryWriteMsr(TimeStampCounter.CounterMsr, Hertz + 3);
                Assert.Equal(3ul, Adjust(counter));
            }));
        book.Add("an adjustment moves the counter", "A write of the adjustment moves the counter by the difference.", "18.17.3",
            TimeStampCounterDefect.AdjustKeepsCounter, defect => Check(defect, new(), (_, counter) =>
            {
                counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 100_000_000_000);
                Assert.Equal(100_000_000_000ul, counter.Value);
            }));
        book.Add("an adjustment is taken back", "A write of zero to the adjustment takes every change back.", "18.17.3",
            TimeStampCounterDefect.AdjustIsAddedWhole, defect => Check(defect, new(), (clock, counter) =>
            {
                counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 500);
                counter.TryWriteMsr(TimeStampCounter.CounterMsr, 9000);
                clock.AdvanceBy(SecondNanoseconds);
                counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 0);
                Assert.Equal(Hertz, counter.Value);
            }));
        book.Add("an adjustment is signed", "The adjustment has 64 bits and may be negative.", "18.17.3",
            TimeStampCounterDefect.AdjustIsShort, defect => Check(defect, new(), (clock, counter) =>
            {
                clock.AdvanceBy(SecondNanoseconds);
                counter.TryWriteMsr(TimeStampCounter.AdjustMsr, unchecked((ulong)-5));
                Assert.Equal(Hertz - 5, counter.Value);
                Assert.Equal(unchecked((ulong)-5), Adjust(counter));
            }));
        book.Add("no adjustment without the feature", "Without the feature the adjustment is a fault; the counter still moves.",
            "18.17.3", TimeStampCounterDefect.AdjustAlwaysExists, defect =>
            Check(defect, new() { HasAdjust = false }, (clock, counter) =>
            {
                Assert.False(counter.TryReadMsr(TimeStampCounter.AdjustMsr, out _));
                Assert.False(counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 0));
                Assert.True(counter.TryWriteMsr(TimeStampCounter.CounterMsr, 77));
                Assert.Equal(77ul, counter.Value);
            }));
    }

    private static void AddReset(RuleBook<TimeStampCounterDefect> book)
    {
        book.Add("RESET clears the adjustment", "RESET sets the adjustment to zero.", "18.17.3",
            TimeStampCounterDefect.ResetKeepsAdjust, defect => Check(defect, new(), (_, counter) =>
            {
                counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 500);
                counter.Reset();
                Assert.Equal(0ul, Adjust(counter));
            }));
        book.Add("RESET clears the counter", "RESET sets the counter to zero.", "18.17",
            TimeStampCounterDefect.ResetKeepsCounter, defect => Check(defect, new(), (clock, counter) =>
            {
                clock.AdvanceBy(SecondNanoseconds);
                counter.Reset();
                Assert.Equal(0ul, counter.Value);
                clock.AdvanceBy(SecondNanoseconds);
                Assert.Equal(Hertz, counter.Value);
            }));
        book.Add("INIT lets it run", "INIT changes neither counter nor adjustment.", "10.1.1, table of states after INIT",
            TimeStampCounterDefect.InitClears, defect => Check(defect, new(), (_, counter) =>
            {
                counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 500);
                counter.Init();
                Assert.Equal((500ul, 500ul), (counter.Value, Adjust(counter)));
            }));
    }

    private static void AddGuest(RuleBook<TimeStampCounterDefect> book)
    {
        book.Add("the count of a guest is scaled", "A guest's count is the machine's times the multiplier.", "25.6.5",
            TimeStampCounterDefect.IgnoresMultiplier,
            defect => Check(defect, new() { Multiplier = OneAndAHalf }, (clock, counter) =>
            {
                clock.AdvanceBy(SecondNanoseconds);
                Assert.Equal(Hertz * 3 / 2, counter.Value);
            }));
        book.Add("the multiplier has 48 fraction bits", "The product of 64 by 64 bits is shifted right by 48.", "25.6.5",
            TimeStampCounterDefect.MultiplierIsShort,
            defect => Check(defect, new() { Multiplier = 1UL << 50 }, (clock, counter) =>
            {
                clock.AdvanceBy(1_000_000 * SecondNanoseconds);
                Assert.Equal(4_000_000 * Hertz, counter.Value);
            }));
        book.Add("the offset is added to the scaled count", "The offset is in ticks of the guest.", "25.6.5",
            TimeStampCounterDefect.MultipliesOffset, defect =>
            Check(defect, new() { Multiplier = OneAndAHalf, OffsetTicks = 1000 }, (_, counter) =>
                Assert.Equal(1000ul, counter.Value)));
    }

    private static void AddDeadline(RuleBook<TimeStampCounterDefect> book)
    {
        book.Add("the time of a count", "A count is reached at the first nanosecond at which it reads so, with what was written.",
            "18.17", TimeStampCounterDefect.DeadlineIgnoresWrites, defect => Check(defect, new(), (clock, counter) =>
            {
                counter.TryWriteMsr(TimeStampCounter.CounterMsr, 1_000_000);
                CheckTimeOf(clock, counter, 5_000_000);
            }));
        book.Add("the time of a guest's count", "The time of a count is that of the scaled count.", "25.6.5",
            TimeStampCounterDefect.DeadlineIgnoresMultiplier, defect => Check(
                defect, new() { Multiplier = OneAndAHalf, OffsetTicks = 77 }, (clock, counter) =>
                CheckTimeOf(clock, counter, 5_000_000)));
        book.Add("a count too far", "A count that 64 bits of nanoseconds do not reach is never; one in the past is now.", "18.17",
            TimeStampCounterDefect.WritesLowHalf, defect => Check(defect, new() { Frequency = new(3) }, (clock, counter) =>
            {
                Assert.Equal(MachineClock.Never, counter.TimeOf(ulong.MaxValue));
                clock.AdvanceBy(SecondNanoseconds);
                Assert.Equal(clock.NowNanoseconds, counter.TimeOf(3));
                counter.TryWriteMsr(TimeStampCounter.CounterMsr, ulong.MaxValue - 3);
                Assert.Equal(2 * SecondNanoseconds, counter.TimeOf(ulong.MaxValue));
            }));
    }

    private static void CheckTimeOf(MachineClock clock, TimeStampCounter counter, ulong ticks)
    {
        ulong time = counter.TimeOf(ticks);
        Assert.InRange(time, clock.NowNanoseconds + 1, clock.NowNanoseconds + SecondNanoseconds);
        clock.AdvanceTo(time - 1);
        Assert.True(counter.Value < ticks);
        clock.AdvanceTo(time);
        Assert.True(counter.Value >= ticks);
    }

    private static ulong Adjust(TimeStampCounter counter)
    {
        Assert.True(counter.TryReadMsr(TimeStampCounter.AdjustMsr, out ulong value));
        return value;
    }

    private static void Check(
        TimeStampCounterDefect defect, TimeStampCounterOptions options, Action<MachineClock, TimeStampCounter> check)
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        bool isDefault = options.Frequency == new TimeStampCounterOptions().Frequency;
        options = isDefault ? options with { Frequency = new(Hertz) } : options;
        check(clock, new(arena, clock, options, defect));
    }
}
