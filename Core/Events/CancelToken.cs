// Cancellation is a parameter: whoever may be cancelled takes a token and passes it on. A token is a handle, so it can be
// stored in the arena, and the default token is never cancelled. A scope is a source that lives as long as a block and is a
// child of a token.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Events;

/// <summary>The right to be told of a cancellation.</summary>
/// <param name="Source">Source that may be cancelled, or none: never.</param>
public readonly record struct CancelToken(Handle<CancelSource> Source)
{
    /// <summary>A token that is never cancelled.</summary>
    public static CancelToken None => default;
}

/// <summary>A cancel source with the lifetime of a block: dispose it when everything that has its token has finished.</summary>
public readonly struct CancelScope : IDisposable
{
    private readonly OneshotEvents events;
    private readonly Handle<CancelSource> source;

    private CancelScope(OneshotEvents events, Handle<CancelSource> source)
    {
        this.events = events;
        this.source = source;
    }

    /// <summary>Token of this scope.</summary>
    public CancelToken Token => new(source);

    /// <summary>Opens a scope below a token.</summary>
    /// <param name="events">Events of the world.</param>
    /// <param name="parent">Token whose cancellation cancels the scope.</param>
    /// <returns>The scope.</returns>
    public static CancelScope Open(OneshotEvents events, CancelToken parent) => new(events, events.CreateSource(parent));

    /// <summary>Cancels everything inside the scope. Idempotent.</summary>
    public void Cancel() => events.CancelSource(source);

    /// <inheritdoc/>
    public void Dispose() => events.FreeSource(source);
}
