// One access of one thread, before it happens. The word is an index into the client's memory, so that accesses can be
// compared, printed and performed by any memory model.

namespace Managarm.Perf.Fuzz.Primitives;

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

// What a thread can do to a word. Plain accesses are no scheduling points: a program without data races behaves the same
// wherever they are interleaved, and a data race is itself a verdict.
/// <summary>Kind of a memory access, or of the host's sleep and wake.</summary>
public enum AccessKind : byte
{
    /// <summary>Plain load.</summary>
    Read,

    /// <summary>Plain store.</summary>
    Write,

    /// <summary>Load with acquire.</summary>
    ReadAcquire,

    /// <summary>Store with release.</summary>
    WriteRelease,

    /// <summary>Compare-exchange, full ordering.</summary>
    CompareExchange,

    /// <summary>Fetch-and-add, full ordering.</summary>
    FetchAdd,

    /// <summary>Fetch-and-or, full ordering.</summary>
    FetchOr,

    /// <summary>Fetch-and-and, full ordering.</summary>
    FetchAnd,

    /// <summary>The host wakes a thread: a binary semaphore is set.</summary>
    Wake,

    /// <summary>The host puts a thread to sleep until its semaphore is set, and takes it.</summary>
    Sleep,
}

// What came of an access: the value, and where it came from. The source is what a story of weak memory is about, so it is kept
// with the value rather than guessed from it afterwards.
/// <summary>Outcome of an access.</summary>
/// <param name="Value">Value that was loaded, or that was there before.</param>
/// <param name="HasWritten">Whether the word was written.</param>
/// <param name="Source">Number of the store that the value came from, counted from 1 over all words in the order in which
/// stores were made; 0 for what was there before all threads, and under sequential
/// consistency, where it is always the newest.</param>
/// <param name="NewerStores">Stores to the word that come after that one; 0 when the thread saw the newest.</param>
/// <param name="Repeats">How many times in a row the thread had loaded this same store before; 0 where that does not
/// matter.</param>
public readonly record struct PerformedAccess(long Value, bool HasWritten, int Source, int NewerStores, int Repeats);
