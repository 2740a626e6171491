// The memory of a ring: its own, or lent by the caller, who then keeps it as long as the ring is used (a shared mapping, a
// piece of an arena). Aligned to two cache lines, since adjacent lines are fetched together; zeroed, which every ring here
// starts from.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Rings;

/// <summary>Aligned, zeroed memory with a known owner.</summary>
internal readonly unsafe struct RingMemory
{
    private const int AlignmentBytes = 128;

    private readonly bool isOwned;

    private RingMemory(byte* start, nuint bytes, bool isOwned)
    {
        Verify.That(((nuint)start & (AlignmentBytes - 1)) == 0, "ring memory is not aligned");
        Start = start;
        this.isOwned = isOwned;
        NativeMemory.Clear(start, bytes);
    }

    /// <summary>First byte.</summary>
    internal byte* Start { get; }

    /// <summary>Takes memory that <see cref="Free"/> gives back.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>The memory.</returns>
    internal static RingMemory Allocate(nuint bytes) =>
        new((byte*)NativeMemory.AlignedAlloc(bytes, AlignmentBytes), bytes, isOwned: true);

    /// <summary>Uses memory of somebody else.</summary>
    /// <param name="start">First byte, aligned to 128.</param>
    /// <param name="bytes">How much.</param>
    /// <returns>The memory.</returns>
    internal static RingMemory Borrow(byte* start, nuint bytes) => new(start, bytes, isOwned: false);

    /// <summary>Gives the memory back if it is owned.</summary>
    internal void Free()
    {
        if (isOwned)
        {
            NativeMemory.AlignedFree(Start);
        }
    }
}
