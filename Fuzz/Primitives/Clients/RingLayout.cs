// Where the shared words of the rings are, for the names in printed interleavings. The headers are internal to the rings; a
// wrong number here would only print a wrong name.

using Managarm.Perf.Core.Rings;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Names of the words of rings.</summary>
internal static class RingLayout
{
    private const int HeaderBytes = 256;

    /// <summary>Name of a word of a ring.</summary>
    /// <param name="offset">Offset in bytes.</param>
    internal static string NameOf(int offset)
    {
        int slot = (offset - HeaderBytes) / RingSlot.SizeBytes;
        return offset switch
        {
            0 => "Claimed",
            8 => "CachedReleased",
            16 => "Published",
            128 => "Released",
            136 => "Position",
            144 => "Peeked",
            _ when offset % RingSlot.SizeBytes == 0 => $"sequence of slot {slot}",
            _ => $"message in slot {slot}",
        };
    }
}
