// A name of at most fifteen ASCII characters in sixteen bytes, so that strands and resources can carry theirs without a
// managed reference and two names compare in two instructions. The bytes are packed little-endian and zero-padded; the
// sixteenth byte is always zero. Which names are legal in a scenario is the parser's business; this type only refuses what it
// cannot hold.

namespace Managarm.Perf.Core.Calls;

/// <summary>Up to fifteen ASCII characters, unmanaged.</summary>
public readonly struct ShortName : IEquatable<ShortName>
{
    /// <summary>The greatest length, in characters.</summary>
    public const int MaximumLength = 15;

    private readonly ulong low;
    private readonly ulong high;

    private ShortName(ulong low, ulong high)
    {
        this.low = low;
        this.high = high;
    }

    /// <summary>Whether the name has no characters.</summary>
    public bool IsEmpty => low == 0;

    /// <summary>The number of characters.</summary>
    public int Length
    {
        get
        {
            var length = 0;
            while (length < MaximumLength && this[length] != '\0')
            {
                length++;
            }

            return length;
        }
    }

    /// <summary>The character at <paramref name="index"/>; zero beyond the end.</summary>
    public char this[int index] => (char)(byte)((index < 8 ? low : high) >> ((index & 7) * 8));

    /// <summary>Compares two names.</summary>
    public static bool operator ==(ShortName left, ShortName right) => left.low == right.low && left.high == right.high;

    /// <summary>Compares two names.</summary>
    public static bool operator !=(ShortName left, ShortName right) => !(left == right);

    /// <summary>Packs <paramref name="text"/>; fails when it is empty, too long or not printable ASCII.</summary>
    public static bool TryCreate(ReadOnlySpan<char> text, out ShortName name)
    {
        name = default;
        if (text.IsEmpty || text.Length > MaximumLength)
        {
            return false;
        }

        Span<ulong> words = stackalloc ulong[2];
        words.Clear();
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character is <= ' ' or > '~')
            {
                return false;
            }

            words[i >> 3] |= (ulong)character << ((i & 7) * 8);
        }

        name = new ShortName(words[0], words[1]);
        return true;
    }

    /// <summary>Packs a name that is known to be valid.</summary>
    /// <exception cref="ArgumentException"><paramref name="text"/> cannot be held.</exception>
    public static ShortName Of(ReadOnlySpan<char> text) =>
        TryCreate(text, out var name) ? name : throw new ArgumentException("not a short name", nameof(text));

    /// <summary>The name made of <paramref name="stem"/> and a decimal number below 100.</summary>
    /// <exception cref="ArgumentException">The result cannot be held.</exception>
    public static ShortName Of(ReadOnlySpan<char> stem, int number)
    {
        Span<char> buffer = stackalloc char[MaximumLength + 2];
        if (stem.Length > MaximumLength || (uint)number >= 100)
        {
            throw new ArgumentException("not a short name", nameof(stem));
        }

        stem.CopyTo(buffer);
        var length = stem.Length;
        if (number >= 10)
        {
            buffer[length++] = (char)('0' + (number / 10));
        }

        buffer[length++] = (char)('0' + (number % 10));
        return Of(buffer[..length]);
    }

    /// <summary>Whether the name is exactly <paramref name="text"/>.</summary>
    public bool Is(ReadOnlySpan<char> text) => TryCreate(text, out var other) && this == other;

    /// <summary>Copies the characters and returns how many there were; <paramref name="destination"/> needs 15.</summary>
    public int CopyTo(Span<char> destination)
    {
        var length = Length;
        for (var i = 0; i < length; i++)
        {
            destination[i] = this[i];
        }

        return length;
    }

    /// <inheritdoc/>
    public bool Equals(ShortName other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ShortName other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)((low ^ (high * 0x9E3779B97F4A7C15UL)) >> 13);

    /// <summary>The name as a string; allocates.</summary>
    public override string ToString()
    {
        Span<char> buffer = stackalloc char[MaximumLength];
        return new string(buffer[..CopyTo(buffer)]);
    }
}
