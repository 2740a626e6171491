// Messages from one thread to another as fast as they go: the runner's thread sends, the partner receives. An operation is one
// message; the run ends when the last one has arrived.

using Managarm.Perf.Bench.Workloads.Threads;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>Throughput of a queue between two cores.</summary>
/// <typeparam name="TConduit">The queue.</typeparam>
public sealed class OneWay<TConduit> : IWorkload, IPartnerBody
    where TConduit : struct, IConduit<TConduit>
{
    private readonly Partner partner;
    private TConduit queue;

    public OneWay()
    {
        partner = new Partner(this);
    }

    /// <inheritdoc/>
    public string Name => $"ring-one-way-{TConduit.Name}";

    /// <inheritdoc/>
    public string Summary => $"{TConduit.Summary}: messages from one core to another";

    /// <inheritdoc/>
    public string Unit => "message";

    /// <inheritdoc/>
    public int Threads => 2;

    /// <inheritdoc/>
    public void Prepare()
    {
        queue = TConduit.Open();
        partner.Begin();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        partner.Start(operations);
        for (int operation = 0; operation < operations; operation++)
        {
            var spin = default(BoundedSpin);
            while (!queue.TrySend(operation))
            {
                spin.Once();
            }
        }

        return partner.Join();
    }

    /// <inheritdoc/>
    public long RunPartner(int operations)
    {
        long sum = 0;
        for (int operation = 0; operation < operations; operation++)
        {
            long received;
            var spin = default(BoundedSpin);
            while (!queue.TryReceive(out received))
            {
                spin.Once();
            }

            sum += received;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        partner.Dispose();
        queue.Dispose();
    }
}
