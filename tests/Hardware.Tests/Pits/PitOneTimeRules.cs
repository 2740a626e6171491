// Rules of the modes that end: terminal count, one-shot and the two strobes, with what the gate and a new count do in each.

using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Rules of modes 0, 1, 4 and 5.</summary>
internal static class PitOneTimeRules
{
    private const string Mode0 = "Mode 0: interrupt on terminal count";
    private const string Mode1 = "Mode 1: hardware retriggerable one-shot";
    private const string Mode4 = "Mode 4: software triggered strobe";
    private const string Mode5 = "Mode 5: hardware triggered strobe";

    internal static void AddTo(RuleBook<PitDefect> book)
    {
        AddMode0(book);
        AddMode0Counts(book);
        AddMode1(book);
        AddMode4(book);
        AddMode5(book);
    }

    private static void AddMode0(RuleBook<PitDefect> book)
    {
        book.Add("mode 0 rises after N + 1 pulses", "One pulse loads the count, N pulses count it down.",
            Mode0, PitDefect.TerminalCountEarly, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4);
                Assert.Equal("LLLLLHH", machine.Wave(7));
            });
        book.Add("mode 0 stays high", "The output stays high until a new count or control word is written.",
            Mode0, PitDefect.TerminalCountForgotten, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4);
                machine.Advance(0x1_0000 + 10);
                Assert.True(machine.Output);
            });
        book.Add("the counter wraps", "After zero the counter goes on from the highest count.",
            "Operation common to all modes", PitDefect.CounterStopsAtZero, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4);
                machine.Advance(6);
                Assert.Equal(0xffff, machine.ReadCount());
            });
        book.Add("a low gate stops mode 0", "Counting is suspended while the gate is low.",
            Mode0, PitDefect.GateIgnoredInMode0, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4);
                machine.Advance(2);
                machine.Gate(false);
                machine.Advance(20);
                Assert.Equal(3, machine.ReadCount());
                machine.Gate(true);
                Assert.Equal("LLLH", machine.Wave(4));
            });
        book.Add("a low gate lets mode 0 load",
            "A count is loaded while the gate is low; N pulses after it rises the output does.",
            Mode0, PitDefect.GateHoldsLoad, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4, gate: false);
                machine.Advance(10);
                Assert.Equal(4, machine.ReadCount());
                machine.Gate(true);
                Assert.Equal("LLLLH", machine.Wave(5));
            });
    }

    private static void AddMode0Counts(RuleBook<PitDefect> book)
    {
        book.Add("a new count lowers mode 0", "Writing a count lowers the output at once.",
            Mode0, PitDefect.NewCountKeepsOutput, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Gate(true);
                machine.Control(2, mode: 0, PitMachine.LowOnly);
                machine.Byte(2, 2);
                machine.Advance(3);
                Assert.True(machine.Output);
                machine.Byte(2, 2);
                Assert.Equal("LLLH", machine.Wave(4));
            });
        book.Add("the first byte stops mode 0", "The first of two bytes stops the counter and lowers the output.",
            Mode0, PitDefect.FirstByteKeepsCounting, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 10);
                machine.Advance(4);
                machine.Byte(2, 3);
                machine.Advance(20);
                Assert.False(machine.Output);
                Assert.Equal(7, machine.ReadCount());
                machine.Byte(2, 0);
                Assert.Equal("LLLLH", machine.Wave(5));
            });
    }

    private static void AddMode1(RuleBook<PitDefect> book)
    {
        book.Add("mode 1 waits for a trigger", "A count arms the one-shot, and the rise of the gate starts it.",
            Mode1, PitDefect.OneShotNeedsNoTrigger, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 1, count: 3);
                Assert.Equal("HHHHHHH", machine.Wave(7));
                machine.Trigger();
                Assert.Equal("HLLLHHH", machine.Wave(7));
            });
        book.Add("mode 1 falls at the next pulse", "The output falls at the clock pulse after the trigger.",
            Mode1, PitDefect.OneShotFallsAtOnce, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 1, count: 3);
                machine.Trigger();
                Assert.Equal("HLLLH", machine.Wave(5));
            });
        book.Add("mode 1 can be triggered again", "A trigger during the pulse makes it as long anew.",
            Mode1, PitDefect.OneShotCannotRetrigger, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 1, count: 4);
                machine.Trigger();
                machine.Advance(3);
                machine.Trigger();
                Assert.Equal("LLLLLH", machine.Wave(6));
            });
        book.Add("mode 1 does not need the gate", "The level of the gate does not change the pulse.",
            Mode1, PitDefect.OneShotNeedsGate, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 1, count: 3);
                machine.Trigger();
                machine.Advance(1);
                machine.Gate(false);
                Assert.Equal("LLLH", machine.Wave(4));
            });
        book.Add("a new count waits in mode 1", "The pulse in progress keeps its count; the next trigger loads the new one.",
            Mode1, PitDefect.OneShotTakesNewCount, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 1, count: 3);
                machine.Trigger();
                machine.Advance(1);
                machine.Count(2, 5);
                Assert.Equal("LLLHHHH", machine.Wave(7));
                machine.Trigger();
                Assert.Equal("HLLLLLH", machine.Wave(7));
            });
    }

    private static void AddMode4(RuleBook<PitDefect> book)
    {
        book.Add("mode 4 strobes for one pulse", "N + 1 pulses after the count the output is low for one pulse.",
            Mode4, PitDefect.StrobeStays, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 4, count: 3);
                Assert.Equal("HHHHLHH", machine.Wave(7));
            });
        book.Add("mode 4 strobes once", "The counter wraps and the strobe does not come again.",
            Mode4, PitDefect.StrobeRepeats, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 4, count: 3);
                machine.Advance(0x1_0000);
                Assert.Equal("HHHHHHH", machine.Wave(7));
            });
        book.Add("a low gate stops mode 4", "Counting is suspended while the gate is low.",
            Mode4, PitDefect.GateIgnoredInMode4, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 4, count: 3);
                machine.Advance(1);
                machine.Gate(false);
                machine.Advance(10);
                machine.Gate(true);
                Assert.Equal("HHHLH", machine.Wave(5));
            });
        book.Add("the gate does not prolong a strobe", "The gate has no effect on the output of mode 4.",
            Mode4, PitDefect.GateHoldsStrobe, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 4, count: 3);
                machine.Advance(4);
                machine.Gate(false);
                Assert.Equal("LHHH", machine.Wave(4));
            });
        book.Add("a new count starts mode 4 anew", "A count that is written while counting is loaded at the next pulse.",
            Mode4, PitDefect.StrobeKeepsOldCount, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 4, count: 4);
                machine.Advance(3);
                machine.Count(2, 3);
                Assert.Equal("HHHHLH", machine.Wave(6));
            });
    }

    private static void AddMode5(RuleBook<PitDefect> book)
    {
        book.Add("mode 5 waits for a trigger", "The strobe comes N + 1 pulses after the rise of the gate.",
            Mode5, PitDefect.HardwareStrobeNeedsNoTrigger, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 5, count: 3);
                Assert.Equal("HHHHHHH", machine.Wave(7));
                machine.Trigger();
                Assert.Equal("HHHHLHH", machine.Wave(7));
                machine.Trigger();
                machine.Advance(2);
                machine.Trigger();
                Assert.Equal("HHHHLHH", machine.Wave(7));
            });
        book.Add("mode 5 does not need the gate", "A gate that falls after the trigger changes nothing.",
            Mode5, PitDefect.HardwareStrobeNeedsGate, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 5, count: 3);
                machine.Trigger();
                machine.Advance(1);
                machine.Gate(false);
                Assert.Equal("HHHLHH", machine.Wave(6));
            });
    }
}
