// How adding a scenario to a store ended. Being there already is no failure: campaigns find the same scenario again and
// again.

namespace Managarm.Perf.Corpus;

/// <summary>What <see cref="CorpusStore.Add"/> did.</summary>
public enum StoreOutcome
{
    /// <summary>The scenario could not be stored; the error says why.</summary>
    Failed,

    /// <summary>The scenario is new and was written.</summary>
    Added,

    /// <summary>The scenario was there already.</summary>
    Present,
}
