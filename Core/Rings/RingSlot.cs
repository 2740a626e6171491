// A slot of a ring is one cache line of raw bytes. The producer claims it and writes its message there, the consumer reads it
// there: nothing is ever copied through a ring. What a slot holds is agreed upon between the two ends.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Rings;

/// <summary>64 bytes that a producer fills and a consumer reads in place.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RingSlot
{
    /// <summary>Bytes of a slot.</summary>
    public const int SizeBytes = 64;

    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer)]
    private byte first;

    /// <summary>The slot seen as a message.</summary>
    /// <typeparam name="T">Type of the message, at most <see cref="SizeBytes"/> bytes.</typeparam>
    /// <returns>A reference into the slot, valid until it is published or released.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [UnscopedRef]
    public ref T As<T>()
        where T : unmanaged
    {
        Verify.That(Unsafe.SizeOf<T>() <= SizeBytes, "message larger than a ring slot");
        return ref Unsafe.As<byte, T>(ref first);
    }
}
