// The shared words of a ring. Each side has a line of its own, 128 bytes apart because x86 fetches lines in adjacent pairs. A
// message crosses with its slot's line alone; of the other side's words a producer reads one, how far slots were given back,
// and only when its copy of it says that the ring is full.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Core.Rings;

/// <summary>Header of a <see cref="SpscRing{TSync}"/> or a <see cref="MpscRing{TSync}"/>: 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct RingHeader
{
    /// <summary>Bytes of the header; the slots follow.</summary>
    public const int SizeBytes = 256;

    /// <summary>Positions claimed so far. Several producers compare-exchange it; a single one keeps it to itself, and it is equal
    /// to <see cref="Published"/> when no slot is claimed.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer)]
    public long Claimed;

    /// <summary>Producers only: what one of them last saw of <see cref="Released"/>.</summary>
    [FieldOffset(8)]
    [WrittenBy(RingSides.Producer)]
    public long CachedReleased;

    /// <summary>A single producer only: positions published so far.</summary>
    [FieldOffset(16)]
    [WrittenBy(RingSides.Producer)]
    public long Published;

    /// <summary>Consumer writes (release), producers read (acquire): positions given back and told so far.</summary>
    [FieldOffset(128)]
    [WrittenBy(RingSides.Consumer)]
    public long Released;

    /// <summary>Consumer only: positions given back so far.</summary>
    [FieldOffset(136)]
    [WrittenBy(RingSides.Consumer)]
    public long Position;

    /// <summary>Consumer only: what <see cref="Position"/> will be once the slot that was peeked at last is given back; equal
    /// to it when none is handed out.</summary>
    [FieldOffset(144)]
    [WrittenBy(RingSides.Consumer)]
    public long Peeked;
}
