// Rules of level-triggered entries: a level asks as long as its line is asserted, remote IRR holds it back once it was
// accepted, and nothing but an end or a change to edge-triggered clears that.

using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Rules of level-triggered entries.</summary>
internal static class IoApicLevelRules
{
    private const string Trigger = "3.2.4 trigger mode";
    private const string Mask = "3.2.4 interrupt mask";
    private const string RemoteIrrSection = "3.2.4 remote IRR";
    private const string PolaritySection = "3.2.4 interrupt input pin polarity";
    private const byte Vector = 0x52;

    internal static void AddTo(RuleBook<IoApicDefect> book)
    {
        AddLevels(book);
        AddRemoteIrr(book);
        AddMask(book);
        AddChanges(book);
    }

    private static void AddLevels(RuleBook<IoApicDefect> book)
    {
        book.Add("a level interrupts", "An asserted line is sent as a level and sent again after the end if it still stands.",
            Trigger, IoApicDefect.TriggerModeIgnored, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                Assert.Equal(1, machine.SentCount);
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
            });
        book.Add("a released level asks no longer", "A line that is released before it is accepted leaves nothing behind.",
            Trigger, IoApicDefect.LevelOutlivesLine, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Bus.Accepts = false;
                machine.Raise(4);
                machine.Lower(4);
                machine.AcceptAgain();
                Assert.Equal(0, machine.SentCount);
                Assert.Equal(Level | Vector, machine.ReadLow(4));
            });
        book.Add("an active-low level asks while it is low", "With bit 13 set the low line is the asserted one.",
            PolaritySection, IoApicDefect.PolarityIgnored, defect =>
            {
                using var machine = new IoApicMachine(defect, pulledUpLines: 1 << 4);
                machine.WriteLow(4, Level | ActiveLow | Vector);
                Assert.Equal(0, machine.SentCount);
                machine.Lower(4);
                Assert.Equal(1, machine.SentCount);
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
                machine.Raise(4);
                machine.End(Vector);
                Assert.Equal(2, machine.SentCount);
            });
    }

    private static void AddRemoteIrr(RuleBook<IoApicDefect> book)
    {
        book.Add("remote IRR is set at acceptance", "While it is set the level is not sent again.",
            RemoteIrrSection, IoApicDefect.RemoteIrrIsNeverSet, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                Assert.Equal(Level | RemoteIrr | Vector, machine.ReadLow(4));
                machine.Raise(4);
                machine.Apic.RetryPending();
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("release does not clear remote IRR", "A line that falls and rises before the end is not sent again before it.",
            RemoteIrrSection, IoApicDefect.FallClearsRemoteIrr, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                machine.Lower(4);
                Assert.True(machine.Has(4, RemoteIrr));
                machine.Raise(4);
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("a write keeps remote IRR", "Vector, destination and mask can change while remote IRR is set.",
            RemoteIrrSection, IoApicDefect.WriteClearsRemoteIrr, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                machine.WriteHigh(4, 0x0200_0000);
                machine.WriteLow(4, Level | 0x62);
                Assert.Equal(Level | RemoteIrr | 0x62, machine.ReadLow(4));
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("edge-triggered clears remote IRR", "Changing an entry to edge-triggered and back is an end without a message.",
            RemoteIrrSection, IoApicDefect.EdgeKeepsRemoteIrr, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                machine.Lower(4);
                machine.WriteLow(4, Masked | Vector);
                Assert.False(machine.Has(4, RemoteIrr));
                machine.WriteLow(4, Level | Vector);
                Assert.Equal(Level | Vector, machine.ReadLow(4));
                machine.Raise(4);
                Assert.Equal(2, machine.SentCount);
            });
    }

    private static void AddMask(RuleBook<IoApicDefect> book)
    {
        book.Add("unmasking sends a standing level", "A line that is asserted when the mask is lifted interrupts.",
            Mask, IoApicDefect.UnmaskingIsUnnoticed, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Level | Masked | Vector);
                machine.Raise(4);
                Assert.Equal(0, machine.SentCount);
                machine.WriteLow(4, Level | Vector);
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("a level that passes under the mask leaves nothing", "Asserting and releasing a masked line has no effect.",
            Mask, IoApicDefect.LevelOutlivesLine, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Level | Masked | Vector);
                machine.Pulse(4);
                machine.WriteLow(4, Level | Vector);
                Assert.Equal(0, machine.SentCount);
            });
        book.Add("a mask keeps remote IRR", "Masking after acceptance has no effect on that interrupt.",
            Mask, IoApicDefect.MaskClearsRemoteIrr, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                machine.WriteLow(4, Level | Masked | Vector);
                Assert.True(machine.Has(4, RemoteIrr));
                machine.WriteLow(4, Level | Vector);
                Assert.Equal(1, machine.SentCount);
            });
    }

    private static void AddChanges(RuleBook<IoApicDefect> book)
    {
        book.Add("a change to level-triggered sends a standing level", "The line counts as it is, whatever came before.",
            Trigger, IoApicDefect.TriggerChangeIsUnnoticed, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Vector);
                machine.Raise(4);
                Assert.Equal(1, machine.SentCount);
                machine.WriteLow(4, Level | Vector);
                Assert.Equal(2, machine.SentCount);
                Assert.True(machine.Has(4, RemoteIrr));
            });
        book.Add("a change of polarity can assert a level", "A low line interrupts when its entry becomes active low.",
            PolaritySection, IoApicDefect.PolarityChangeIsUnnoticed, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Level | ActiveLow | Vector);
                Assert.Equal(1, machine.SentCount);
            });
    }

    // Entry 4 is an unmasked level.
    private static IoApicMachine Build(IoApicDefect defect)
    {
        var machine = new IoApicMachine(defect);
        machine.WriteLow(4, Level | Vector);
        return machine;
    }
}
