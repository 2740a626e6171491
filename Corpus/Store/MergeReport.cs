// What merging into a store did, as numbers for people and scripts. What could not be merged is listed and never merely
// counted.

namespace Managarm.Perf.Corpus;

/// <summary>The result of <see cref="CorpusStore.Merge"/>.</summary>
public sealed class MergeReport
{
    private readonly List<string> errors = [];

    /// <summary>Scenarios that were new.</summary>
    public int AddedCount { get; private set; }

    /// <summary>Scenarios that were there already.</summary>
    public int PresentCount { get; private set; }

    /// <summary>One line per file that was not merged; each starts with the file's name.</summary>
    public IReadOnlyList<string> Errors => errors;

    internal void AddError(string error) => errors.Add(error);

    internal void Count(StoreOutcome outcome)
    {
        AddedCount += outcome == StoreOutcome.Added ? 1 : 0;
        PresentCount += outcome == StoreOutcome.Present ? 1 : 0;
    }
}
