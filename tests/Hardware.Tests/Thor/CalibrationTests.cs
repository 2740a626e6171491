// Fixed-point calibration: converting there and back stays within what the fractions can express, time never reads early, and
// boot finds the frequencies that the machine has.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Core;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Hardware.Tests.Thor;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(2_399_999_777)]
    [InlineData(25_000_000)]
    public void A_count_for_a_time_is_not_reached_before_it(ulong frequency)
    {
        var calibration = new Calibration(frequency / 10);
        Prop.ForAll(ArbMap.Default.ArbFor<uint>(), nanoseconds =>
        {
            ulong count = calibration.CountOf(nanoseconds);
            return calibration.NanosecondsOf(count) >= nanoseconds
                && (count == 0 || calibration.NanosecondsOf(count - 1) < nanoseconds);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(1, 3));
    }

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(2_400_000_000)]
    [InlineData(3_700_000_001)]
    public void Boot_finds_the_frequency_of_the_time_stamp_counter(ulong ticksPerSecond)
    {
        using var world = new World(new WorldOptions());
        var hardware = new KernelHardware(world, new MachineOptions { TscFrequency = new(ticksPerSecond) });
        hardware.Machine.Clock.AdvanceBy(2_000_000_000);
        double relative = Math.Abs((hardware.Clock.NowNanoseconds / 2e9) - 1);
        Assert.True(relative < 2e-5, $"off by {relative}");
    }
}
