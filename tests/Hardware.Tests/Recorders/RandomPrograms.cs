// Random programs for the differential tests of devices: arrays of numbers that each test decodes in its own way, so that FsCheck
// can shrink them. The seed is fixed.

using FsCheck;
using FsCheck.Fluent;

namespace Managarm.Perf.Hardware.Tests.Recorders;

/// <summary>Runs a check over random programs.</summary>
internal static class RandomPrograms
{
    private const int MaxLength = 150;
    private const int MaxValue = 1 << 24;

    /// <summary>Fails with the smallest program that the check throws for.</summary>
    internal static void Check(int count, Action<int[]> check) =>
        Prop.ForAll(Gen.Choose(0, MaxValue).ArrayOf().ToArbitrary(), check)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithStartSize(1).WithEndSize(MaxLength).WithReplay(1, 3));

    /// <summary>Fails where an action allocates memory once it has run.</summary>
    internal static void CheckAllocatesNothing(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
