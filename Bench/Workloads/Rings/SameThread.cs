// One message through a queue on one thread, in and out again. Nothing crosses a core, so this is the cost of the instructions
// alone, and what a queue is judged by first.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A queue's own cost, without a second core.</summary>
/// <typeparam name="TConduit">The queue.</typeparam>
public sealed class SameThread<TConduit> : IWorkload
    where TConduit : struct, IConduit<TConduit>
{
    private TConduit queue;

    /// <inheritdoc/>
    public string Name => $"ring-same-thread-{TConduit.Name}";

    /// <inheritdoc/>
    public string Summary => $"{TConduit.Summary}: a message in and out on one thread";

    /// <inheritdoc/>
    public string Unit => "message";

    /// <inheritdoc/>
    public void Prepare() => queue = TConduit.Open();

    /// <inheritdoc/>
    public long Run(int operations)
    {
        long sum = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            Verify.That(queue.TrySend(operation), "an empty queue is full");
            Verify.That(queue.TryReceive(out long received), "a queue with a message is empty");
            sum += received;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();
}
