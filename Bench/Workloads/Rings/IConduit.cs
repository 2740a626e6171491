// What all queues under test have in common: a message goes in at one end and comes out at the other. Implementations are structs
// and workloads are generic over them, so the compiler specialises each workload for its queue and no peer pays for a virtual
// call that another is spared.

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A queue from one thread to one thread, seen by a workload. Tries only: waiting is the workload's, alike for
/// all.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IConduit<TSelf> : IDisposable
    where TSelf : struct, IConduit<TSelf>
{
    /// <summary>Name in the names of workloads.</summary>
    static abstract string Name { get; }

    /// <summary>What it is, for lists.</summary>
    static abstract string Summary { get; }

    /// <summary>Makes the queue.</summary>
    /// <returns>An empty queue.</returns>
    static abstract TSelf Open();

    /// <summary>Puts a <see cref="ConduitMessage"/> in.</summary>
    /// <param name="value">Number to fill it with.</param>
    /// <returns>False when the queue is full.</returns>
    bool TrySend(long value);

    /// <summary>Takes a message out.</summary>
    /// <param name="sum">Sum of its words.</param>
    /// <returns>False when the queue is empty.</returns>
    bool TryReceive(out long sum);
}

/// <summary>What all conduits agree on.</summary>
internal static class ConduitSize
{
    /// <summary>Slots of a queue that is bounded.</summary>
    internal const int Capacity = 1024;
}
