// What is switched on while the seed corpus runs. The bare run is the reference; each other variant adds one thing, or all. The
// last ones have everything on and differ in the strategy that decides.

namespace Managarm.Perf.Bench.Costs;

/// <summary>One way to run the corpus.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="HasOracle">Whether the oracle judges.</param>
/// <param name="HasLog">Whether accesses are logged.</param>
/// <param name="Strategy">Who decides.</param>
internal sealed record CostVariant(string Name, bool HasOracle, bool HasLog, CostStrategy Strategy)
{
    internal const int Bare = 0;
    internal const int Oracle = 1;
    internal const int Log = 2;
    internal const int Walk = 3;
    internal const int WalkFull = 5;

    /// <summary>All variants, by the numbers above.</summary>
    internal static IReadOnlyList<CostVariant> All { get; } =
    [
        new("bare", HasOracle: false, HasLog: false, CostStrategy.Default),
        new("bare + oracle", HasOracle: true, HasLog: false, CostStrategy.Default),
        new("bare + access log", HasOracle: false, HasLog: true, CostStrategy.Default),
        new("bare + random walk", HasOracle: false, HasLog: false, CostStrategy.Walk),
        new("default, all on", HasOracle: true, HasLog: true, CostStrategy.Default),
        new("random walk, all on", HasOracle: true, HasLog: true, CostStrategy.Walk),
        new("delay:2, all on", HasOracle: true, HasLog: true, CostStrategy.Delays),
        new("pct:3, all on", HasOracle: true, HasLog: true, CostStrategy.PriorityChange),
        new("pos, all on", HasOracle: true, HasLog: true, CostStrategy.PartialOrder),
        new("urw, all on", HasOracle: true, HasLog: true, CostStrategy.Uniform),
        new("rf, all on", HasOracle: true, HasLog: true, CostStrategy.ReadsFrom),
    ];
}
