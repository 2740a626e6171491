// The identity of a scenario: a 64-bit hash of its normal form without the schedule line. FNV-1a over the characters,
// then one mixing round, since the last characters of a text reach the high bits of plain FNV only weakly. It is written
// out here because it is stored in schedule lines and file names and must never change with a runtime.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Hash of scenarios.</summary>
public static class ScenarioHash
{
    private const ulong Basis = 0xCBF29CE484222325;
    private const ulong Prime = 0x00000100000001B3;

    /// <summary>The hash of a scenario's normal form; <paramref name="scratch"/> is overwritten.</summary>
    public static ulong Of(Scenario scenario, TextBuffer scratch)
    {
        scratch.Clear();
        ScenarioFormatter.Append(scratch, scenario);
        return Of(scratch.Text);
    }

    /// <summary>The hash of a scenario's normal form; allocates.</summary>
    public static ulong Of(Scenario scenario) => Of(scenario, new TextBuffer());

    /// <summary>The hash of a text, which is ASCII wherever this project makes it.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Basis;
        foreach (var character in text)
        {
            hash = (hash ^ character) * Prime;
        }

        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}
