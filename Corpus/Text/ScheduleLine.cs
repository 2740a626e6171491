// The last line of a scenario file: under which schedule something happened, and for which format, scenario, protocol,
// profile and model it was recorded. Deviations are kept with the names of parties, because names survive a renumbering
// and people read them; TryResolve turns them into the numbers of a world. Whether hash and version fit is for the reader
// to judge: a strict replay refuses a mismatch, shrinking does not care.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Text;

/// <summary>A schedule in text form; reused between loads.</summary>
public sealed class ScheduleLine
{
    /// <summary>The version of the line's format that this code reads and writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>The greatest length of the name of a protocol or profile, in characters.</summary>
    public const int MaximumWordLength = 32;

    /// <summary>The most characters of a protocol's name with the repairs behind it.</summary>
    public const int MaximumProtocolLength = 256;

    private const int MaximumParties = 64;

    // Most lines have few deviations and a store holds thousands of lines, so both arrays start small.
    private ShortName[] parties = new ShortName[8];
    private Deviation[] deviations = new Deviation[16];
    private int partyCount;

    /// <summary>Whether there is a schedule line at all.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>The hash of the scenario that the schedule was recorded for.</summary>
    public ulong Hash { get; private set; }

    /// <summary>The protocol in force, such as <c>tristate</c>.</summary>
    public string Protocol { get; private set; } = "";

    /// <summary>The profile in force, such as <c>managarm</c>.</summary>
    public string Profile { get; private set; } = "";

    /// <summary>The version of the model.</summary>
    public uint ModelVersion { get; private set; }

    /// <summary>The number of deviations.</summary>
    public int Count { get; private set; }

    /// <summary>The name of the party that deviation <paramref name="index"/> preempts.</summary>
    public ShortName PartyAt(int index) => parties[deviations[index].Party];

    /// <summary>The name of the party that deviation <paramref name="index"/> runs instead.</summary>
    public ShortName NextAt(int index) => parties[deviations[index].Next];

    /// <summary>The number of the point of deviation <paramref name="index"/>.</summary>
    public uint PointAt(int index) => deviations[index].Point;

    /// <summary>Whether a deviation names this party.</summary>
    public bool Names(ShortName party) => parties.AsSpan(0, partyCount).Contains(party);

    /// <summary>Makes the line absent.</summary>
    public void Clear()
    {
        IsPresent = false;
        Hash = 0;
        Protocol = "";
        Profile = "";
        ModelVersion = 0;
        Count = 0;
        partyCount = 0;
    }

    /// <summary>
    /// Whether <paramref name="word"/> can be the name of a protocol or profile: small letters, digits, hyphens.
    /// </summary>
    public static bool IsWord(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word.Length > MaximumWordLength)
        {
            return false;
        }

