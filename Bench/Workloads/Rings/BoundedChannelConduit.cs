// The framework's bounded channel as a conduit, told that it has one reader and one writer, and only tried: its asynchronous
// ways would add the cost of a wake-up that no other conduit pays.

using System.Threading.Channels;

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A bounded <see cref="Channel{T}"/>.</summary>
public readonly struct BoundedChannelConduit : IConduit<BoundedChannelConduit>, IDisposable
{
    private readonly Channel<ConduitMessage> channel;

    private BoundedChannelConduit(Channel<ConduitMessage> channel)
    {
        this.channel = channel;
    }

    /// <inheritdoc/>
    public static string Name => "bounded-channel";

    /// <inheritdoc/>
    public static string Summary => "bounded Channel, single reader and writer";

    /// <inheritdoc/>
    public static BoundedChannelConduit Open() => new(Channel.CreateBounded<ConduitMessage>(
        new BoundedChannelOptions(ConduitSize.Capacity) { SingleReader = true, SingleWriter = true }));

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
