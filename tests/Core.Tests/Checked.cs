// Runs a property of Core with a fixed seed: a failure on one machine is a failure on every machine, and FsCheck shrinks the
// generated value before it is reported.

using FsCheck;
using FsCheck.Fluent;

namespace Managarm.Perf.Core.Tests;

/// <summary>Deterministic property checks.</summary>
internal static class Checked
{
    private const ulong Seed = 20251122;
    private const ulong Gamma = 11400714819323198485;

    /// <summary>Checks that <paramref name="holds"/> is true for generated values.</summary>
    internal static void ForAll<T>(int count, Func<T, bool> holds) =>
        Prop.ForAll(ArbMap.Default.ArbFor<T>(), holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithStartSize(1).WithEndSize(400).WithReplay(Seed, Gamma));
}
