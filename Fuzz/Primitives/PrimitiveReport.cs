// What the explorer says about the primitives: one row per client without faults, one row per planted fault. Both the tables
// and the document are made from it.

using System.Diagnostics;

namespace Managarm.Perf.Fuzz;

/// <summary>The rows of an exploration of primitives.</summary>
public sealed class PrimitiveReport
{
    private readonly List<ExploredClient> clients = [];
    private readonly List<ExploredFault> faults = [];

    /// <summary>Clients that were explored.</summary>
    public IReadOnlyList<ExploredClient> Clients => clients;

    /// <summary>Faults that were planted.</summary>
    public IReadOnlyList<ExploredFault> Faults => faults;

    /// <summary>Whether every client came out clean and every fault was caught as what it is.</summary>
    public bool IsGood => clients.TrueForAll(static row => row.Result.Verdict == ClientVerdict.Clean)
        && faults.TrueForAll(static row => row.IsCaught);

    /// <summary>Explores a client as it is.</summary>
    /// <param name="client">The client.</param>
    /// <param name="memory">What its threads see of memory.</param>
    /// <param name="reduces">Whether equivalent interleavings are explored once.</param>
    /// <param name="stop">Ends the exploration early.</param>
    /// <returns>The new row.</returns>
    public ExploredClient Add(IPrimitiveClient client, MemoryKind memory, bool reduces, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        ExplorationResult result = Exploration.Explore(
            client, new ExplorationOptions { Memory = memory, Reduces = reduces, Stop = stop });
        var row = new ExploredClient(client, memory, result, Stopwatch.GetElapsedTime(start));
        clients.Add(row);
        return row;
    }

    /// <summary>Plants a fault and explores the client that must catch it: with data races as verdicts, and twice without, to
    /// tell what its results are under either memory.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="reduces">Whether equivalent interleavings are explored once.</param>
    /// <param name="stop">Ends the exploration early.</param>
    /// <returns>The new row.</returns>
    public ExploredFault Add(PlantedFault fault, bool reduces, CancellationToken stop)
    {
        IPrimitiveClient client = ClientCatalog.Find(fault.Client)
            ?? throw new Core.ToolBugException($"fault {fault.Name} names a client that does not exist");
        var options = new ExplorationOptions { Fault = fault, Reduces = reduces, Stop = stop };
        var row = new ExploredFault(
            fault,
            client,
            Exploration.Explore(client, options),
            Exploration.Explore(client, options with { JudgesRaces = false }),
            Exploration.Explore(client, options with { JudgesRaces = false, Memory = MemoryKind.Weak }));
        faults.Add(row);
        return row;
    }
}

/// <summary>A client and what its exploration found.</summary>
public sealed record ExploredClient(IPrimitiveClient Client, MemoryKind Memory, ExplorationResult Result, TimeSpan Time);

/// <summary>A planted fault and how it was caught.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Client">The client that meets it.</param>
/// <param name="Result">Under sequential consistency, data races being verdicts.</param>
/// <param name="Sequential">Under sequential consistency, judged by its results alone.</param>
/// <param name="Weak">Under weak memory, judged by its results alone.</param>
public sealed record ExploredFault(
    PlantedFault Fault,
    IPrimitiveClient Client,
    ExplorationResult Result,
    ExplorationResult Sequential,
    ExplorationResult Weak)
{
    /// <summary>Whether it was caught, and each time as what it is.</summary>
    public bool IsCaught => Result.Verdict == Fault.Expected
        && Sequential.Verdict == Fault.Sequential
        && Weak.Verdict == Fault.Weak
        && (Result.Verdict != ClientVerdict.Clean || Weak.Verdict != ClientVerdict.Clean);

    /// <summary>Whether its results are wrong under weak memory only.</summary>
    public bool IsWeakOnly => Sequential.IsComplete && Weak.Verdict != ClientVerdict.Clean;
}
