// The two words that an inbox adds to its ring, on a line of their own: a producer touches them once per message, and only
// the fetch-and-or of the notify word when the owner is awake.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Core;

/// <summary>Header of an <see cref="Inbox{TSync}"/>: 128 bytes, before those of its ring.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct InboxHeader
{
    /// <summary>Bytes of the header; the ring follows.</summary>
    public const int SizeBytes = 128;

    /// <summary>Everybody: bits for the owner to look at.</summary>
    [FieldOffset(0)]
    [WrittenBy(RingSides.Producer | RingSides.Consumer)]
    public long Notify;

    /// <summary>Everybody: whether the owner sleeps.</summary>
    [FieldOffset(8)]
    [WrittenBy(RingSides.Producer | RingSides.Consumer)]
    public long Park;
}
