// The interleaving that shows a fault best: the one with the fewest preemptions. The reduced search stops at whichever it meets
// first; this one explores every interleaving without a preemption, then with one, and so on, until the fault shows.

namespace Managarm.Perf.Fuzz;

/// <summary>Searches for short counterexamples.</summary>
public static class ShortestInterleaving
{
    private const int PreemptionsMax = 8;

    /// <summary>Finds an interleaving with as few preemptions as possible in which a planted fault is caught.</summary>
    /// <param name="client">The client that meets it.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="stop">Ends the search early.</param>
    /// <param name="preemptions">How many preemptions it needs.</param>
    /// <returns>The last exploration; clean when nothing was found.</returns>
    public static ExplorationResult Find(
        IPrimitiveClient client, PlantedFault fault, CancellationToken stop, out int preemptions)
    {
        preemptions = 0;
        while (true)
        {
            ExplorationResult result = Exploration.Explore(client, new ExplorationOptions
            {
                Fault = fault,
                Reduces = false,
                PreemptionsMax = preemptions,
                Stop = stop,
            });
            if (result.Verdict != ClientVerdict.Clean || preemptions == PreemptionsMax || stop.IsCancellationRequested)
            {
                return result;
            }

            preemptions++;
        }
    }
}
