// Random walk: at each decision, with a chosen probability, any enabled party is as likely as any other; otherwise the
// default. With probability one this is the classic random walk; small probabilities give long undisturbed stretches, which
// some races need. Lazy parties (time) are drawn at an eighth of the weight, or deadlines would always expire at once.

using System.Numerics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Random scheduling with a switch probability.</summary>
public sealed class RandomWalk : IScheduleStrategy
{
    private Prng random;
    private uint switchShift;

    /// <summary>Starts a stream of decisions.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="switchProbabilityShift">A decision is random with probability 2^-shift.</param>
    public void Seed(ulong seed, uint switchProbabilityShift)
    {
        Verify.That(switchProbabilityShift <= 8, "switch probability too small");
        random = new Prng(seed);
        switchShift = switchProbabilityShift;
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        ulong bits = random.NextUInt64();
        if (switchShift != 0 && (bits & ((1ul << (int)switchShift) - 1)) != 0)
        {
            return decision.Default;
        }

        uint mask = decision.EnabledMask;
        if ((mask & decision.LazyMask) != 0 && (mask & ~decision.LazyMask) != 0 && (bits >> 8 & 7) != 0)
        {
            mask &= ~decision.LazyMask;
        }

        return Pick(mask, (uint)(((bits >> 32) * (uint)BitOperations.PopCount(mask)) >> 32));
    }

    /// <summary>The party at a position among those of a mask.</summary>
    /// <param name="mask">Parties.</param>
    /// <param name="number">Position from 0.</param>
    /// <returns>The party.</returns>
    public static int Pick(uint mask, uint number)
    {
        for (; number > 0; number--)
        {
            mask &= mask - 1;
        }

        return BitOperations.TrailingZeroCount(mask);
    }
}
