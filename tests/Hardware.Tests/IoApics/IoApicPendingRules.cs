// Rules of messages that no local APIC could accept yet: the delivery status shows them, a retry sends them as the entry is
// written by then, and a mask withdraws them.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.IoApics;
using Managarm.Perf.Hardware.Tests.Rules;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Rules of the delivery status and of what is held up.</summary>
internal static class IoApicPendingRules
{
    private const string Status = "3.2.4 delivery status";
    private const string Mask = "3.2.4 interrupt mask";
    private const string RemoteIrrSection = "3.2.4 remote IRR";
    private const byte EdgeVector = 0x54;
    private const byte LevelVector = 0x64;

    internal static void AddTo(RuleBook<IoApicDefect> book)
    {
        AddStatus(book);
        AddRetry(book);
        AddEdges(book);
        AddChanges(book);
    }

    private static void AddStatus(RuleBook<IoApicDefect> book)
    {
        book.Add("the delivery status shows what is held up", "Bit 12 is set from the refusal to the acceptance.",
            Status, IoApicDefect.StatusIsAlwaysIdle, defect =>
            {
                using IoApicMachine machine = Build(defect);
                Assert.True(machine.Has(4, Pending));
                Assert.True(machine.Has(6, Pending));
                machine.AcceptAgain();
                Assert.False(machine.Has(4, Pending));
                Assert.False(machine.Has(6, Pending));
            });
        book.Add("the delivery status is idle after acceptance", "It does not show the line, nor an interrupt in service.",
            Status, IoApicDefect.StatusFollowsLine, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.AcceptAgain();
                Assert.Equal((uint)EdgeVector, machine.ReadLow(4));
                Assert.Equal(Level | RemoteIrr | LevelVector, machine.ReadLow(6));
            });
        book.Add("a masked entry is idle", "A standing level under the mask is not waiting to be sent.",
            Status, IoApicDefect.StatusIgnoresMask, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(6, Level | Masked | LevelVector);
                Assert.Equal(Level | Masked | LevelVector, machine.ReadLow(6));
                machine.WriteLow(6, Level | LevelVector);
                Assert.True(machine.Has(6, Pending));
            });
    }

    private static void AddRetry(RuleBook<IoApicDefect> book)
    {
        book.Add("a refused edge is kept", "It is sent once when a local APIC can accept it.",
            Status, IoApicDefect.RefusedEdgeIsLost, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(6, Masked);
                machine.AcceptAgain();
                machine.Apic.RetryPending();
                Assert.Equal(1, machine.SentCount);
            });
        book.Add("a retry sends edges", "Edges that were held up are sent, not those that were delivered.",
            Status, IoApicDefect.RetrySkipsEdges, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.AcceptAgain();
                Assert.Contains(machine.Bus.Accepted, message => message.Vector == EdgeVector);
            });
        book.Add("a retry sends levels", "Levels that were held up are sent while they stand.",
            Status, IoApicDefect.RetrySkipsLevels, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.AcceptAgain();
                Assert.Contains(machine.Bus.Accepted, message => message.Vector == LevelVector);
            });
        book.Add("a refused level sets no remote IRR", "Only acceptance does.",
            RemoteIrrSection, IoApicDefect.RefusedLevelSetsRemoteIrr, defect =>
            {
                using IoApicMachine machine = Build(defect);
                Assert.False(machine.Has(6, RemoteIrr));
                machine.AcceptAgain();
                Assert.True(machine.Has(6, RemoteIrr));
            });
    }

    private static void AddEdges(RuleBook<IoApicDefect> book)
    {
        book.Add("a held edge outlives its line", "An edge is remembered, so the line may be released before it is accepted.",
            "3.2.4 trigger mode", IoApicDefect.EdgeFallsWithLine, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Lower(4);
                Assert.True(machine.Has(4, Pending));
                machine.AcceptAgain();
                Assert.Contains(machine.Bus.Accepted, message => message.Vector == EdgeVector);
            });
        book.Add("edges that are held up become one", "A pin remembers that there was an edge, not how many.",
            Status, IoApicDefect.HeldEdgesAreCounted, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Pulse(4);
                machine.Pulse(4);
                machine.AcceptAgain();
                machine.Apic.RetryPending();
                Assert.Single(machine.Bus.Accepted, message => message.Vector == EdgeVector);
            });
        book.Add("a mask withdraws a held edge", "Masking before acceptance is as if the device had withdrawn the interrupt.",
            Mask, IoApicDefect.MaskKeepsHeldEdge, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteLow(4, Masked | EdgeVector);
                machine.WriteLow(4, EdgeVector);
                Assert.Equal((uint)EdgeVector, machine.ReadLow(4));
                machine.AcceptAgain();
                Assert.DoesNotContain(machine.Bus.Accepted, message => message.Vector == EdgeVector);
            });
    }

    private static void AddChanges(RuleBook<IoApicDefect> book)
    {
        book.Add("a write keeps a held edge", "What is held up is sent as the entry is written by then.",
            Status, IoApicDefect.WriteDropsHeldEdge, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.WriteHigh(4, 0x0300_0000);
                machine.WriteLow(4, Logical | 0x55);
                Assert.Equal(Pending | Logical | 0x55, machine.ReadLow(4));
                machine.AcceptAgain();
                Assert.Equal(new InterruptMessage(0x55, DeliveryMode.Fixed, true, 3, false), machine.Bus.Accepted[0]);
            });
        book.Add("a new destination is tried at once", "What is held up need not wait where another local APIC accepts.",
            Status, IoApicDefect.DestinationChangeIsUnnoticed, defect =>
            {
                using IoApicMachine machine = Build(defect);
                machine.Bus.Accepts = true;
                machine.WriteHigh(6, 0x0300_0000);
                Assert.Equal(new InterruptMessage(LevelVector, DeliveryMode.Fixed, false, 3, true), machine.Last());
                Assert.Equal(Level | RemoteIrr | LevelVector, machine.ReadLow(6));
            });
    }

    // Entry 4 is an edge and entry 6 a level; both were refused.
    private static IoApicMachine Build(IoApicDefect defect)
    {
        var machine = new IoApicMachine(defect);
        machine.WriteLow(4, EdgeVector);
        machine.WriteLow(6, Level | LevelVector);
        machine.Bus.Accepts = false;
        machine.Raise(4, 6);
        return machine;
    }
}
