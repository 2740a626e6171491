// PCT(d), probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): parties get random
// distinct priorities, the highest enabled one runs, and at d-1 random steps the running party drops below all others. A bug
// of depth d among n parties and k steps is found with probability at least 1/(n k^(d-1)) per run.

using System.Numerics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>PCT scheduling.</summary>
public sealed class PriorityChange : IScheduleStrategy
{
    private const int MaxDepth = 8;

    private readonly int[] priorities = new int[Scheduler.MaxParties];
    private readonly uint[] changeSteps = new uint[MaxDepth];
    private Prng random;
    private int changes;

    /// <summary>Starts a stream of decisions.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="depth">Depth d of the bugs to look for, 1 to 8.</param>
    /// <param name="expectedSteps">Length k that the run is expected to have, in steps.</param>
    public void Seed(ulong seed, int depth, uint expectedSteps)
    {
        Verify.That(depth is >= 1 and <= MaxDepth, "PCT depth out of range");
        random = new Prng(seed);
        changes = depth - 1;
        for (int i = 0; i < changes; i++)
        {
            changeSteps[i] = random.NextBelow(Math.Max(expectedSteps, 1));
        }
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        for (int party = 0; party < Scheduler.MaxParties; party++)
        {
            priorities[party] = MaxDepth + party;
        }

        for (int party = Scheduler.MaxParties - 1; party > 0; party--)
        {
            int other = (int)random.NextBelow((uint)party + 1);
            (priorities[party], priorities[other]) = (priorities[other], priorities[party]);
        }
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        int best = Highest(decision.EnabledMask);
        for (int i = 0; i < changes; i++)
        {
            if (decision.Step >= changeSteps[i])
            {
                changeSteps[i] = changeSteps[--changes];
                priorities[best] = changes;
                return Highest(decision.EnabledMask);
            }
        }

        return best;
    }

    private int Highest(uint mask)
    {
        int best = BitOperations.TrailingZeroCount(mask);
        for (uint rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            if (priorities[party] > priorities[best])
            {
                best = party;
            }
        }

        return best;
    }
}

// What PCT promises (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): a bug of depth d among n parties and k steps is
// found by one run with probability at least 1 / (n k^(d-1)). The promise holds as long as runs take at most k steps, so it is
// printed together with them.
/// <summary>The promise of PCT for one scenario.</summary>
/// <param name="Parties">Number n of parties.</param>
/// <param name="Steps">Length k of a run, in steps.</param>
/// <param name="Depth">Depth d.</param>
public readonly record struct PriorityChangeBound(int Parties, uint Steps, int Depth)
{
    /// <summary>Probability that one run finds a bug of this depth, at least.</summary>
    public double Probability => 1 / (Parties * Math.Pow(Steps, Depth - 1));

    /// <summary>Runs after which a bug of this depth has been found with a given confidence, if chance does no better than
    /// promised.</summary>
    /// <param name="confidence">Between 0 and 1, both excluded.</param>
    /// <returns>Number of runs, rounded up.</returns>
    public double RunsFor(double confidence) =>
        Probability >= 1 ? 1 : Math.Ceiling(Math.Log(1 - confidence) / Math.Log(1 - Probability));
}
