// Rules of how the timer sits in a PC: its frequency, port 0x61, and the interrupt line of channel 0.

using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Rules of the timer in its surroundings.</summary>
internal static class PitBoardRules
{
    private const string SystemControl = "ICH: NMI status and control (port 0x61)";
    private const string Timer = "ICH: 8254 timers";

    internal static void AddTo(RuleBook<PitDefect> book)
    {
        AddPort(book);
        AddLine(book);
    }

    private static void AddPort(RuleBook<PitDefect> book)
    {
        book.Add("bit 0 is the gate of channel 2", "The gate of channel 2 is low until bit 0 is set.",
            SystemControl, PitDefect.GatePortIgnored, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4, gate: false);
                machine.Advance(20);
                Assert.False(machine.Output);
                machine.Gate(true);
                machine.Advance(4);
                Assert.True(machine.Output);
            });
        book.Add("bit 5 is the output of channel 2", "The output of channel 2 can be read.",
            SystemControl, PitDefect.OutputPortIgnored, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Control(2, mode: 3);
                Assert.Equal(0x20, machine.Pit.ReadPort(Pit.SystemPort) & 0x20);
            });
        book.Add("bit 4 toggles with the refresh", "The bit changes every 18 ticks, about 15 microseconds.",
            SystemControl, PitDefect.RefreshStandsStill, defect =>
            {
                using var machine = new PitMachine(defect);
                int first = machine.Pit.ReadPort(Pit.SystemPort) & 0x10;
                machine.Advance(18);
                Assert.NotEqual(first, machine.Pit.ReadPort(Pit.SystemPort) & 0x10);
                machine.Advance(18);
                Assert.Equal(first, machine.Pit.ReadPort(Pit.SystemPort) & 0x10);
            });
        book.Add("bits 0 to 3 can be written", "The high half of the port is status and ignores writes.",
            SystemControl, PitDefect.StatusBitsAreWritable, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Pit.WritePort(Pit.SystemPort, 0xcf);
                Assert.Equal(0x0f, machine.Pit.ReadPort(Pit.SystemPort) & 0xcf);
            });
    }

    private static void AddLine(RuleBook<PitDefect> book)
    {
        book.Add("the clock has 1193182 ticks a second", "A thousand periods of 1193 ticks take 999.847 ms.",
            Timer, PitDefect.WrongFrequency, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 2, count: 1193, channel: 0);
                machine.Clock.AdvanceTo(999_847_467);
                Assert.Equal(1000, machine.Lines.Falls);
                Assert.Equal(1000, machine.Lines.Rises);
                machine.Clock.AdvanceTo(999_848_467);
                Assert.Equal(1001, machine.Lines.Rises);
            });
        book.Add("channel 0 drives line 0", "The line has the level of the output at every time.",
            Timer, PitDefect.LineIsNotDriven, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 0, count: 4, channel: 0);
                machine.Advance(4);
                Assert.False(machine.Lines.IsHigh);
                machine.Advance(1);
                Assert.True(machine.Lines.IsHigh);
            });
        book.Add("line 0 falls again", "Each period of modes 2 and 3 has a rise and a fall of the line.",
            Timer, PitDefect.LineNeverFalls, defect =>
            {
                using var machine = new PitMachine(defect);
                machine.Start(mode: 3, count: 100, channel: 0);
                machine.Advance(1000);
                Assert.Equal(10, machine.Lines.Falls);
                Assert.Equal(10, machine.Lines.Rises);
            });
    }
}
