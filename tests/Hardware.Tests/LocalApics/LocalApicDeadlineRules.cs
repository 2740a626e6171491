// Rules of the timer that waits for the time-stamp counter, which has 1 GHz here, so that a tick is a nanosecond.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of the TSC-deadline mode.</summary>
internal static class LocalApicDeadlineRules
{
    private const uint Deadline = 2 << 17;
    private const byte Vector = 0x42;

    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddExpiry(book);
        AddDisarming(book);
        AddRegisters(book);
    }

    private static void AddExpiry(RuleBook<LocalApicDefect> book)
    {
        book.Add("the deadline fires", "The timer interrupts when the time-stamp counter reaches the deadline, not before.",
            "11.5.4.1", LocalApicDefect.DeadlineStaysArmed, defect =>
            {
                using var rig = Start(defect, 5000);
                rig.Clock.AdvanceBy(4999);
                Assert.False(rig.First.HasDeliverable);
                Assert.Equal(5000ul, rig.First.ReadMsr(LocalApicRegister.DeadlineMsr));
                rig.Clock.AdvanceBy(1);
                Assert.Equal([Vector], rig.First.DeliverAll());
                Assert.Equal(0ul, rig.First.ReadMsr(LocalApicRegister.DeadlineMsr));
            });
        book.Add("a past deadline fires at once", "A deadline that the time-stamp counter has reached interrupts in the write.",
            "11.5.4.1", LocalApicDefect.PastDeadlineIsLost, defect =>
            {
                using var rig = Start(defect, 0);
                rig.Clock.AdvanceBy(10_000);
                Assert.True(rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, 10_000));
                Assert.Equal([Vector], rig.First.DeliverAll());
                rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, 1);
                Assert.Equal([Vector], rig.First.DeliverAll());
                Assert.Equal(0ul, rig.First.ReadMsr(LocalApicRegister.DeadlineMsr));
            });
        book.Add("a deadline follows the counter", "A write of the time-stamp counter moves the time of the deadline.",
            "11.5.4.1", LocalApicDefect.DeadlineStaysArmed, defect =>
            {
                using var rig = Start(defect, 5000);
                rig.Counter.TryWriteMsr(TimeStampCounter.CounterMsr, 4000);
                Assert.Equal(1000ul, rig.First.NextEventNanoseconds);
                rig.Counter.TryWriteMsr(TimeStampCounter.CounterMsr, 6000);
                rig.Clock.AdvanceBy(0);
                Assert.Equal([Vector], rig.First.DeliverAll());
                Assert.Equal(MachineClock.Never, rig.First.NextEventNanoseconds);
            });
        book.Add("a masked deadline is lost", "A deadline that fires while masked disarms and interrupts nobody.", "11.5.4.1",
            LocalApicDefect.MaskedExpiryIsKept, defect =>
            {
                using var rig = Start(defect, 5000);
                rig.First.Write(LocalApicRegister.TimerVector, Deadline | LocalApicRig.Masked | Vector);
                rig.Clock.AdvanceBy(5000);
                Assert.Equal(0ul, rig.First.ReadMsr(LocalApicRegister.DeadlineMsr));
                rig.First.Write(LocalApicRegister.TimerVector, Deadline | Vector);
                Assert.False(rig.First.HasDeliverable);
            });
    }

    private static void AddDisarming(RuleBook<LocalApicDefect> book)
    {
        book.Add("a deadline of zero disarms", "A write of zero takes an armed deadline back.", "11.5.4.1",
            LocalApicDefect.ZeroDeadlineIsIgnored, defect =>
            {
                using var rig = Start(defect, 5000);
                rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, 0);
                rig.Clock.AdvanceBy(6000);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("a deadline of zero does not fire", "Zero is no deadline in the past.", "11.5.4.1",
            LocalApicDefect.ZeroDeadlineFires, defect =>
            {
                using var rig = Start(defect, 0);
                rig.Clock.AdvanceBy(10_000);
                rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, 0);
                rig.Clock.AdvanceBy(10_000);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("leaving the mode disarms", "A change from the deadline mode takes an armed deadline back.", "11.5.4.1",
            LocalApicDefect.ModeChangeKeepsArmed, defect =>
            {
                using var rig = Start(defect, 5000);
                rig.First.Write(LocalApicRegister.TimerVector, Vector);
                rig.First.Write(LocalApicRegister.TimerVector, Deadline | Vector);
                Assert.Equal(0ul, rig.First.ReadMsr(LocalApicRegister.DeadlineMsr));
                rig.Clock.AdvanceBy(6000);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("entering the mode disarms", "A change into the deadline mode stops a count.", "11.5.4.1",
            LocalApicDefect.ModeChangeKeepsArmed, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.TimerVector, Vector);
                rig.First.Write(LocalApicRegister.InitialCount, 1000);
                rig.First.Write(LocalApicRegister.TimerVector, Deadline | Vector);
                rig.First.Write(LocalApicRegister.TimerVector, Vector);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.InitialCount));
                rig.Clock.AdvanceBy(100_000);
                Assert.False(rig.First.HasDeliverable);
            });
    }

    private static void AddRegisters(RuleBook<LocalApicDefect> book)
    {
        book.Add("the initial count is ignored", "In deadline mode a write of the initial count does nothing.", "11.5.4.1",
            LocalApicDefect.DeadlineModeTakesCount, defect =>
            {
                using var rig = Start(defect, 0);
                rig.First.Write(LocalApicRegister.InitialCount, 10);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.InitialCount));
                rig.Clock.AdvanceBy(10_000);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("the current count is zero", "In deadline mode the current count reads zero.", "11.5.4.1",
            LocalApicDefect.DeadlineModeShowsCount, defect =>
            {
                using var rig = Start(defect, 5000);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.CurrentCount));
            });
        book.Add("a deadline in other modes is ignored", "Outside of deadline mode a write of the deadline does nothing, and it "
            + "reads zero.", "11.5.4.1", LocalApicDefect.DeadlineAlwaysTaken, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.TimerVector, (1 << 17) | Vector);
                Assert.True(rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, 5000));
                Assert.Equal(0ul, rig.First.ReadMsr(LocalApicRegister.DeadlineMsr));
                rig.Clock.AdvanceBy(6000);
                rig.First.Write(LocalApicRegister.TimerVector, Deadline | Vector);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("no deadline without the feature", "Without the feature the deadline register is a fault.", "11.5.4.1",
            LocalApicDefect.DeadlineAlwaysExists, defect =>
            {
                using var rig = new LocalApicRig(defect, options: new() { HasDeadline = false });
                Assert.False(rig.First.TryReadMsr(LocalApicRegister.DeadlineMsr, out _));
                Assert.False(rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, 1));
            });
        book.Add("no deadline mode without the feature", "Without the feature bit 18 of the timer's entry is reserved.",
            "11.5.4.1", LocalApicDefect.DeadlineModeAlwaysExists, defect =>
            {
                using var rig = new LocalApicRig(defect, options: new() { HasDeadline = false });
                rig.First.Write(LocalApicRegister.TimerVector, Deadline | Vector);
                Assert.Equal(Vector, rig.First.Read(LocalApicRegister.TimerVector));
                rig.First.EnterExtendedMode();
                Assert.False(rig.First.WriteExtended(LocalApicRegister.TimerVector, Deadline | Vector));
            });
        book.Add("the reserved mode stands", "In the reserved mode the timer does nothing.", "11.5.4, table of timer modes",
            LocalApicDefect.ReservedModeCounts, defect =>
            {
                using var rig = new LocalApicRig(defect);
                rig.First.Write(LocalApicRegister.TimerVector, (3 << 17) | Vector);
                rig.First.Write(LocalApicRegister.InitialCount, 10);
                rig.Clock.AdvanceBy(100_000);
                Assert.False(rig.First.HasDeliverable);
            });
    }

    private static LocalApicRig Start(LocalApicDefect defect, ulong deadline)
    {
        var rig = new LocalApicRig(defect);
        rig.First.Write(LocalApicRegister.TimerVector, Deadline | Vector);
        rig.First.TryWriteMsr(LocalApicRegister.DeadlineMsr, deadline);
        return rig;
    }
}
