// A word of a scenario line is a position in the line and nothing else, so cutting a line into words never allocates. A
// comment and the end of the line are one and the same token; whatever is no word is an Unknown token for the parser to
// reject.

namespace Managarm.Perf.Corpus.Text;

/// <summary>A word of a line: where it is and what.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int Length)
{
    /// <summary>The column of the first character, from 1.</summary>
    internal int Column => Start + 1;
}

/// <summary>What a token is.</summary>
internal enum TokenKind : byte
{
    End,
    Word,
    Number,
    Symbol,
    Unknown,
}
