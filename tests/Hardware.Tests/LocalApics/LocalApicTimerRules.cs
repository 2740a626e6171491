// Rules of the timer that counts down. Its clock has 100 MHz here, so that a tick of the undivided clock is ten nanoseconds.

using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Tests.Rules;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Rules of the one-shot and the periodic mode.</summary>
internal static class LocalApicTimerRules
{
    private const uint Periodic = 1 << 17;
    private const byte Vector = 0x42;
    private const uint ByOne = 0xb;
    private const ulong TickNanoseconds = 10;

    internal static void AddTo(RuleBook<LocalApicDefect> book)
    {
        AddDivision(book);
        AddOneShot(book);
        AddPeriodic(book);
        AddChanges(book);
    }

    private static void AddDivision(RuleBook<LocalApicDefect> book)
    {
        book.Add("the division table", "The divide configuration divides by 2, 4, 8, 16, 32, 64, 128 and 1 in this order of bits "
            + "3, 1 and 0.", "11.5.4", LocalApicDefect.DivideIgnoresHighBit, defect =>
            {
                (uint Configuration, uint Divisor)[] table =
                    [(0, 2), (1, 4), (2, 8), (3, 16), (8, 32), (9, 64), (0xa, 128), (0xb, 1)];
                foreach ((uint configuration, uint divisor) in table)
                {
                    using var rig = Start(defect, 0, 1000, configuration);
                    rig.Clock.AdvanceBy(divisor * 10 * TickNanoseconds);
                    Assert.Equal(990u, rig.First.Read(LocalApicRegister.CurrentCount));
                }
            });
        book.Add("dividing by one", "Bits 3, 1 and 0 set divide by one.", "11.5.4",
            LocalApicDefect.DivideByOneIsMissing, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(999 * TickNanoseconds);
                Assert.Equal(1u, rig.First.Read(LocalApicRegister.CurrentCount));
            });
        book.Add("the count goes on at another speed", "A change of the division while counting goes on from the current count.",
            "11.5.4", LocalApicDefect.DivideChangeRestarts, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(400 * TickNanoseconds);
                rig.First.Write(LocalApicRegister.DivideConfiguration, 0);
                Assert.Equal(600u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.Clock.AdvanceBy(200 * TickNanoseconds);
                Assert.Equal(500u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                Assert.True(rig.First.IsRequested(Vector));
            });
    }

