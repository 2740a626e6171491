// Cuts a schedule line into its words. It is apart from LineReader because here words are separated by blanks alone: names of
// protocols contain hyphens and hashes start with digits.

using System.Globalization;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Reads the words of a schedule line; the first mistake stays.</summary>
internal ref struct ScheduleReader
{
    private const int HashLength = 16;

    private readonly ReadOnlySpan<char> line;

    internal ScheduleReader(ReadOnlySpan<char> line)
    {
        var comment = line.IndexOf('#');
        this.line = comment < 0 ? line : line[..comment];
        SkipBlanks();
    }

    /// <summary>The index of the next word.</summary>
    internal int Position { get; private set; }

    /// <summary>The first mistake, without file and line, or null.</summary>
    internal ScenarioError? Error { get; private set; }

    internal readonly bool IsAtEnd => Position >= line.Length;

    /// <summary>Records a mistake from an index of the line to the end of the word there; always false.</summary>
    internal bool Fail(ScenarioErrorCode code, int position, string message)
    {
        var end = position;
        while (end < line.Length && !IsBlank(line[end]))
        {
            end++;
        }

        Error ??= new ScenarioError("", 0, position + 1, end + 1, code, message);
        return false;
    }

    private bool Fail(int position, string message) => Fail(ScenarioErrorCode.ScheduleSyntax, position, message);

    internal bool TryReadKeyword(string keyword)
    {
        var start = Position;
        return Next().SequenceEqual(keyword) || Fail(start, $"expected '{keyword}'");
    }

    internal bool TryReadVersion(int version)
    {
        var start = Position;
        var word = Next();
        if (!IsNumber(word))
        {
            return Fail(start, $"expected the version of the schedule's format, which is {version}");
        }

        return (TryParse(word, out var number) && number == version)
            || Fail(
                ScenarioErrorCode.ScheduleVersion,
                start,
                $"the schedule has another format than {version}, which this program reads");
    }

    internal bool TryReadHash(out ulong hash)
    {
        var start = Position;
        var word = Next();
        hash = 0;
        var isHash = word.Length == HashLength && IsLowerHexadecimal(word)
            && ulong.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out hash);
        return isHash || Fail(start, $"expected the hash of the scenario, {HashLength} hexadecimal digits in small letters");
    }

    internal bool TryReadWord(string what, out ReadOnlySpan<char> word)
    {
        var start = Position;
        word = Next();
        return ScheduleLine.IsWord(word) || Fail(start, $"expected {what}: small letters, digits and hyphens");
    }

    internal bool TryReadProtocol(out ReadOnlySpan<char> name)
    {
        var start = Position;
        name = Next();
        return ScheduleLine.IsProtocol(name)
            || Fail(start, "expected a protocol: small letters, digits and hyphens, and repairs such as +O1");
    }

    internal bool TryReadNumber(string what, out uint number)
    {
        var start = Position;
        var word = Next();
        if (TryParse(word, out number))
        {
            return true;
        }

        return IsNumber(word)
            ? Fail(ScenarioErrorCode.OutOfRange, start, $"the number is out of range, 0 to {uint.MaxValue} is possible")
            : Fail(start, $"expected {what}, a number");
    }

    /// <summary>Reads <c>party@point&gt;next</c>.</summary>
    internal bool TryReadDeviation(out ShortName party, out uint point, out ShortName next)
    {
        var start = Position;
        var word = Next();
        point = 0;
        next = default;
        var at = word.IndexOf('@');
        if (at < 0)
        {
            party = default;
            return Fail(start, "expected a deviation such as A@12>posix");
        }

        var arrow = word[at..].IndexOf('>') + at;
        if (!TryParseName(word[..at], out party))
        {
            return Fail(start, "expected the name of a party before '@'");
        }

        if (arrow < at || !TryParse(word[(at + 1)..arrow], out point))
        {
            return Fail(start + at + 1, "expected the number of a point and '>' after '@'");
        }

        return TryParseName(word[(arrow + 1)..], out next) || Fail(start + arrow + 1, "expected the name of a party after '>'");
    }

    private static bool TryParse(ReadOnlySpan<char> word, out uint number) =>
        uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool IsNumber(ReadOnlySpan<char> word) => !word.IsEmpty && !word.ContainsAnyExceptInRange('0', '9');

    private static bool IsLowerHexadecimal(ReadOnlySpan<char> word)
    {
        foreach (var digit in word)
        {
            if (!char.IsAsciiHexDigitLower(digit))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryParseName(ReadOnlySpan<char> word, out ShortName name)
    {
        name = default;
        if (word.IsEmpty || !ScenarioName.IsFirst(word[0]))
        {
            return false;
        }

        foreach (var character in word)
        {
            if (!ScenarioName.IsNext(character))
            {
                return false;
            }
        }

        return ShortName.TryCreate(word, out name);
    }

    private ReadOnlySpan<char> Next()
    {
        var start = Position;
        while (!IsAtEnd && !IsBlank(line[Position]))
        {
            Position++;
        }

        var word = line[start..Position];
        SkipBlanks();
        return word;
    }

    private void SkipBlanks()
    {
        while (!IsAtEnd && IsBlank(line[Position]))
        {
            Position++;
        }
    }

    private static bool IsBlank(char character) => character is ' ' or '\t';
}
