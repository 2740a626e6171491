// Which names a scenario may give to its actors and resources: a letter, then letters, digits or underscores, fifteen at
// most, and no word the language uses itself. Words of the language are reserved even where they could not be misread, so
// that a scenario reads the same to a person and to the parser. Capital and small letters differ.

namespace Managarm.Perf.Core.Calls;

/// <summary>The rule for names in scenarios.</summary>
public static class ScenarioName
{
    private static readonly string[] Words =
    [
        "device", "thread", "process", "in", "out", "when", "blocked", "ok", "any", "schedule",
        "handle", "ignore", "default", "restart", "nodefer", "resethand", "nocldwait", "nohang", "block", "unblock", "set",
        "on", "terminal", "stream", "deaf", "late", "slow", "serial", "machine", "tsc", "count", "hpet",
        PartyName.Posix, PartyName.Files, PartyName.Files2, PartyName.Files3, PartyName.Files4,
        PartyName.Time, PartyName.Line, PartyName.Clock, PartyName.Order,
        PartyName.Processor0, PartyName.Processor1, PartyName.Processor2, PartyName.Processor3, PartyName.Alarm,
    ];

    /// <summary>Whether <paramref name="character"/> may start a name.</summary>
    public static bool IsFirst(char character) => char.IsAsciiLetter(character);

    /// <summary>Whether <paramref name="character"/> may continue a name.</summary>
    public static bool IsNext(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>Whether the word belongs to the language: a keyword, a call, a signal, an error number, a reserved
    /// party.</summary>
    public static bool IsReserved(ReadOnlySpan<char> word)
    {
        foreach (var reserved in Words)
        {
            if (word.SequenceEqual(reserved))
            {
                return true;
            }
        }

        return CallTable.Find(word) != CallKind.None || SignalTable.IndexOf(word) >= 0 || ErrnoTable.IndexOf(word) >= 0;
    }

    /// <summary>Whether an actor or resource may have this name.</summary>
    public static bool IsLegal(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word.Length > ShortName.MaximumLength || !IsFirst(word[0]))
        {
            return false;
        }

        foreach (var character in word)
        {
            if (!IsNext(character))
            {
                return false;
            }
        }

        return !IsReserved(word);
    }

    /// <summary>Whether an actor or resource may have this name.</summary>
    public static bool IsLegal(ShortName name)
    {
        Span<char> buffer = stackalloc char[ShortName.MaximumLength];
        return IsLegal(buffer[..name.CopyTo(buffer)]);
    }
}
