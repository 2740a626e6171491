// The strategies whose decisions are measured. All of them draw from streams of the same seeds in every round, so that a slice
// of a variant does the same work each time.

namespace Managarm.Perf.Bench;

/// <summary>Who decides in a measured run.</summary>
internal enum CostStrategy
{
    /// <summary>The non-preemptive default.</summary>
    Default,

    /// <summary>Random walk: every decision is random.</summary>
    Walk,

    /// <summary>Two random deviations.</summary>
    Delays,

    /// <summary>PCT of depth 3.</summary>
    PriorityChange,

    /// <summary>Partial order sampling.</summary>
    PartialOrder,

    /// <summary>Uniform random walk.</summary>
    Uniform,

    /// <summary>Guided by reads-from pairs; a search per scenario.</summary>
    ReadsFrom,
}
