// Reads bytes where the end of the data reads as zeros: a truncated input is a valid one, as the decoder promises.

namespace Managarm.Perf.Corpus.Bytes;

/// <summary>A reading position in bytes that never fails.</summary>
internal ref struct ByteReader
{
    private readonly ReadOnlySpan<byte> bytes;
    private int position;

    internal ByteReader(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
    }

    internal readonly bool IsAtEnd => position >= bytes.Length;

    internal byte Next() => IsAtEnd ? (byte)0 : bytes[position++];

    /// <summary>A byte reduced to a number below <paramref name="bound"/>; 0 when the bound is 0.</summary>
    internal int NextBelow(int bound)
    {
        var value = Next();
        return bound == 0 ? 0 : value % bound;
    }

    /// <summary>Two bytes, low first.</summary>
    internal int NextUInt16()
    {
        var low = Next();
        return low | (Next() << 8);
    }

    /// <summary>Four bytes, low first.</summary>
    internal uint NextUInt32()
    {
        var low = (uint)NextUInt16();
        return low | ((uint)NextUInt16() << 16);
    }

    /// <summary>Seven bits per byte, low first, the high bit says that more follow; five bytes at most.</summary>
    internal uint NextVariable()
    {
        var value = 0U;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = Next();
            value |= (uint)(part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                break;
            }
        }

        return value;
    }
}
