// Rules of the modes that go on: the rate generator and the square wave, with odd counts, the gate, and new counts.

using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Rules of modes 2 and 3.</summary>
internal static class PitPeriodicRules
{
    private const string Mode2 = "Mode 2: rate generator";
    private const string Mode3 = "Mode 3: square wave mode";
    private const string Modes = "Modes 2 and 3: gate";

    internal static void AddTo(RuleBook<PitDefect> book)
    {
        AddRate(book);
        AddSquare(book);
        AddGate(book);
    }

    private static void AddRate(RuleBook<PitDefect> book)
    {
        book.Add("mode 2 has a period of N",
            "The output is low N pulses after the count was written and every N pulses from there.",
            Mode2, PitDefect.RateIsLate, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 3);
                Assert.Equal("HHHLHHLHHL", machine.Wave(10));
            });
        book.Add("mode 2 is low for one pulse", "The output is low while the count is 1.",
            Mode2, PitDefect.RatePulseIsLong, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 5);
                machine.Advance(4);
                Assert.True(machine.Output);
                machine.Advance(1);
                Assert.False(machine.Output);
                Assert.Equal(1, machine.ReadCount());
                machine.Advance(1);
                Assert.True(machine.Output);
                Assert.Equal(5, machine.ReadCount());
            });
        book.Add("a new count waits in mode 2", "The period in progress keeps its count.",
            Mode2, PitDefect.RateTakesNewCountAtOnce, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 4);
                machine.Advance(2);
                machine.Count(2, 3);
                Assert.Equal("HHLHHLHHL", machine.Wave(9));
            });
    }

    private static void AddSquare(RuleBook<PitDefect> book)
    {
        book.Add("mode 3 counts by two", "Each pulse takes two from the counter, and the output changes every N / 2 pulses.",
            Mode3, PitDefect.SquareCountsByOne, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 3, count: 4);
                Assert.Equal("HHHLLHHLL", machine.Wave(9));
                machine.Start(mode: 3, count: 100);
                machine.Advance(3);
                Assert.Equal(96, machine.ReadCount());
            });
        book.Add("an odd count keeps its period", "With an odd count the halves are (N + 1) / 2 and (N - 1) / 2 pulses.",
            Mode3, PitDefect.SquareIgnoresOdd, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 3, count: 5);
                Assert.Equal("HHHHLLHHHLLHHHLL", machine.Wave(16));
            });
        book.Add("the longer half is high", "The odd pulse belongs to the high half, in which the counter reaches zero.",
            Mode3, PitDefect.SquareOddIsLow, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 3, count: 3);
                Assert.Equal("HHHLHHLHHL", machine.Wave(10));
                machine.Start(mode: 3, count: 5);
                machine.Advance(3);
                Assert.Equal(0, machine.ReadCount());
            });
        book.Add("a new count waits for half a period",
            "In mode 3 the half in progress keeps its count, the next takes the new one.",
            Mode3, PitDefect.SquareTakesNewCountAtOnce, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 3, count: 6);
                machine.Advance(2);
                machine.Count(2, 4);
                Assert.Equal("HHLLHHLL", machine.Wave(8));
            });
    }

    private static void AddGate(RuleBook<PitDefect> book)
    {
        book.Add("a low gate stops modes 2 and 3", "Counting is suspended while the gate is low.",
            Modes, PitDefect.GateDoesNotStopRate, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 100);
                machine.Advance(10);
                machine.Gate(false);
                machine.Advance(10);
                Assert.Equal(91, machine.ReadCount());
            });
        book.Add("a low gate raises the output", "The output of modes 2 and 3 goes high at once when the gate falls.",
            Modes, PitDefect.GateKeepsOutputLow, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 3, count: 4);
                machine.Advance(3);
                Assert.False(machine.Output);
                machine.Gate(false);
                Assert.Equal("HHHH", machine.Wave(4));
                machine.Gate(true);
                Assert.Equal("HHHLLHHLL", machine.Wave(9));
            });
        book.Add("the gate synchronizes", "The pulse after the rise of the gate loads the count and begins a period.",
            Modes, PitDefect.GateDoesNotReload, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 4);
                machine.Advance(3);
                machine.Trigger();
                Assert.Equal("HHHHLHHHL", machine.Wave(9));
            });
    }
}
