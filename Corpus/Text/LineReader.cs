// Cuts a scenario line into tokens. It is a value that holds the line and the current token, so looking ahead is copying it,
// which the parser does where a line can begin in more than one way.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Cuts one line into tokens; the current one can be looked at as often as needed.</summary>
internal ref struct LineReader
{
    private const string Symbols = ",:(){}=|.-";

    private readonly ReadOnlySpan<char> line;

    internal LineReader(ReadOnlySpan<char> line)
    {
        this.line = line;
        Current = Cut(0);
    }

    /// <summary>The token at the reading position.</summary>
    internal Token Current { get; private set; }

    /// <summary>Whether the line has no more tokens.</summary>
    internal readonly bool IsAtEnd => Current.Kind == TokenKind.End;

    /// <summary>The characters of the current token.</summary>
    internal readonly ReadOnlySpan<char> Text => TextOf(Current);

    /// <summary>The characters of a token of this line.</summary>
    internal readonly ReadOnlySpan<char> TextOf(Token token) => line.Slice(token.Start, token.Length);

    /// <summary>Whether the current token is exactly this word or symbol.</summary>
    internal readonly bool Is(ReadOnlySpan<char> text) => Text.SequenceEqual(text);

    /// <summary>Goes to the next token.</summary>
    internal void Move() => Current = Cut(Current.Start + Current.Length);

    /// <summary>Goes on if the current token is exactly this word or symbol.</summary>
    internal bool TryMove(ReadOnlySpan<char> text)
    {
        if (!Is(text))
        {
            return false;
        }

        Move();
        return true;
    }

    private readonly Token Cut(int start)
    {
        while (start < line.Length && line[start] is ' ' or '\t')
        {
            start++;
        }

        if (start >= line.Length || line[start] == '#')
        {
            return new Token(TokenKind.End, Math.Min(start, line.Length), 0);
        }

        var first = line[start];
        if (ScenarioName.IsFirst(first))
        {
            return new Token(TokenKind.Word, start, LengthOfWord(start));
        }

        if (char.IsAsciiDigit(first))
        {
            return new Token(TokenKind.Number, start, LengthOfWord(start));
        }

        if (Symbols.Contains(first))
        {
            return new Token(TokenKind.Symbol, start, 1);
        }

        var isPair = start + 1 < line.Length && char.IsSurrogatePair(first, line[start + 1]);
        return new Token(TokenKind.Unknown, start, isPair ? 2 : 1);
    }

    private readonly int LengthOfWord(int start)
    {
        var end = start + 1;
        while (end < line.Length && ScenarioName.IsNext(line[end]))
        {
            end++;
        }

        return end - start;
    }
}
