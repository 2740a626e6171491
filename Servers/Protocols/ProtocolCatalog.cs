// The protocols by name. A new protocol is one file and one line here.

namespace Managarm.Perf.Servers;

/// <summary>All protocols.</summary>
public static class ProtocolCatalog
{
    private static readonly IProtocol[] Protocols =
    [
        new Monolithic(), new Uncancelled(), new Oneshot(), new CancelId(), new QueueAlert(), new LaneCancel(), new Tristate(),
        new Ordered(),
    ];

    /// <summary>All protocols, in the order of Managarm's history.</summary>
    public static ReadOnlySpan<IProtocol> All => Protocols;

    /// <summary>Finds a protocol by its name.</summary>
    /// <param name="name">Name on the command line.</param>
    /// <returns>The protocol, or null.</returns>
    public static IProtocol? Find(string name)
    {
        foreach (IProtocol protocol in Protocols)
        {
            if (protocol.Name == name)
            {
                return protocol;
            }
        }

        return null;
    }
}
