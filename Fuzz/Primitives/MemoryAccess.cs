// One access of one thread, before it happens. The word is an index into the client's memory, so that accesses can be
// compared, printed and performed by any memory model.

namespace Managarm.Perf.Fuzz;

/// <summary>An access that a thread is about to make.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Word">Index of the word.</param>
/// <param name="Operand">Value to store, add, set or keep.</param>
/// <param name="Comparand">Value that a compare-exchange expects.</param>
/// <param name="IsRelaxed">Whether a planted fault has taken its ordering away; it stays atomic.</param>
public readonly record struct MemoryAccess(AccessKind Kind, int Word, long Operand, long Comparand, bool IsRelaxed)
{
    /// <summary>Whether it is a plain load or store.</summary>
    public bool IsPlain => Kind is AccessKind.Read or AccessKind.Write;

    /// <summary>Whether it may change the word.</summary>
    public bool MayWrite => Kind is not (AccessKind.Read or AccessKind.ReadAcquire);

    /// <summary>Whether it takes over what the word's last writer has released.</summary>
    public bool Acquires => !IsRelaxed && Kind is not (AccessKind.Read or AccessKind.Write or AccessKind.WriteRelease);

    /// <summary>Whether it releases what its thread has done, if it writes.</summary>
    public bool Releases => !IsRelaxed && Kind is not (AccessKind.Read or AccessKind.Write or AccessKind.ReadAcquire);
}
