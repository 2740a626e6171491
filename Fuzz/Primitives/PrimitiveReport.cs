// What the explorer says about the primitives: one row per client without defects, one row per planted defect. Both the tables
// and the document are made from it.

using System.Diagnostics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>The rows of an exploration of primitives.</summary>
public sealed class PrimitiveReport
{
    private readonly List<ExploredClient> clients = [];
    private readonly List<ExploredDefect> defects = [];

    /// <summary>Clients that were explored.</summary>
    public IReadOnlyList<ExploredClient> Clients => clients;

    /// <summary>Defects that were planted.</summary>
    public IReadOnlyList<ExploredDefect> Defects => defects;

    /// <summary>Whether every client came out clean and every defect was caught as what it is.</summary>
    public bool IsGood => clients.TrueForAll(static row => row.Result.Verdict == ClientVerdict.Clean)
        && defects.TrueForAll(static row => row.IsCaught);

    /// <summary>Explores a client as it is.</summary>
    /// <param name="client">The client.</param>
    /// <param name="memory">What its threads see of memory.</param>
    /// <param name="reduces">Whether equivalent interleavings are explored once.</param>
    /// <param name="stop">Ends the exploration early.</param>
    /// <returns>The new row.</returns>
    public ExploredClient Add(IPrimitiveClient client, MemoryKind memory, bool reduces, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        ExplorationResult result = InterleavingSearch.Explore(
            client, new ExplorationOptions { Memory = memory, Reduces = reduces, Stop = stop });
        var row = new ExploredClient(client, memory, result, Stopwatch.GetElapsedTime(start));
        clients.Add(row);
        return row;
    }

    /// <summary>Plants a defect and explores the client that must catch it: with data races as verdicts, and twice without, to
    /// tell what its results are under either memory.</summary>
    /// <param name="defect">The defect.</param>
    /// <param name="reduces">Whether equivalent interleavings are explored once.</param>
    /// <param name="stop">Ends the exploration early.</param>
    /// <returns>The new row.</returns>
    public ExploredDefect Add(PlantedDefect defect, bool reduces, CancellationToken stop)
    {
        IPrimitiveClient client = ClientCatalog.Find(defect.Client)
            ?? throw new ToolBugException($"defect {defect.Name} names a client that does not exist");
        var options = new ExplorationOptions { Defect = defect, Reduces = reduces, Stop = stop };
        var row = new ExploredDefect(
            defect,
            client,
            InterleavingSearch.Explore(client, options),
            InterleavingSearch.Explore(client, options with { JudgesRaces = false }),
            InterleavingSearch.Explore(client, options with { JudgesRaces = false, Memory = MemoryKind.Weak }));
        defects.Add(row);
        return row;
    }
}

/// <summary>A client and what its exploration found.</summary>
public sealed record ExploredClient(IPrimitiveClient Client, MemoryKind Memory, ExplorationResult Result, TimeSpan Time);

/// <summary>A planted defect and how it was caught.</summary>
/// <param name="Defect">The defect.</param>
/// <param name="Client">The client that meets it.</param>
/// <param name="Result">Under sequential consistency, data races being verdicts.</param>
/// <param name="Sequential">Under sequential consistency, judged by its results alone.</param>
/// <param name="Weak">Under weak memory, judged by its results alone.</param>
public sealed record ExploredDefect(
    PlantedDefect Defect,
    IPrimitiveClient Client,
    ExplorationResult Result,
    ExplorationResult Sequential,
    ExplorationResult Weak)
{
    /// <summary>Whether it was caught, and each time as what it is.</summary>
    public bool IsCaught => Result.Verdict == Defect.Expected
        && Sequential.Verdict == Defect.Sequential
        && Weak.Verdict == Defect.Weak
        && (Result.Verdict != ClientVerdict.Clean || Weak.Verdict != ClientVerdict.Clean);

    /// <summary>Whether its results are wrong under weak memory only.</summary>
    public bool IsWeakOnly => Sequential.IsComplete && Weak.Verdict != ClientVerdict.Clean;
}
