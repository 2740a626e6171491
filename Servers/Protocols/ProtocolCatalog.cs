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

    private const Repairs OldFiles = Repairs.LaneOrderKept | Repairs.DuplicateLeavesOriginal;

    private const Repairs OldLibrary = Repairs.LaneErrorsReported | Repairs.LaneHeldWhileUsed | Repairs.KilledRequestCancelled
        | Repairs.SuspendMaskInFrame | Repairs.SleepEndsBySignal | Repairs.FatalAfterGrace;

    private static readonly IProtocol[] MixedWorlds =
    [
        new Mixed("ordered-old-files", library: Proposal, posix: Proposal, files: Today, OldFiles),
        new Mixed("tristate-new-servers", library: Today, posix: Proposal, files: Proposal, OldLibrary),
        new Mixed("tristate-new-posix", library: Today, posix: Proposal, files: Today, OldLibrary | OldFiles),
        new Mixed(
            "tristate-new-files", library: Today, posix: Today, files: Proposal, Today.Windows & ~Repairs.LaneOrderKept),
        new SerialCancel(Proposal),
    ];

    /// <summary>All protocols, in the order of Managarm's history.</summary>
    public static ReadOnlySpan<IProtocol> All => Protocols;

    /// <summary>Worlds in which old meets new, or what goes wrong; known by name only.</summary>
    public static ReadOnlySpan<IProtocol> Variants => MixedWorlds;

    /// <summary>Finds a protocol by its name.</summary>
    /// <param name="name">Name on the command line.</param>
    /// <returns>The protocol, or null.</returns>
    public static IProtocol? Find(string name) => TryFind(name, out IProtocol? found, out _) ? found : null;

    /// <summary>Finds a protocol by its name and the names of repairs, such as <c>tristate+O1+O2</c> or
    /// <c>tristate+all</c>.</summary>
    /// <param name="name">Name on the command line.</param>
    /// <param name="found">The protocol.</param>
    /// <param name="mistake">What is wrong with the repairs; empty when there is no such protocol at all.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(string name, out IProtocol? found, out string mistake)
    {
        mistake = "";
        int end = name.IndexOf(RepairCatalog.Separator, StringComparison.Ordinal);
        found = FindIn(Protocols, end < 0 ? name : name[..end]) ?? FindIn(MixedWorlds, end < 0 ? name : name[..end]);
        if (found is null || end < 0)
        {
            return found is not null;
        }

        IProtocol protocol = found;
        found = null;
        Repairs repairs = Repairs.None;
        foreach (Range range in name.AsSpan(end + 1).Split(RepairCatalog.Separator))
        {
            ReadOnlySpan<char> asked = name.AsSpan(end + 1)[range];
            if (asked.Equals(RepairCatalog.All, StringComparison.Ordinal))
            {
                repairs |= protocol.Windows;
                continue;
            }

            if (!RepairCatalog.TryFind(asked, out NamedRepair repair) || (protocol.Windows & repair.Repairs) != repair.Repairs)
            {
                string names = RepairCatalog.NamesOf(protocol.Windows);
                mistake = names.Length == 0
                    ? $"'{protocol.Name}' has no repairs, and '{asked}' is none"
                    : $"'{protocol.Name}' has no repair '{asked}'; there are {names[1..].Replace("+", ", ")}, and all";
                return false;
            }

            repairs |= repair.Repairs;
        }

        found = repairs == Repairs.None ? protocol : new Repaired(protocol, repairs);
        return true;
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
