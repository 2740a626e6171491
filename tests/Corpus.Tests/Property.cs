// Runs a property with a fixed seed: a failure on one machine is a failure on every machine, and a test run says the same
// twice.

using FsCheck;
using FsCheck.Fluent;

namespace Managarm.Perf.Corpus.Tests;

/// <summary>Deterministic property checks.</summary>
internal static class Property
{
    private const ulong Seed = 20250723;
    private const ulong Gamma = 11400714819323198485;

    /// <summary>Checks that <paramref name="holds"/> is true for generated values; FsCheck shrinks what fails.</summary>
    internal static void ForAll<T>(int count, Func<T, bool> holds) =>
        Prop.ForAll(ArbMap.Default.ArbFor<T>(), holds)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithStartSize(1).WithEndSize(800).WithReplay(Seed, Gamma));
}
