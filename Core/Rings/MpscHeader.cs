// The shared words of a ring with several producers: their common position, and 128 bytes further what only the consumer
// touches. The consumer's progress reaches the producers through the sequences of the slots, so they never read its line.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Core;

/// <summary>Header of a <see cref="MpscRing{TSync}"/>: 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct MpscHeader
{
    /// <summary>Bytes of the header; the slots follow.</summary>
    public const int SizeBytes = 256;

    /// <summary>Producers compare-exchange: positions claimed so far.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer)]
    public long Claimed;

    /// <summary>Consumer only: positions given back so far.</summary>
    [FieldOffset(128)]
    [WrittenBy(RingSides.Consumer)]
    public long Released;

    /// <summary>Consumer only: whether a slot was handed out and not given back, 0 or 1.</summary>
    [FieldOffset(136)]
    [WrittenBy(RingSides.Consumer)]
    public long IsPeeked;
}
