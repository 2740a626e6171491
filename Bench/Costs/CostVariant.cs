// What is switched on while the seed corpus runs. The bare run is the reference; each other variant adds one thing, or all.

namespace Managarm.Perf.Bench;

/// <summary>One way to run the corpus.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="HasOracle">Whether the oracle judges.</param>
/// <param name="HasLog">Whether accesses are logged.</param>
/// <param name="IsRandom">Whether a random walk decides, instead of the non-preemptive default.</param>
internal sealed record CostVariant(string Name, bool HasOracle, bool HasLog, bool IsRandom)
{
    internal const int Bare = 0;
    internal const int Oracle = 1;
    internal const int Log = 2;
    internal const int Walk = 3;
    internal const int DefaultFull = 4;
    internal const int WalkFull = 5;

    /// <summary>All variants, by the numbers above.</summary>
    internal static IReadOnlyList<CostVariant> All { get; } =
    [
        new("bare", HasOracle: false, HasLog: false, IsRandom: false),
        new("bare + oracle", HasOracle: true, HasLog: false, IsRandom: false),
        new("bare + access log", HasOracle: false, HasLog: true, IsRandom: false),
        new("bare + random walk", HasOracle: false, HasLog: false, IsRandom: true),
        new("default, all on", HasOracle: true, HasLog: true, IsRandom: false),
        new("random walk, all on", HasOracle: true, HasLog: true, IsRandom: true),
    ];
}
