// The strategies of a campaign and the shares in which they are used. Two runs in five draw a schedule with one to three
// deviations, the others are random walks of different restlessness and PCT of different depth: races differ in what finds
// them, and a mix loses at most a constant factor against the best.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Searching;

/// <summary>Draws a strategy for a run.</summary>
public sealed class ScheduleMix
{
    private static readonly uint[] ExpectedSteps = [40, 80, 120, 240];

    private readonly DelayBounded delayBounded = new();
    private readonly RandomWalk randomWalk = new();
    private readonly PriorityChange priorityChange = new();

    /// <summary>Draws a strategy, seeded from the run's own random stream.</summary>
    /// <param name="random">Stream of the run.</param>
    /// <returns>A strategy that is valid until the next call.</returns>
    public IScheduleStrategy Draw(ref Prng random)
    {
        ulong seed = random.NextUInt64();
        uint expectedSteps = ExpectedSteps[random.NextBelow((uint)ExpectedSteps.Length)];
        switch (random.NextBelow(10))
        {
            case < 4:
                delayBounded.Seed(seed, 1 + (int)random.NextBelow(3), expectedSteps);
                return delayBounded;
            case < 7:
                randomWalk.Seed(seed, random.NextBelow(6));
                return randomWalk;
            default:
                priorityChange.Seed(seed, 1 + (int)random.NextBelow(4), expectedSteps);
                return priorityChange;
        }
    }
}
