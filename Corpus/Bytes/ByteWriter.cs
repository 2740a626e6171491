// Writes what ByteReader reads, into memory of the caller, who provides ScenarioCodec.MaximumLength bytes.

namespace Managarm.Perf.Corpus.Bytes;

/// <summary>A writing position in bytes.</summary>
internal ref struct ByteWriter
{
    private readonly Span<byte> bytes;

    internal ByteWriter(Span<byte> bytes)
    {
        this.bytes = bytes;
    }

    internal int Length { get; private set; }

    internal void Write(int value) => bytes[Length++] = (byte)value;

    internal void WriteUInt16(int value)
    {
        Write(value & 0xFF);
        Write((value >> 8) & 0xFF);
    }

    internal void WriteUInt32(uint value)
    {
        WriteUInt16((int)(value & 0xFFFF));
        WriteUInt16((int)(value >> 16));
    }

    internal void WriteVariable(uint value)
    {
        while (value >= 0x80)
        {
            Write((int)(value & 0x7F) | 0x80);
            value >>= 7;
        }

        Write((int)value);
    }

    /// <summary>Takes back what was written beyond <paramref name="length"/> bytes.</summary>
    internal void Truncate(int length) => Length = length;

    /// <summary>Writes zeros until <paramref name="length"/> bytes are there.</summary>
    internal void PadTo(int length)
    {
        while (Length < length)
        {
            Write(0);
        }
    }
}
