// The dice of the generator: chances in percent and weighted picks over the project's one random stream, without allocation.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Random choices.</summary>
internal static class Choice
{
    /// <summary>True in <paramref name="percent"/> of a hundred cases.</summary>
    internal static bool Chance(ref Prng random, int percent) => random.NextBelow(100) < percent;

    /// <summary>A number below <paramref name="bound"/>, which is at least 1.</summary>
    internal static int Below(ref Prng random, int bound) => (int)random.NextBelow((uint)bound);

    /// <summary>An index, each as often as its weight says; the weights are not all zero.</summary>
    internal static int Pick(ref Prng random, ReadOnlySpan<byte> weights)
    {
        var total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        var rest = Below(ref random, total);
        for (var i = 0; i < weights.Length; i++)
        {
            rest -= weights[i];
            if (rest < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    /// <summary>The number of a random bit that is set, or -1 when none is.</summary>
    internal static int Bit(ref Prng random, uint bits)
    {
        var count = System.Numerics.BitOperations.PopCount(bits);
        if (count == 0)
        {
            return Scenario.None;
        }

        for (var skip = Below(ref random, count); skip > 0; skip--)
        {
            bits &= bits - 1;
        }

        return System.Numerics.BitOperations.TrailingZeroCount(bits);
    }
}
