// The shared words of a single-producer ring. Each side has a line of its own, 128 bytes apart because x86 fetches lines in
// adjacent pairs, and keeps a private copy of the other side's position: as long as the copy says that there is room (or
// that there is something to read), a side touches no line that the other side writes.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Core.Rings;

/// <summary>Header of a <see cref="SpscRing{TSync}"/>: 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct RingHeader
{
    /// <summary>Bytes of the header; the slots follow.</summary>
    public const int SizeBytes = 256;

    /// <summary>Producer writes (release), consumer reads (acquire): slots published so far.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer)]
    public long Published;

    /// <summary>Producer only: what it last saw of <see cref="Released"/>.</summary>
    [FieldOffset(8)]
    [WrittenBy(RingSides.Producer)]
    public long CachedReleased;

    /// <summary>Producer only: what <see cref="Published"/> will be once the slot that was claimed last is published; equal to
    /// it when no slot is claimed, so that publishing ends the claim without a write of its own.</summary>
    [FieldOffset(16)]
    [WrittenBy(RingSides.Producer)]
    public long Claimed;

    /// <summary>Consumer writes (release), producer reads (acquire): slots given back so far.</summary>
    [FieldOffset(128)]
    [WrittenBy(RingSides.Consumer)]
    public long Released;

    /// <summary>Consumer only: what it last saw of <see cref="Published"/>.</summary>
    [FieldOffset(136)]
    [WrittenBy(RingSides.Consumer)]
    public long CachedPublished;

    /// <summary>Consumer only: what <see cref="Released"/> will be once the slot that was peeked at last is given back; equal
    /// to it when none is handed out.</summary>
    [FieldOffset(144)]
    [WrittenBy(RingSides.Consumer)]
    public long Peeked;
}
