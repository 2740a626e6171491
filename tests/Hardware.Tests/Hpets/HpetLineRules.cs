// Rules of the lines and the interrupt status: an edge is a pulse without status, a level holds its line until its status is
// cleared.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Rules of lines and status.</summary>
internal static class HpetLineRules
{
    private const string StatusSection = "2.3.6 General interrupt status";
    private const string Type = "2.3.8 Timer N configuration and capabilities: INT_TYPE_CNF";

    internal static void AddTo(RuleBook<HpetDefect> book)
    {
        AddEdges(book);
        AddLevels(book);
        AddStatus(book);
    }

    private static void AddEdges(RuleBook<HpetDefect> book)
    {
        book.Add("an edge is a pulse", "An edge-triggered comparator raises its line and releases it at once.",
            Type, HpetDefect.EdgeStaysHigh, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(2, On | Line20, 100);
                machine.Start();
                machine.Advance(100);
                Assert.Equal("100+20, 100-20", machine.Events.Text);
            });
        book.Add("an edge has no status", "An edge-triggered comparator leaves its status at zero.",
            StatusSection, HpetDefect.EdgeSetsStatus, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(2, On | Line20, 100);
                machine.Start();
                machine.Advance(100);
                Assert.Equal(0ul, machine[Status]);
            });
    }

    private static void AddLevels(RuleBook<HpetDefect> book)
    {
        book.Add("a level holds its line", "A level-triggered comparator holds its line until its status is cleared.",
            Type, HpetDefect.LevelIsPulse, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(1, On | Level | Line20, 100);
                machine.Start();
                machine.Advance(150);
                Assert.Equal("100+20", machine.Events.Text);
                Assert.Equal(2ul, machine[Status]);
                Assert.Equal(MachineClock.Never, machine.Clock.NextEventNanoseconds);
                machine[Status] = 2;
                Assert.Equal("100+20, 150-20", machine.Events.Text);
            });
        book.Add("lines can be shared", "A line is held while any of the comparators that share it asks.",
            Type, HpetDefect.SharedLineFalls, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Level | Line20, 100);
                machine.Set(1, On | Level | Line20, 120);
                machine.Start();
                machine.Advance(130);
                machine[Status] = 2;
                Assert.Equal("100+20", machine.Events.Text);
                machine[Status] = 1;
                Assert.False(machine.Events.IsHigh(20));
            });
    }

    private static void AddStatus(RuleBook<HpetDefect> book)
    {
        book.Add("writing ones clears the status", "A status bit is cleared by a one; zeros and other bits do nothing.",
            StatusSection, HpetDefect.StatusIsWritten, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, On | Level | Line20, 100);
                machine.Set(1, On | Level | Line21, 100);
                machine.Start();
                machine.Advance(100);
                machine[Status] = 0;
                Assert.Equal(3ul, machine[Status]);
                machine[Status] = 0xffff_fffe;
                Assert.Equal(1ul, machine[Status]);
                Assert.Equal((true, false), (machine.Events.IsHigh(20), machine.Events.IsHigh(21)));
            });
        book.Add("a status needs no enable", "A comparator that may not interrupt sets its status; enabling raises its line.",
            "2.3.8 Timer N configuration and capabilities: INT_ENB_CNF", HpetDefect.StatusNeedsEnable, defect =>
            {
                using var machine = new HpetMachine(defect);
                machine.Set(0, Level | Line20, 100);
                machine.Start();
                machine.Advance(100);
                Assert.Equal(1ul, machine[Status]);
                Assert.False(machine.Events.IsHigh(20));
                machine[Configuration(0)] = On | Level | Line20;
                Assert.True(machine.Events.IsHigh(20));
            });
    }
}
