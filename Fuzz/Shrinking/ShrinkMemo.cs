// Remembers candidates that did not show the violation, so that they are not searched again. A candidate is known by the hash
// of its normal form, by how far it is searched, and by its schedule, except where the search is exhaustive whatever schedule
// it starts from. Bounded: when it is full it takes in nothing more, and only time is lost.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Candidates that are known not to show the violation.</summary>
internal sealed class ShrinkMemo
{
    private const int Capacity = 1 << 15;

    private readonly HashSet<ulong> lost = [];

    /// <summary>Identity of a candidate.</summary>
    /// <param name="candidate">The candidate, with its schedule in its own party numbers.</param>
    /// <param name="scratch">Overwritten.</param>
    /// <returns>Equal for candidates that a search treats alike.</returns>
    internal static ulong KeyOf(ShrinkCandidate candidate, TextBuffer scratch)
    {
        ulong key = Prng.Derive(ScenarioHash.Of(candidate.Scenario, scratch), (ulong)candidate.MaximumDeviations);
        if (candidate.IsSearched && candidate.MaximumDeviations <= 1)
        {
            return key;
        }

        key = Prng.Derive(key, candidate.IsSearched ? 1UL : 0);
        foreach (Deviation deviation in candidate.Schedule.Deviations)
        {
            key = Prng.Derive(key, ((ulong)deviation.Party << 40) | ((ulong)deviation.Next << 32) | deviation.Point);
        }

        return key;
    }

    /// <summary>Whether a candidate is known not to show the violation.</summary>
    /// <param name="key">Its identity.</param>
    internal bool Contains(ulong key) => lost.Contains(key);

    /// <summary>Remembers a candidate.</summary>
    /// <param name="key">Its identity.</param>
    internal void Add(ulong key)
    {
        if (lost.Count < Capacity)
        {
            lost.Add(key);
        }
    }

    /// <summary>Forgets everything.</summary>
    internal void Clear() => lost.Clear();
}
