// What the explorer knows of a thread between two of its steps. A thread is not suspended: it is repeated from its start with
// the results that it had, up to the access that it wants to make next, and there it is stopped by an exception. So the
// source that ships needs no second copy, and no thread of the host is involved.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>State of one explored thread; copied when the search comes back to it.</summary>
internal struct ExploredThread
{
    /// <summary>Number of results that are known.</summary>
    internal int Recorded;

    /// <summary>How many of them have been repeated in the current pass.</summary>
    internal int Cursor;

    /// <summary>Whether the body has returned.</summary>
    internal bool IsFinished;

    /// <summary>The access that it stands before.</summary>
    internal MemoryAccess Pending;

    /// <summary>The operation that it is in.</summary>
    internal PrimitiveOperation Operation;

    /// <summary>Argument of that operation.</summary>
    internal long Argument;

    /// <summary>Number of that operation in the history.</summary>
    internal int OperationNumber;

    /// <summary>Whether that operation has made no access yet.</summary>
    internal bool AwaitsInvocation;
}

// What a step did, as far as it matters for whether another step could change places with it; which steps may is for the memory
// model to say.
/// <summary>A step that was executed.</summary>
/// <param name="Word">Word that it accessed.</param>
/// <param name="MayWrite">Whether its access is one that may write.</param>
/// <param name="IsFence">Whether its access has a full fence.</param>
/// <param name="Invokes">Whether an operation began with it.</param>
/// <param name="Responds">Whether an operation ended with it.</param>
internal readonly record struct ExploredStep(int Word, bool MayWrite, bool IsFence, bool Invokes, bool Responds);
