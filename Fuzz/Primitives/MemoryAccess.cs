// One access of one thread, before it happens. The word is an index into the client's memory, so that accesses can be
// compared, printed and performed by any memory model.

namespace Managarm.Perf.Fuzz;

/// <summary>An access that a thread is about to make.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Word">Index of the word.</param>
/// <param name="Operand">Value to store, add, set or keep.</param>
/// <param name="Comparand">Value that a compare-exchange expects.</param>
/// <param name="Lost">What a planted defect has taken away from it.</param>
public readonly record struct MemoryAccess(AccessKind Kind, int Word, long Operand, long Comparand, AccessWeakness Lost)
{
    /// <summary>Whether it is a plain load or store.</summary>
    public bool IsPlain => Kind is AccessKind.Read or AccessKind.Write;

    /// <summary>Whether it may change the word.</summary>
    public bool MayWrite => !IsLoad;

    /// <summary>Whether it loads, and does nothing else.</summary>
    public bool IsLoad => Kind is AccessKind.Read or AccessKind.ReadAcquire;

    /// <summary>Whether it stores whatever was there before.</summary>
    public bool IsStore => Kind is AccessKind.Write or AccessKind.WriteRelease;

    /// <summary>Whether it has a full fence before and after it. The host's sleep and wake only acquire and release: no primitive
    /// may count on more.</summary>
    public bool IsFence => Lost == AccessWeakness.None
        && Kind is AccessKind.CompareExchange or AccessKind.FetchAdd or AccessKind.FetchOr or AccessKind.FetchAnd;

    /// <summary>Whether it takes over what the word's last writer has released.</summary>
    public bool Acquires => Lost != AccessWeakness.Ordering
        && Kind is not (AccessKind.Read or AccessKind.Write or AccessKind.WriteRelease);

    /// <summary>Whether it releases what its thread has done, if it writes.</summary>
    public bool Releases => Lost != AccessWeakness.Ordering
        && Kind is not (AccessKind.Read or AccessKind.Write or AccessKind.ReadAcquire);
}
