// A growing array of characters that is kept between uses, so that formatting and hashing scenarios allocates nothing at
// steady state, which a StringBuilder with its chunks and boxed formats does not promise.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Reusable text under construction.</summary>
public sealed class TextBuffer
{
    private char[] characters = new char[4096];
    private int length;

    /// <summary>The text so far; valid until the next change.</summary>
    public ReadOnlySpan<char> Text => characters.AsSpan(0, length);

    /// <summary>Removes all text.</summary>
    public void Clear() => length = 0;

    /// <summary>Appends characters.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        text.CopyTo(characters.AsSpan(length));
        length += text.Length;
    }

    /// <summary>Appends one character.</summary>
    public void Append(char character)
    {
        Reserve(1);
        characters[length++] = character;
    }

    /// <summary>Appends a name.</summary>
    public void Append(ShortName name)
    {
        Reserve(ShortName.MaximumLength);
        length += name.CopyTo(characters.AsSpan(length));
    }

    /// <summary>Appends a number in decimal.</summary>
    public void AppendNumber(long number)
    {
        Reserve(20);
        number.TryFormat(characters.AsSpan(length), out var written);
        length += written;
    }

    /// <summary>Appends a number as sixteen hexadecimal digits.</summary>
    public void AppendHash(ulong hash)
    {
        Reserve(16);
        hash.TryFormat(characters.AsSpan(length), out var written, "x16");
        length += written;
    }

    /// <inheritdoc/>
    public override string ToString() => new(Text);

    private void Reserve(int count)
    {
        if (length + count > characters.Length)
        {
            Array.Resize(ref characters, Math.Max(characters.Length * 2, length + count));
        }
    }
}
