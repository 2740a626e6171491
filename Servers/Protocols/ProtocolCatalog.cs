// The protocols by name. A new protocol is one file and one line here. Variants can be asked for by name; they are no proposals,
// but worlds in which old meets new, or what goes wrong.

using Managarm.Perf.Servers.Protocols.OrderedProtocol;
using Managarm.Perf.Servers.Protocols.Variants;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>All protocols.</summary>
public static class ProtocolCatalog
{
    private static readonly Ordered Proposal = new();
    private static readonly Tristate Today = new();

    private static readonly IProtocol[] Protocols =
    [
        new Monolithic(), new Uncancelled(), new Oneshot(), new CancelId(), new QueueAlert(), new LaneCancel(), Today,
        Proposal,
    ];

    private static readonly IProtocol[] MixedWorlds =
    [
        new Mixed("ordered-old-files", library: Proposal, posix: Proposal, files: Today),
        new Mixed("tristate-new-servers", library: Today, posix: Proposal, files: Proposal),
        new Mixed("tristate-new-posix", library: Today, posix: Proposal, files: Today),
        new Mixed("tristate-new-files", library: Today, posix: Today, files: Proposal),
        new SerialCancel(Proposal),
    ];

    /// <summary>All protocols, in the order of Managarm's history.</summary>
    public static ReadOnlySpan<IProtocol> All => Protocols;

    /// <summary>Worlds in which old meets new, or what goes wrong; known by name only.</summary>
    public static ReadOnlySpan<IProtocol> Variants => MixedWorlds;

    /// <summary>Finds a protocol by its name.</summary>
    /// <param name="name">Name on the command line.</param>
    /// <returns>The protocol, or null.</returns>
    public static IProtocol? Find(string name)
    {
        return FindIn(Protocols, name) ?? FindIn(MixedWorlds, name);
    }

    private static IProtocol? FindIn(ReadOnlySpan<IProtocol> protocols, string name)
    {
        foreach (IProtocol protocol in protocols)
        {
            if (protocol.Name == name)
            {
                return protocol;
            }
        }

        return null;
    }
}
