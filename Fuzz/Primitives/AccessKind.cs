// What a thread can do to a word. Plain accesses are no scheduling points: a program without data races behaves the same
// wherever they are interleaved, and a data race is itself a verdict.

namespace Managarm.Perf.Fuzz;

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
