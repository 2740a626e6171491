// The interleaving that shows a defect best: the one with the fewest preemptions, and under weak memory with the fewest loads of
// older stores and late stores, counted together. The reduced search stops at whichever it meets first; this one explores every
// interleaving without any of these deviations, then with one, and so on, until the defect shows.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Searches for short counterexamples.</summary>
public static class ShortestInterleaving
{
    private const int DeviationsMax = 8;

    /// <summary>Finds an interleaving with as few deviations as possible in which a planted defect is caught.</summary>
    /// <param name="client">The client that meets it.</param>
    /// <param name="options">The defect, the memory, and what is judged.</param>
    /// <param name="deviations">How many deviations it needs.</param>
    /// <returns>The last exploration; clean when nothing was found.</returns>
    public static ExplorationResult Find(IPrimitiveClient client, ExplorationOptions options, out int deviations)
    {
        deviations = 0;
        while (true)
        {
            ExplorationResult result = InterleavingSearch.Explore(
                client, options with { Reduces = false, DeviationsMax = deviations });
            if (result.Verdict != ClientVerdict.Clean
                || deviations == DeviationsMax
                || options.Stop.IsCancellationRequested)
            {
                return result;
            }

            deviations++;
        }
    }
}