        foreach (var character in word)
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether <paramref name="name"/> can be a protocol: a word, and names of repairs, each behind a plus sign, which may have
    /// capital letters.
    /// </summary>
    public static bool IsProtocol(ReadOnlySpan<char> name)
    {
        var end = name.IndexOf('+');
        if (end < 0)
        {
            return IsWord(name);
        }

        if (!IsWord(name[..end]) || name.Length > MaximumProtocolLength || name[^1] == '+')
        {
            return false;
        }

        for (var at = end + 1; at < name.Length; at++)
        {
            var isPart = char.IsAsciiLetterOrDigit(name[at]) || name[at] == '-' || (name[at] == '+' && name[at - 1] != '+');
            if (!isPart)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the line present with this header and no deviations.</summary>
    /// <exception cref="ArgumentException">Protocol or profile is not a word.</exception>
    public void SetHeader(ulong hash, string protocol, string profile, uint modelVersion)
    {
        if (!IsProtocol(protocol) || !IsWord(profile))
        {
            throw new ArgumentException($"'{protocol}' or '{profile}' is no name of a protocol or profile", nameof(protocol));
        }

        Clear();
        IsPresent = true;
        Hash = hash;
        Protocol = protocol;
        Profile = profile;
        ModelVersion = modelVersion;
    }

    /// <summary>Adds the deviations of <paramref name="schedule"/>, whose party numbers index <paramref name="names"/>.</summary>
    public void AddAll(Schedule schedule, ReadOnlySpan<ShortName> names)
    {
        foreach (var deviation in schedule.Deviations)
        {
            var isAdded = TryAdd(names[deviation.Party], deviation.Point, names[deviation.Next]);
            Verify.That(isAdded, "a schedule has more parties or deviations than its line can hold");
        }
    }

    /// <summary>Adds a deviation; false when there is no room for it or for another party name.</summary>
    public bool TryAdd(ShortName party, uint point, ShortName next)
    {
        var partyIndex = IndexOf(party);
        var nextIndex = IndexOf(next);
        if (partyIndex < 0 || nextIndex < 0 || Count == Schedule.Capacity)
        {
            return false;
        }

        if (Count == deviations.Length)
        {
            Array.Resize(ref deviations, Count * 2);
        }

        deviations[Count++] = new Deviation((byte)partyIndex, (byte)nextIndex, point);
        return true;
    }

    /// <summary>
    /// Writes the deviations into <paramref name="schedule"/> with party numbers that index <paramref name="names"/>. Deviations
    /// that name a party which is not there are left out.
    /// </summary>
    /// <returns>How many were left out; a strict replay accepts only 0.</returns>
    public int Resolve(ReadOnlySpan<ShortName> names, Schedule schedule)
    {
        schedule.Clear();
        var missing = 0;
        for (var i = 0; i < Count; i++)
        {
            var party = names.IndexOf(PartyAt(i));
            var next = names.IndexOf(NextAt(i));
            if (party < 0 || next < 0)
            {
                missing++;
                continue;
            }

            schedule.Add(new Deviation((byte)party, (byte)next, PointAt(i)));
        }

        return missing;
    }

    /// <summary>Parses a line that starts with <c>schedule</c>; a comment may follow.</summary>
    /// <param name="file">The name of the input for the error.</param>
    /// <param name="number">The number of the line in the input.</param>
    /// <param name="line">The line without its end.</param>
    /// <param name="error">The first mistake, or null.</param>
    /// <returns>Whether the line is valid; otherwise this is cleared.</returns>
    public bool TryParse(string file, int number, ReadOnlySpan<char> line, out ScenarioError? error)
    {
        Clear();
        var reader = new ScheduleReader(line);
        var isValid = TryReadHeader(ref reader) && TryReadDeviations(ref reader);
        error = isValid ? null : reader.Error! with { File = file, Line = number };
        if (!isValid)
        {
            Clear();
        }

        return isValid;
    }

    /// <summary>Makes this line equal to <paramref name="source"/>.</summary>
    public void CopyFrom(ScheduleLine source)
    {
        Clear();
        if (!source.IsPresent)
        {
            return;
        }

        SetHeader(source.Hash, source.Protocol, source.Profile, source.ModelVersion);
        for (var i = 0; i < source.Count; i++)
        {
            TryAdd(source.PartyAt(i), source.PointAt(i), source.NextAt(i));
        }
    }

    /// <summary>Whether both lines say the same.</summary>
    public bool ContentEquals(ScheduleLine other)
    {
        if (IsPresent != other.IsPresent || Hash != other.Hash || Protocol != other.Protocol || Profile != other.Profile
            || ModelVersion != other.ModelVersion || Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < Count; i++)
        {
            if (PartyAt(i) != other.PartyAt(i) || PointAt(i) != other.PointAt(i) || NextAt(i) != other.NextAt(i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Appends the line with its line feed, or nothing when it is absent.</summary>
    public void AppendTo(TextBuffer text)
    {
        if (!IsPresent)
        {
            return;
        }

        text.Append("schedule ");
        text.AppendNumber(FormatVersion);
        text.Append(' ');
        text.AppendHash(Hash);
        text.Append(' ');
        text.Append(Protocol);
        text.Append(' ');
        text.Append(Profile);
        text.Append(' ');
        text.AppendNumber(ModelVersion);
        for (var i = 0; i < Count; i++)
        {
            text.Append(' ');
            text.Append(PartyAt(i));
            text.Append('@');
            text.AppendNumber(PointAt(i));
            text.Append('>');
            text.Append(NextAt(i));
        }

        text.Append('\n');
    }

    /// <summary>The line without its line feed; empty when absent. Allocates.</summary>
    public override string ToString()
    {
        var text = new TextBuffer();
        AppendTo(text);
        return text.Text.TrimEnd('\n').ToString();
    }

    private bool TryReadHeader(ref ScheduleReader reader)
    {
        if (!reader.TryReadKeyword(Keyword.Schedule) || !reader.TryReadVersion(FormatVersion) || !reader.TryReadHash(out var hash)
            || !reader.TryReadProtocol(out var protocol) || !reader.TryReadWord("a profile", out var profile)
            || !reader.TryReadNumber("the version of the model", out var modelVersion))
        {
            return false;
        }

        SetHeader(hash, protocol.ToString(), profile.ToString(), modelVersion);
        return true;
    }

    private bool TryReadDeviations(ref ScheduleReader reader)
    {
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            if (!reader.TryReadDeviation(out var party, out var point, out var next))
            {
                return false;
            }

            if (!TryAdd(party, point, next))
            {
                return reader.Fail(
                    ScenarioErrorCode.Limit, start, $"more than {Schedule.Capacity} deviations or {MaximumParties} parties");
            }
        }

        return true;
    }

    private int IndexOf(ShortName party)
    {
        var index = parties.AsSpan(0, partyCount).IndexOf(party);
        if (index >= 0 || partyCount == MaximumParties)
        {
            return index;
        }

        if (partyCount == parties.Length)
        {
            Array.Resize(ref parties, partyCount * 2);
        }

        parties[partyCount] = party;
        return partyCount++;
    }
}
