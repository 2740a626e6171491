// Where the shared words of the rings are, for the names in printed interleavings. The headers are internal to the rings; a
// wrong number here would only print a wrong name.

using Managarm.Perf.Core.Rings;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Names of the words of rings.</summary>
internal static class RingLayout
{
    private const int HeaderBytes = 256;

    /// <summary>Name of a word of a single-producer ring.</summary>
    /// <param name="offset">Offset in bytes.</param>
    internal static string NameInSpsc(int offset) => offset switch
    {
        0 => "Published",
        8 => "CachedReleased",
        16 => "Claimed",
        128 => "Released",
        136 => "CachedPublished",
        144 => "Peeked",
        _ => $"message in slot {(offset - HeaderBytes) / RingSlot.SizeBytes}",
    };

    /// <summary>Name of a word of a multiple-producer ring.</summary>
    /// <param name="offset">Offset in bytes.</param>
    internal static string NameInMpsc(int offset)
    {
        int slot = (offset - HeaderBytes) / SequencedSlot.SizeBytes;
        return offset switch
        {
            0 => "Claimed",
            128 => "Released",
            136 => "IsPeeked",
            _ when offset % SequencedSlot.SizeBytes == 0 => $"sequence of slot {slot}",
            _ => $"message in slot {slot}",
        };
    }
}
