// A cancellation protocol is what this project compares. It says what it promises, and names who does what: the sides of the
// library, of file servers, of the POSIX server and of the kernel, each an interface with exactly the places where the protocols
// of Managarm's history differ. Everything else is the same code for all, so the diff of two protocol files is the difference. A
// member that is not implemented does as `none` does, so a protocol says only what it changes.
// The protocol itself is shared by all systems and has no state. What it has to remember it reserves in the arena of each system,
// where hashing, reset and saving find it, and keeps in the sides that it makes for that system.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>A cancellation protocol; one object for all systems, so it has no state of its own.</summary>
public interface IProtocol
{
    /// <summary>Name on the command line and in schedules.</summary>
    string Name { get; }

    /// <summary>One line for lists.</summary>
    string Summary { get; }

    /// <summary>Whether there is one address space and no server: calls run on the caller's party. Then, and only then, there is
    /// a kernel's side.</summary>
    bool IsMonolithic => false;

    /// <summary>What it says that it does not promise. The oracle asks for these and for what is wired, never for
    /// repairs.</summary>
    Limits Limits => Limits.None;

    /// <summary>What it does not promise either when repairs are asked for by name: what no repair reaches.</summary>
    Limits LimitsOfRepair => Limits.None;

    /// <summary>The windows that it has, each by its repair (<see cref="RepairCatalog"/>).</summary>
    Repairs Windows => Repairs.None;

    /// <summary>The protocol without the repairs that were asked for by name.</summary>
    IProtocol Origin => this;

    /// <summary>Whether this protocol promises to interrupt a class of call.</summary>
    /// <param name="kind">The call.</param>
    /// <returns>False for classes in which a signal waits for the natural end of the call.</returns>
    bool IsWired(CallKind kind);

    /// <summary>Whether this protocol could be applied to a class of call, wired in Managarm or not (--calls all).</summary>
    /// <param name="kind">The call.</param>
    /// <returns>True at least for what is wired.</returns>
    bool CanWire(CallKind kind) => IsWired(kind);

    /// <summary>Reserves what the protocol has to remember in a system's arena, and says who does what there. Called once for
    /// each system, before its memory is laid out; of the system only world and arena are there by then.</summary>
    /// <param name="system">The system; sides may keep it.</param>
    /// <returns>The sides.</returns>
    ProtocolSides Reserve(ModelSystem system);
}
