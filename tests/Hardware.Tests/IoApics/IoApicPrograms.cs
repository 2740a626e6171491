// Random programs for the tests of the I/O APIC: arrays of numbers that each test decodes in its own way, so that FsCheck can
// shrink them. The seed is fixed.

using FsCheck;
using FsCheck.Fluent;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Runs a check over random programs.</summary>
internal static class IoApicPrograms
{
    private const int MaxLength = 150;
    private const int MaxValue = 1 << 24;

    /// <summary>Fails with the smallest program that the check throws for.</summary>
    internal static void Check(int count, Action<int[]> check) =>
        Prop.ForAll(Gen.Choose(0, MaxValue).ArrayOf().ToArbitrary(), check)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithStartSize(1).WithEndSize(MaxLength).WithReplay(1, 3));
}
