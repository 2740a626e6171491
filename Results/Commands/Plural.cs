// A number with what it counts: 1 run, 2 runs. Kept in one place, so that no line says "1 runs".

using System.Globalization;

namespace Managarm.Perf.Results.Commands;

/// <summary>Numbers of things in words.</summary>
public static class Plural
{
    /// <summary>A number and its noun.</summary>
    /// <param name="count">The number; printed without groups of digits.</param>
    /// <param name="noun">The noun for one, whose plural ends in s, or in ies for y.</param>
    /// <returns>For instance "1 run" or "2 entries".</returns>
    public static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {NounOf(count, noun)}");

    /// <summary>The noun alone.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The noun for one.</param>
    /// <returns>For instance "run" or "entries".</returns>
    public static string NounOf(long count, string noun) => count switch
    {
        1 => noun,
        _ when noun.EndsWith('y') && !noun.EndsWith("ay", StringComparison.Ordinal) => $"{noun[..^1]}ies",
        _ => $"{noun}s",
    };
}
