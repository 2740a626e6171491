// Rules of edge-triggered entries: what an edge is, that it is lost at a mask, and that it leaves no remote IRR behind.

using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Rules of edge-triggered entries.</summary>
internal static class IoApicEdgeRules
{
    private const string Trigger = "3.2.4 trigger mode";
    private const string Mask = "3.2.4 interrupt mask";
    private const string RemoteIrrSection = "3.2.4 remote IRR";
    private const string PolaritySection = "3.2.4 interrupt input pin polarity";
    private const byte Vector = 0x51;

    internal static void AddTo(RuleBook<IoApicDefect> book)
    {
        AddEdges(book);
        AddMask(book);
        AddPolarity(book);
    }

    private static void AddEdges(RuleBook<IoApicDefect> book)
    {
        book.Add("one edge of a pulse interrupts", "An active-high line interrupts when it rises, not when it falls.",
            Trigger, IoApicDefect.BothEdgesCount, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                Assert.Equal(1, machine.SentCount);
                machine.Lower(4);
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("an edge is a change", "A line that stays asserted interrupts no second time.",
            Trigger, IoApicDefect.RepeatedLevelIsAnEdge, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4, 4, 4);
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("an edge sets no remote IRR", "Every edge is sent, ended or not; remote IRR belongs to levels.",
            RemoteIrrSection, IoApicDefect.EdgeSetsRemoteIrr, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Pulse(4);
                machine.Pulse(4);
                Assert.Equal(2, machine.SentCount);
                Assert.Equal((uint)Vector, machine.ReadLow(4));
            });
        book.Add("an end leaves edges alone", "The end of an interrupt does not repeat an edge whose line is still asserted.",
            RemoteIrrSection, IoApicDefect.EndResendsEdge, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                machine.End(Vector);
                Assert.Equal(1, machine.SentCount);
            });
    }

    private static void AddMask(RuleBook<IoApicDefect> book)
    {
        book.Add("a masked entry sends nothing", "Bit 16 set keeps edges and levels from being sent.",
            Mask, IoApicDefect.MaskIgnored, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Masked | Level | Vector);
                machine.Raise(4);
                Assert.Equal(0, machine.SentCount);
            });
        book.Add("a masked edge is lost", "An edge at a masked entry is neither delivered nor held pending.",
            Mask, IoApicDefect.MaskedEdgeWaits, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Masked | Vector);
                machine.Pulse(4);
                machine.WriteLow(4, Vector);
                machine.Apic.RetryPending();
                Assert.Equal(0, machine.SentCount);
                machine.Pulse(4);
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("unmasking is no edge", "A line that rose under the mask does not interrupt when the mask is lifted.",
            Mask, IoApicDefect.UnmaskingIsAnEdge, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Masked | Vector);
                machine.Raise(4);
                machine.WriteLow(4, Vector);
                Assert.Equal(0, machine.SentCount);
                machine.Lower(4);
                machine.Raise(4);
                Assert.Equal(1, machine.SentCount);
            });
    }

    private static void AddPolarity(RuleBook<IoApicDefect> book)
    {
        book.Add("an active-low edge falls", "With bit 13 set the falling edge interrupts.",
            PolaritySection, IoApicDefect.PolarityIgnored, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Raise(4);
                machine.WriteLow(4, ActiveLow | Vector);
                machine.Bus.Clear();
                machine.Lower(4);
                Assert.Equal(1, machine.SentCount);
                machine.Raise(4);
                Assert.Equal(1, machine.SentCount);
            });
    }

    // Entry 4 is an unmasked edge.
    private static IoApicMachine Build(IoApicDefect defect)
    {
        var machine = new IoApicMachine(defect);
        machine.WriteLow(4, Vector);
        return machine;
    }
}
