// One message to another thread and back through two queues: what a call to another core costs when both sides are awake. Both
// sides spin in the same way as the floor, the round trip of a bare cache line.

using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>Latency of a queue between two cores, there and back.</summary>
/// <typeparam name="TConduit">The queue.</typeparam>
public sealed class RoundTrip<TConduit> : IWorkload, IPartnerBody
    where TConduit : struct, IConduit<TConduit>
{
    private readonly Partner partner;
    private TConduit requests;
    private TConduit replies;

    public RoundTrip()
    {
        partner = new Partner(this);
    }

    /// <inheritdoc/>
    public string Name => $"ring-round-trip-{TConduit.Name}";

    /// <inheritdoc/>
    public string Summary => $"{TConduit.Summary}: a message to another core and back";

    /// <inheritdoc/>
    public string Unit => "round trip";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public void Prepare()
    {
        requests = TConduit.Open();
        replies = TConduit.Open();
        partner.Begin();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        partner.Start(operations);
        long sum = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            Send(ref requests, operation);
            sum += Receive(ref replies);
        }

        return sum + partner.Join();
    }

    /// <inheritdoc/>
    public long RunPartner(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            Send(ref replies, Receive(ref requests));
        }

        return operations;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        partner.Dispose();
        requests.Dispose();
        replies.Dispose();
    }

    private static void Send(ref TConduit queue, long value)
    {
        var spin = default(BoundedSpin);
        while (!queue.TrySend(value))
        {
            spin.Once();
        }
    }

    private static long Receive(ref TConduit queue)
    {
        long value;
        var spin = default(BoundedSpin);
        while (!queue.TryReceive(out value))
        {
            spin.Once();
        }

        return value;
    }
}
