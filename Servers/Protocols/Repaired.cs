// A protocol with repairs that were asked for by name. Everything is the protocol's own but the places that ask for a repair, so
// the difference of two runs is what the repairs change. What no repair reaches is declared: a server that never looks at its
// token, calls that are not wired, and under `none`, which cancels nothing, every wait.


using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>A protocol and named repairs.</summary>
/// <param name="protocol">The protocol.</param>
/// <param name="repairs">The repairs, of those that it has windows for.</param>
/// <param name="undeclared">Limits that are not declared after all, so that the oracle judges what they leave out.</param>
public sealed class Repaired(IProtocol protocol, Repairs repairs, Limits undeclared = Limits.None) : IProtocol
{
    /// <inheritdoc/>
    public string Name { get; } = protocol.Name + RepairCatalog.NamesOf(repairs);

    /// <inheritdoc/>
    public string Summary => protocol.Summary;

    /// <inheritdoc/>
    public IProtocol Origin => protocol;

    /// <inheritdoc/>
    public bool IsMonolithic => protocol.IsMonolithic;

    /// <inheritdoc/>
    public Limits Limits => (protocol.Limits | protocol.LimitsOfRepair) & ~undeclared;

    /// <inheritdoc/>
    public Repairs Windows => protocol.Windows & ~repairs;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => protocol.IsWired(kind);

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => protocol.CanWire(kind);

    /// <inheritdoc/>
    public ProtocolSides Reserve(ModelSystem system)
    {
        ProtocolSides sides = protocol.Reserve(system);
        return sides with { Named = sides.Named | repairs };
    }
}
