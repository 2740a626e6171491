// What a server knows of a cancellable request that it has taken in: who asks, and by which token it will learn of a cancel.
// How the token comes to be cancelled is the protocol's: an entry in a registry that a later message finds, or an event that
// came with the request.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>A request that a server has taken in.</summary>
public struct Admission
{
    /// <summary>Reply with this error instead of serving the request; 0 to serve it.</summary>
    public Errno Refusal;

    /// <summary>Whether the conversation is gone, so that there is nobody to serve.</summary>
    public bool IsAbandoned;

    /// <summary>The calling thread, by index.</summary>
    public uint Credentials;

    /// <summary>Names the request to the ledger, which pairs cancels with what they end.</summary>
    public uint CancellationId;

    /// <summary>Cancelled when the request is to end.</summary>
    public CancelToken Token;

    /// <summary>Entry in a registry, or none.</summary>
    public Handle<RegistryEntry> Entry;

    /// <summary>The calling thread as the POSIX server knows it, or none.</summary>
    public Handle<PosixThread> Thread;

    /// <summary>What the protocol holds for it in a table of its own, or nothing.</summary>
    public UntypedHandle Held;

    /// <summary>Descriptor that came with the request, closed after the reply, or 0.</summary>
    public uint Descriptor;

    /// <summary>The coroutine that waits for the event, where there is one.</summary>
    public ModelTask<Unit> Watch;
}
