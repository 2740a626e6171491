// A slot of a ring is one cache line: a sequence that says whose turn it is, and the message. The producer claims it and writes
// its message there, the consumer reads it there: nothing is ever copied through a ring, and whoever waits for the sequence gets
// the message with the same line. What the message holds is agreed upon between the two ends.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Rings;

/// <summary>A line that a producer fills and a consumer reads in place: 64 bytes, of which 56 are the message.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RingSlot
{
    /// <summary>Bytes of a slot.</summary>
    public const int SizeBytes = 64;

    /// <summary>Bytes of the message in a slot.</summary>
    public const int MessageBytes = SizeBytes - sizeof(long);

    /// <summary>Turn of the slot: p + 1 when position p is published in it, p + capacity when p was given back. The producer
    /// writes the one with release, the consumer the other.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer | RingSides.Consumer)]
    internal long Sequence;

    [FieldOffset(sizeof(long))]
    [WrittenBy(RingSides.Producer)]
    private byte first;

    /// <summary>The slot seen as a message.</summary>
    /// <typeparam name="T">Type of the message, at most <see cref="MessageBytes"/> bytes.</typeparam>
    /// <returns>A reference into the slot, valid until it is published or released.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [UnscopedRef]
    public ref T As<T>()
        where T : unmanaged
    {
        Verify.That(Unsafe.SizeOf<T>() <= MessageBytes, "message larger than a ring slot");
        return ref Unsafe.As<byte, T>(ref first);
    }
}
