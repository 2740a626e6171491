// The framework's unbounded channel as a conduit. With one reader it is built on a single-producer single-consumer queue with a
// lock on the writer's side; only tried, like its bounded sister.

using System.Threading.Channels;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>An unbounded <see cref="Channel{T}"/>.</summary>
public readonly struct UnboundedChannelConduit : IConduit<UnboundedChannelConduit>, IDisposable
{
    private readonly Channel<ConduitMessage> channel;

    private UnboundedChannelConduit(Channel<ConduitMessage> channel)
    {
        this.channel = channel;
    }

    /// <inheritdoc/>
    public static string Name => "unbounded-channel";

    /// <inheritdoc/>
    public static string Summary => "unbounded Channel, single reader and writer";

    /// <inheritdoc/>
    public static UnboundedChannelConduit Open() => new(Channel.CreateUnbounded<ConduitMessage>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }));

    /// <inheritdoc/>
    public bool TrySend(long value)
    {
        ConduitMessage message = default;
        message.Fill(value);
        return channel.Writer.TryWrite(message);
    }

    /// <inheritdoc/>
    public bool TryReceive(out long sum)
    {
        bool hasMessage = channel.Reader.TryRead(out ConduitMessage message);
        sum = message.Sum();
        return hasMessage;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The collector owns it.
    }
}
