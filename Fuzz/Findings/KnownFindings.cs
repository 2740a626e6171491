// The list of causes that are expected: some protocols are wrong by design, and a campaign should fail only on what is new. A
// line is `protocol cause | reason | expires YYYY-MM-DD`, the cause a window or a limit; a `*` matches any text. What a violation
// looks like is never known, only what it is due to. An expired line no longer counts, so nobody lives with a known race for ever
// by accident.

using System.Globalization;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Causes that are expected.</summary>
public sealed class KnownFindings
{
    private readonly List<KnownFinding> entries = [];

    /// <summary>An empty list.</summary>
    public static KnownFindings None { get; } = new();

    /// <summary>The entries, in file order.</summary>
    public IReadOnlyList<KnownFinding> Entries => entries;

    /// <summary>Reads a list.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="text">Content of the file.</param>
    /// <param name="known">The list.</param>
    /// <param name="error">One line, `file:line:column: message`, when it is malformed.</param>
    /// <returns>Whether it is well-formed.</returns>
    public static bool TryParse(string fileName, string text, out KnownFindings known, out string error)
    {
        known = new KnownFindings();
        error = "";
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] parts = line.Split('|', StringSplitOptions.TrimEntries);
            if (parts.Length != 3 || parts[0].Length == 0 || parts[1].Length == 0)
            {
                error = $"{fileName}:{i + 1}:1: expected `protocol cause | reason | expires YYYY-MM-DD`";
                return false;
            }

            string date = parts[2].StartsWith("expires ", StringComparison.Ordinal) ? parts[2]["expires ".Length..] : "";
            if (!DateOnly.TryParseExact(
                date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly expires))
            {
                error = $"{fileName}:{i + 1}:{lines[i].LastIndexOf('|') + 2}: expected `expires YYYY-MM-DD`";
                return false;
            }

            known.entries.Add(new KnownFinding(parts[0], parts[1], expires));
        }

        return true;
    }

    /// <summary>Finds the entry of a cause. Several windows that are one cause are known if each of them is, and then the first
    /// one's entry stands for all.</summary>
    /// <param name="protocol">Name of the protocol; repairs that it was asked for with do not matter.</param>
    /// <param name="cause">The cause.</param>
    /// <param name="today">Entries that have expired by this day do not match.</param>
    /// <returns>The entry, or null: planted defects and what is unattributed are never known.</returns>
    public KnownFinding? Find(string protocol, Cause cause, DateOnly today)
    {
        string bare = protocol.Split(RepairCatalog.Separator)[0];
        KnownFinding? first = null;
        foreach (string name in cause.Kind is CauseKind.Window or CauseKind.Limit ? cause.Names : [])
        {
            Cause part = cause with { Names = [name] };
            KnownFinding? entry = entries.Find(each => each.Matches($"{bare} {part}") && each.Expires >= today);
            if (entry is null)
            {
                return null;
            }

            first ??= entry;
        }

        return first;
    }
}

/// <summary>One expected cause.</summary>
/// <param name="Cause">Protocol and cause; each `*` stands for any text.</param>
/// <param name="Reason">Why it is expected.</param>
/// <param name="Expires">Last day on which it is accepted.</param>
public sealed record KnownFinding(string Cause, string Reason, DateOnly Expires)
{
    /// <summary>Whether a cause is the one meant.</summary>
    /// <param name="text">Protocol and cause.</param>
    /// <returns>True when it matches.</returns>
    public bool Matches(string text)
    {
        string[] parts = Cause.Split('*');
        if (parts.Length == 1)
        {
            return text == Cause;
        }

        int at = parts[0].Length;
        int end = text.Length - parts[^1].Length;
        if (end < at || !text.StartsWith(parts[0], StringComparison.Ordinal)
            || !text.EndsWith(parts[^1], StringComparison.Ordinal))
        {
            return false;
        }

        foreach (string part in parts[1..^1])
        {
            int found = text.IndexOf(part, at, end - at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return true;
    }
}