    private static void AddOneShot(RuleBook<LocalApicDefect> book)
    {
        book.Add("one shot interrupts at zero", "In one-shot mode the timer interrupts when the count reaches zero, not before.",
            "11.5.4", LocalApicDefect.ExpiresTickLate, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy((1000 * TickNanoseconds) - 1);
                Assert.False(rig.First.HasDeliverable);
                rig.Clock.AdvanceBy(1);
                Assert.True(rig.First.IsRequested(Vector));
            });
        book.Add("one shot is once", "In one-shot mode the timer stays at zero until the initial count is written.", "11.5.4",
            LocalApicDefect.OneShotRepeats, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                Assert.Equal([Vector], rig.First.DeliverAll());
                rig.Clock.AdvanceBy(5000 * TickNanoseconds);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("an expired count is zero", "After the expiry the current count reads zero, the initial count what was written.",
            "11.5.4", LocalApicDefect.ExpiredCountShowsInitial, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.CurrentCount));
                Assert.Equal(1000u, rig.First.Read(LocalApicRegister.InitialCount));
            });
        book.Add("zero stops", "A write of zero to the initial count stops the timer.", "11.5.4",
            LocalApicDefect.ZeroCountDoesNotStop, defect =>
            {
                foreach (uint mode in (uint[])[0, Periodic])
                {
                    using var rig = Start(defect, mode, 1000);
                    rig.Clock.AdvanceBy(500 * TickNanoseconds);
                    rig.First.Write(LocalApicRegister.InitialCount, 0);
                    Assert.Equal(0u, rig.First.Read(LocalApicRegister.CurrentCount));
                    rig.Clock.AdvanceBy(5000 * TickNanoseconds);
                    Assert.False(rig.First.HasDeliverable);
                }
            });
        book.Add("a masked expiry is lost", "An expiry while masked interrupts nobody, not even when unmasked later.", "11.5.4",
            LocalApicDefect.MaskedExpiryIsKept, defect =>
            {
                using var rig = Start(defect, LocalApicRig.Masked, 1000);
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.First.Write(LocalApicRegister.TimerVector, Vector);
                Assert.False(rig.First.HasDeliverable);
            });
        book.Add("a masked timer counts", "A masked timer counts down; unmasked in time it interrupts.", "11.5.4",
            LocalApicDefect.MaskStopsTimer, defect =>
            {
                using var rig = Start(defect, LocalApicRig.Masked, 1000);
                rig.Clock.AdvanceBy(600 * TickNanoseconds);
                Assert.Equal(400u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.First.Write(LocalApicRegister.TimerVector, Vector);
                rig.Clock.AdvanceBy(400 * TickNanoseconds);
                Assert.Equal([Vector], rig.First.DeliverAll());
            });
    }

    private static void AddPeriodic(RuleBook<LocalApicDefect> book)
    {
        book.Add("periodic repeats", "In periodic mode the count is reloaded from the initial count and goes on.", "11.5.4",
            LocalApicDefect.PeriodicExpiresOnce, defect =>
            {
                using var rig = Start(defect, Periodic, 1000);
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                Assert.Equal([Vector], rig.First.DeliverAll());
                Assert.Equal(1000u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                Assert.Equal([Vector], rig.First.DeliverAll());
            });
        book.Add("periods do not drift", "A period follows the other without a gap.", "11.5.4",
            LocalApicDefect.PeriodicDrifts, defect =>
            {
                using var rig = Start(defect, Periodic, 1000);
                for (int period = 0; period < 100; period++)
                {
                    rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                    Assert.Equal([Vector], rig.First.DeliverAll());
                }
            });
    }

    private static void AddChanges(RuleBook<LocalApicDefect> book)
    {
        book.Add("a change of mode keeps the count", "Between one shot and periodic the count goes on from where it is.",
            "11.5.4", LocalApicDefect.ModeChangeRestarts, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(700 * TickNanoseconds);
                rig.First.Write(LocalApicRegister.TimerVector, Periodic | Vector);
                Assert.Equal(300u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.Clock.AdvanceBy(500 * TickNanoseconds);
                Assert.Equal(800u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.First.Write(LocalApicRegister.TimerVector, Vector);
                rig.Clock.AdvanceBy(800 * TickNanoseconds);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.CurrentCount));
            });
        book.Add("an expired count stays zero", "A one-shot count that has expired stays zero when the mode becomes periodic.",
            "11.5.4", LocalApicDefect.ModeChangeRestarts, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(1000 * TickNanoseconds);
                rig.First.Write(LocalApicRegister.TimerVector, Periodic | Vector);
                Assert.Equal(0u, rig.First.Read(LocalApicRegister.CurrentCount));
            });
        book.Add("a write restarts", "A write of the initial count while counting starts anew.", "11.5.4",
            LocalApicDefect.RunningCountIsKept, defect =>
            {
                using var rig = Start(defect, 0, 1000);
                rig.Clock.AdvanceBy(700 * TickNanoseconds);
                rig.First.Write(LocalApicRegister.InitialCount, 500);
                rig.Clock.AdvanceBy(499 * TickNanoseconds);
                Assert.Equal(1u, rig.First.Read(LocalApicRegister.CurrentCount));
                rig.Clock.AdvanceBy(TickNanoseconds);
                Assert.Equal([Vector], rig.First.DeliverAll());
            });
    }

    private static LocalApicRig Start(LocalApicDefect defect, uint mode, uint count, uint divide = ByOne)
    {
        var rig = new LocalApicRig(defect);
        rig.First.Write(LocalApicRegister.TimerVector, mode | Vector);
        rig.First.Write(LocalApicRegister.DivideConfiguration, divide);
        rig.First.Write(LocalApicRegister.InitialCount, count);
        return rig;
    }
}
