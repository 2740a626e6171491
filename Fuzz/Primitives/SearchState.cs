// What a search keeps of a node, so that it can put everything back before it lets another thread make its step there. Memory,
// clocks of races and the client's own bytes are kept by the memory model and the race detector, at the same depth.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>State of a search at one node.</summary>
/// <param name="threadCount">Threads of the client.</param>
internal sealed class SearchState(int threadCount)
{
    /// <summary>The threads as they stood.</summary>
    public ExploredThread[] Threads { get; } = new ExploredThread[threadCount];

    /// <summary>Their clocks.</summary>
    public VectorClock[] Clocks { get; } = new VectorClock[threadCount];

    /// <summary>What need not be explored from here.</summary>
    public SleepSet Asleep { get; } = new();

    /// <summary>Length of the history.</summary>
    public int HistoryLength { get; set; }

    /// <summary>Length of the trace.</summary>
    public int TraceLength { get; set; }
}
