// Where the shared words of the rings are, for the names in printed interleavings. The headers are internal to the rings; a
// wrong number here would only print a wrong name.

namespace Managarm.Perf.Fuzz;

/// <summary>Offsets in bytes.</summary>
internal static class RingLayout
{
    internal const int HeaderBytes = 256;
    internal const int SpscPublished = 0;
    internal const int SpscReleased = 128;
    internal const int MpscClaimed = 0;

    /// <summary>Name of a word of a multiple-producer ring.</summary>
    internal static string NameInMpsc(int offset)
    {
        int slot = (offset - HeaderBytes) / Core.SequencedSlot.SizeBytes;
        return offset switch
        {
            MpscClaimed => "Claimed",
            < HeaderBytes => $"header + {offset}",
            _ when offset % Core.SequencedSlot.SizeBytes == 0 => $"sequence of slot {slot}",
            _ => $"message in slot {slot}",
        };
    }
}
