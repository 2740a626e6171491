// What the seeds of a hunt took. A seed that has not found anything within the bound is counted as such and stands behind all
// others: a median or a worst that is one of them is only known to be more than the bound.

using System.Text.Json;
using Managarm.Perf.Fuzz.Output;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>Attempts of a hunt and their order statistics.</summary>
/// <param name="Attempts">One per seed.</param>
/// <param name="Bound">Runs per seed at most.</param>
public sealed record HuntTally(IReadOnlyList<HuntAttempt> Attempts, ulong Bound)
{
    /// <summary>Seeds that found it.</summary>
    public int Found => Attempts.Count(each => each.IsFound);

    /// <summary>Runs within which at least half of the seeds found it; null when fewer have.</summary>
    public ulong? Median => At((Attempts.Count - 1) / 2);

    /// <summary>Runs within which all seeds found it; null when one has not.</summary>
    public ulong? Worst => At(Attempts.Count - 1);

    /// <summary>All runs.</summary>
    public ulong Runs => (ulong)Attempts.Sum(each => (long)each.Runs);

    /// <summary>A number of runs for people; one that is not known is more than the bound.</summary>
    /// <param name="value">Median or worst.</param>
    /// <returns>The number in groups of three digits.</returns>
    public string Describe(ulong? value) =>
        value is { } known ? TextTable.Count((long)known) : "> " + TextTable.Count((long)Bound);

    /// <summary>Writes the numbers inside an object.</summary>
    /// <param name="json">The writer.</param>
    internal void WriteNumbers(Utf8JsonWriter json)
    {
        json.WriteNumber("found", Found);
        WriteNumber(json, "median", Median);
        WriteNumber(json, "worst", Worst);
        json.WriteNumber("runs", Runs);
    }

    /// <summary>Writes the attempts inside an object.</summary>
    /// <param name="json">The writer.</param>
    internal void WriteAttempts(Utf8JsonWriter json)
    {
        json.WriteStartArray("attempts");
        foreach (HuntAttempt attempt in Attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("seed", attempt.Seed);
            json.WriteNumber("runs", attempt.Runs);
            json.WriteBoolean("isFound", attempt.IsFound);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string property, ulong? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(property, known);
        }
        else
        {
            json.WriteNull(property);
        }
    }

    private ulong? At(int rank)
    {
        ulong[] found = [.. Attempts.Where(each => each.IsFound).Select(each => each.Runs).Order()];
        return rank < found.Length ? found[rank] : null;
    }
}
