// Delay-bounded random scheduling: the default schedule with d random deviations at random steps. Most concurrency bugs need
// one or two preemptions (SCTBench, TOPC 2016), and since a schedule here is a list of deviations this strategy draws
// schedules of length d directly. Its findings are born small.

using System.Numerics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>The default schedule with a bounded number of random deviations.</summary>
public sealed class DelayBounded : IScheduleStrategy
{
    private const int MaxDelays = 8;

    private readonly uint[] steps = new uint[MaxDelays];
    private Prng random;
    private int delays;

    /// <summary>Starts a stream of decisions.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="delayCount">Number of deviations, at most 8.</param>
    /// <param name="expectedSteps">Length that the run is expected to have, in steps.</param>
    public void Seed(ulong seed, int delayCount, uint expectedSteps)
    {
        Verify.That(delayCount <= MaxDelays, "too many delays");
        random = new Prng(seed);
        delays = delayCount;
        for (int i = 0; i < delayCount; i++)
        {
            steps[i] = random.NextBelow(Math.Max(expectedSteps, 1));
        }
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        for (int i = 0; i < delays; i++)
        {
            if (decision.Step >= steps[i])
            {
                steps[i] = steps[--delays];
                uint others = decision.EnabledMask & ~(1u << decision.Default);
                return RandomWalk.Pick(others, random.NextBelow((uint)BitOperations.PopCount(others)));
            }
        }

        return decision.Default;
    }
}
