// What every queue under test carries: 56 bytes, which with the sequence of our slot are one cache line. Ours writes and reads
// them in place, the peers copy them in and out; all sides write every word and read every word, as a user of a message would.

namespace Managarm.Perf.Bench.Workloads.Rings;

/// <summary>A message of seven words.</summary>
internal struct ConduitMessage
{
    private long word0;
    private long word1;
    private long word2;
    private long word3;
    private long word4;
    private long word5;
    private long word6;

    /// <summary>Writes all words.</summary>
    /// <param name="value">Number that the message carries.</param>
    internal void Fill(long value)
    {
        word0 = value;
        word1 = value + 1;
        word2 = value + 2;
        word3 = value + 3;
        word4 = value + 4;
        word5 = value + 5;
        word6 = value + 6;
    }

    /// <summary>Reads all words.</summary>
    /// <returns>Their sum.</returns>
    internal readonly long Sum() => word0 + word1 + word2 + word3 + word4 + word5 + word6;
}
