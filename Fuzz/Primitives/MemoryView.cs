// What a thread or a message has seen of memory: of each word, the position of the newest store that it knows of in the order of
// all stores to that word. A thread may not read an older store than that (coherence).

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>One position per word; 0 is what was there before all threads.</summary>
[InlineArray(WordCapacity)]
internal struct MemoryView
{
    /// <summary>Words of a client's memory at most, the semaphores included.</summary>
    internal const int WordCapacity = 128;

    private byte first;

    /// <summary>Takes over what another view has seen.</summary>
    internal void Join(in MemoryView other)
    {
        Span<Vector128<byte>> mine = MemoryMarshal.Cast<byte, Vector128<byte>>((Span<byte>)this);
        ReadOnlySpan<Vector128<byte>> theirs = MemoryMarshal.Cast<byte, Vector128<byte>>((ReadOnlySpan<byte>)other);
        for (int index = 0; index < mine.Length; index++)
        {
            mine[index] = Vector128.Max(mine[index], theirs[index]);
        }
    }

    /// <summary>Makes or closes a gap in the order of the stores to one word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="position">Positions from here on move.</param>
    /// <param name="distance">1 or -1.</param>
    internal void Shift(int word, int position, int distance)
    {
        if (this[word] >= position)
        {
            this[word] = (byte)(this[word] + distance);
        }
    }
}
