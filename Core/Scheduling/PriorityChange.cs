// PCT(d), probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): parties get random
// distinct priorities, the highest enabled one runs, and at d-1 random steps the running party drops below all others. A bug
// of depth d among n parties and k steps is found with probability at least 1/(n k^(d-1)) per run.

using System.Numerics;

namespace Managarm.Perf.Core;

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
