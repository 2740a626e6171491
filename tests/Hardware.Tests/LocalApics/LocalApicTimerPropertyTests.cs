// The timer against one that counts every tick, over random writes and waits, with clocks that divide a nanosecond evenly and
// with clocks that do not or are faster.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>The timer counts as a counter does.</summary>
public sealed class LocalApicTimerPropertyTests
{
    private const uint Periodic = 1 << 17;
    private const byte Vector = 0x42;

    private static readonly uint[] configurations = [0, 1, 2, 3, 8, 9, 10, 11];

    [Theory]
    [InlineData(100_000_000)]
    [InlineData(333_333_333)]
    [InlineData(1_000_000_000)]
    [InlineData(2_700_000_001)]
    public void It_counts_as_tick_by_tick(ulong ticksPerSecond) => Check(ticksPerSecond, default);

    [Theory]
    [InlineData(LocalApicDefect.DivideByOneIsMissing)]
    [InlineData(LocalApicDefect.DivideChangeRestarts)]
    [InlineData(LocalApicDefect.ModeChangeRestarts)]
    [InlineData(LocalApicDefect.MaskStopsTimer)]
    [InlineData(LocalApicDefect.PeriodicDrifts)]
    [InlineData(LocalApicDefect.ExpiresTickLate)]
    public void A_tick_by_tick_count_notices_a_defect(LocalApicDefect defect) =>
        Assert.ThrowsAny<Exception>(() => Check(333_333_333, defect));

    [Fact]
    public void Time_in_one_step_or_in_many_is_the_same()
    {
        using var whole = Start(new(333_333_333));
        using var parts = Start(new(333_333_333));
        whole.Clock.AdvanceBy(100_000);
        for (int step = 0; step < 100_000; step += 7)
        {
            parts.Clock.AdvanceTo(Math.Min((ulong)step + 7, 100_000));
        }

        Assert.Equal(whole.First.Read(LocalApicRegister.CurrentCount), parts.First.Read(LocalApicRegister.CurrentCount));
        Assert.Equal(whole.First.NextEventNanoseconds, parts.First.NextEventNanoseconds);
    }

    private static LocalApicRig Start(Frequency frequency)
    {
        var rig = new LocalApicRig(options: new() { TimerFrequency = frequency });
        rig.First.Write(LocalApicRegister.TimerVector, Periodic | Vector);
        rig.First.Write(LocalApicRegister.InitialCount, 1234);
        return rig;
    }

    private static void Check(ulong ticksPerSecond, LocalApicDefect defect) =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => AgreeOn(new(ticksPerSecond), bytes, defect))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(120).WithReplay(1, 3));

    private static bool AgreeOn(Frequency frequency, byte[] bytes, LocalApicDefect defect)
    {
        using var rig = new LocalApicRig(defect, options: new() { TimerFrequency = frequency });
        var naive = new NaiveLocalApicTimer(frequency);
        Apply(rig, naive, 2, 0);
        foreach (byte[] pair in bytes.Chunk(2).Where(pair => pair.Length == 2))
        {
            Apply(rig, naive, pair[0] % 8, pair[1]);
            bool isEqual = rig.First.Read(LocalApicRegister.CurrentCount) == naive.Current
                && rig.First.Read(LocalApicRegister.InitialCount) == naive.Initial
                && rig.First.DeliverAll().Count == (naive.HasRequest ? 1 : 0);
            naive.HasRequest = false;
            if (!isEqual)
            {
                return false;
            }
        }

        return true;
    }

    private static void Apply(LocalApicRig rig, NaiveLocalApicTimer naive, int operation, byte value)
    {
        switch (operation)
        {
            case 0:
                rig.First.Write(LocalApicRegister.InitialCount, value % 32u);
                naive.WriteInitial(value % 32u);
                break;
            case 1:
                rig.First.Write(LocalApicRegister.DivideConfiguration, configurations[value % 8]);
                naive.WriteDivide(configurations[value % 8]);
                break;
            case 2:
                naive.IsPeriodic = value % 2 == 1;
                naive.IsMasked = value % 8 > 5;
                uint mode = (naive.IsPeriodic ? Periodic : 0) | (naive.IsMasked ? LocalApicRig.Masked : 0);
                rig.First.Write(LocalApicRegister.TimerVector, mode | Vector);
                break;
            default:
                rig.Clock.AdvanceBy(value);
                naive.Advance(value);
                break;
        }
    }
}
