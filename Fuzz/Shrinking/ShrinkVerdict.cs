// What became of a candidate. The two that cost runs are counted, the one that saved them is counted apart.

namespace Managarm.Perf.Fuzz;

/// <summary>Outcome of trying a candidate.</summary>
internal enum ShrinkVerdict
{
    /// <summary>The number stood for no candidate, or for none that is smaller.</summary>
    NoCandidate,

    /// <summary>It is smaller and shows the violation.</summary>
    Shown,

    /// <summary>It does not show the violation within the bound.</summary>
    Lost,

    /// <summary>It was lost before.</summary>
    KnownAsLost,
}
