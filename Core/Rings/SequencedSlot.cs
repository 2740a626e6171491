// A slot of a ring with several producers: its sequence says whose turn it is, so producers that claimed neighbouring slots
// may publish in any order. Sequence and message share one cache line, since whoever needs one needs the other next.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Rings;

/// <summary>A slot of an <see cref="MpscRing{TSync}"/>: 64 bytes, of which 56 are the message.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SequencedSlot
{
    /// <summary>Bytes of a slot.</summary>
    public const int SizeBytes = 64;

    /// <summary>Bytes of the message in a slot.</summary>
    public const int MessageBytes = SizeBytes - sizeof(long);

    /// <summary>Turn of the slot: position p when it is free for p, p + 1 when p is published.</summary>
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
