// Conversion between time and ticks must lose nothing: however a clock is asked, the same tick begins at the same time.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests;

/// <summary>Frequencies are exact.</summary>
public sealed class FrequencyTests
{
    [Theory]
    [InlineData(1_193_182)]
    [InlineData(32_768)]
    [InlineData(14_318_180)]
    [InlineData(2_400_000_000)]
    public void A_tick_begins_at_its_time_and_not_before(ulong ticksPerSecond)
    {
        var frequency = new Frequency(ticksPerSecond);
        Prop.ForAll(ArbMap.Default.ArbFor<uint>(), ticks =>
        {
            ulong time = frequency.TimeOf(ticks);
            return frequency.TicksAt(time) >= ticks && (time == 0 || frequency.TicksAt(time - 1) < ticks || ticks == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(1, 3));
    }

    [Fact]
    public void A_time_that_does_not_fit_is_never() =>
        Assert.Equal(MachineClock.Never, new Frequency(1).TimeOf(ulong.MaxValue));
}
