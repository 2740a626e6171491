// Rules of the update cycle: its warning, its length, what SET and a reset of the divider do to it.

using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.Rtcs.RtcMachine;

namespace Managarm.Perf.Hardware.Tests.Rtcs;

/// <summary>Rules of updates.</summary>
internal static class RtcUpdateRules
{
    private const string Cycle = "Update cycle";
    private const string SetBit = "Register B: SET";
    private const string Divider = "Register A: DV";

    internal static void AddTo(RuleBook<RtcDefect> book)
    {
        AddCycle(book);
        AddSet(book);
        AddAbort(book);
        AddDivider(book);
    }

    private static void AddCycle(RuleBook<RtcDefect> book)
    {
        book.Add("UIP is seen once a second", "UIP rises and falls around each update.", Cycle,
            RtcDefect.UpdateNeverInProgress, defect =>
            {
                using var machine = new RtcMachine(defect);
                Assert.False(machine.IsUpdating);
                machine.AdvanceTo(Second + Microsecond);
                Assert.True(machine.IsUpdating);
                machine.AdvanceTo(Second + (3 * Millisecond));
                Assert.False(machine.IsUpdating);
            });
        book.Add("UIP warns 244 microseconds ahead", "While UIP is clear, at least 244 microseconds are left to read.",
            Cycle, RtcDefect.UpdateWithoutWarning, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.AdvanceTo(Second - (246 * Microsecond));
                Assert.False(machine.IsUpdating);
                machine.AdvanceTo(Second - (243 * Microsecond));
                Assert.True(machine.IsUpdating);
            });
        book.Add("an update takes 1984 microseconds", "The old time is read until the update is over, and UIP is set until then.",
            Cycle, RtcDefect.UpdateTakesNoTime, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.AdvanceTo(Second + (1980 * Microsecond));
                Assert.True(machine.IsUpdating);
                Assert.Equal(0, machine[0]);
                machine.AdvanceTo(Second + (1985 * Microsecond));
                Assert.False(machine.IsUpdating);
                Assert.Equal(1, machine[0]);
            });
        book.Add("UIP cannot be written", "Writes to register A leave bit 7.", "Register A: UIP",
            RtcDefect.UpdateBitIsWritable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[A] = 0x80 | Running;
                Assert.Equal(Running, machine[A]);
            });
    }

    private static void AddSet(RuleBook<RtcDefect> book)
    {
        book.Add("SET stops the time", "While SET is high there are no updates.", SetBit, RtcDefect.SetIgnored, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine[B] = Set | Hours24;
            machine.Seconds(10);
            Assert.Equal(0, machine[0]);
            Assert.Equal(0, machine[C] & UpdateEnded);
            machine[B] = Hours24;
            Assert.Equal(0, machine[0]);
            machine.Seconds(1);
            Assert.Equal(1, machine[0]);
        });
        book.Add("SET leaves the divider", "After SET the next update comes at the second that was going on.",
            SetBit, RtcDefect.SetResetsDivider, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.AdvanceTo(700 * Millisecond);
                machine[B] = Set | Hours24;
                machine[B] = Hours24;
                machine.AdvanceTo(Second + (3 * Millisecond));
                Assert.Equal(1, machine[0]);
            });
        book.Add("SET disables the update interrupt", "UIE is cleared when SET goes high.",
            "Register B: UIE", RtcDefect.SetKeepsUpdateEnable, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[B] = UpdateEnded | Periodic | Hours24;
                machine[B] = Set | UpdateEnded | Periodic | Hours24;
                Assert.Equal(Set | Periodic | Hours24, machine[B]);
            });
        book.Add("no UIP while SET", "SET clears UIP.", "Register A: UIP", RtcDefect.SetShowsUpdate, defect =>
        {
            using var machine = new RtcMachine(defect);
            machine[B] = Set | Hours24;
            machine.AdvanceTo(Second - (100 * Microsecond));
            Assert.False(machine.IsUpdating);
            machine.AdvanceTo(Second + (100 * Microsecond));
            Assert.False(machine.IsUpdating);
        });
    }

    private static void AddAbort(RuleBook<RtcDefect> book) =>
        book.Add("SET ends an update in progress", "An update that SET interrupts is not made up for.",
            SetBit, RtcDefect.SetDoesNotAbort, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine.AdvanceTo(Second + (500 * Microsecond));
                Assert.True(machine.IsUpdating);
                machine[B] = Set | Hours24;
                machine.AdvanceTo(Second + (1000 * Microsecond));
                machine[B] = Hours24;
                Assert.False(machine.IsUpdating);
                machine.AdvanceTo(Second + (500 * Millisecond));
                Assert.Equal(0, machine[0]);
                machine.AdvanceTo((2 * Second) + (500 * Millisecond));
                Assert.Equal(1, machine[0]);
            });

    private static void AddDivider(RuleBook<RtcDefect> book)
    {
        book.Add("the divider can be held", "While DV is 11x (or not 010) there are neither updates nor periodic edges.",
            Divider, RtcDefect.DividerResetIgnored, defect =>
            {
                using var machine = new RtcMachine(defect);
                foreach (int divider in (ReadOnlySpan<int>)[0x70, 0x60, 0x00, 0x10, 0x30, 0x50])
                {
                    machine[A] = divider | 6;
                    int flags = machine[C];
                    machine.Seconds(10);
                    Assert.Equal(0, machine[0]);
                    Assert.Equal(0, machine[C]);
                    Assert.False(machine.IsUpdating);
                    Assert.Equal(0, flags & UpdateEnded);
                }
            });
        book.Add("half a second to the first update", "An update begins 500 ms after the divider is let go.",
            Divider, RtcDefect.DividerStartsWholeSecond, defect =>
            {
                using var machine = new RtcMachine(defect);
                machine[A] = 0x76;
                machine.AdvanceTo(700 * Millisecond);
                machine[A] = Running;
                machine.AdvanceTo(1199 * Millisecond);
                Assert.Equal(0, machine[0]);
                machine.AdvanceTo(1203 * Millisecond);
                Assert.Equal(1, machine[0]);
                machine.AdvanceTo(2199 * Millisecond);
                Assert.Equal(1, machine[0]);
                machine.AdvanceTo(2203 * Millisecond);
                Assert.Equal(2, machine[0]);
            });
    }
}
