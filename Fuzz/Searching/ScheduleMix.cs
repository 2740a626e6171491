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
        ScheduleKind kind = random.NextBelow(10) switch
        {
            < 4 => ScheduleKind.DelayBounded,
            < 7 => ScheduleKind.RandomWalk,
            _ => ScheduleKind.PriorityChange,
        };
        return Draw(kind, seed, expectedSteps, ref random);
    }

    /// <summary>Draws a strategy of a kind, seeded from a random stream.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="random">The stream.</param>
    /// <returns>A strategy that is valid until the next call.</returns>
    public IScheduleStrategy Draw(ScheduleKind kind, ref Prng random)
    {
        ulong seed = random.NextUInt64();
        uint expectedSteps = ExpectedSteps[random.NextBelow((uint)ExpectedSteps.Length)];
        return Draw(kind, seed, expectedSteps, ref random);
    }

    private IScheduleStrategy Draw(ScheduleKind kind, ulong seed, uint expectedSteps, ref Prng random)
    {
        switch (kind)
        {
            case ScheduleKind.DelayBounded:
                delayBounded.Seed(seed, 1 + (int)random.NextBelow(3), expectedSteps);
                return delayBounded;
            case ScheduleKind.RandomWalk:
                randomWalk.Seed(seed, random.NextBelow(6));
                return randomWalk;
            default:
                priorityChange.Seed(seed, 1 + (int)random.NextBelow(4), expectedSteps);
                return priorityChange;
        }
    }
}

/// <summary>The strategies of a campaign.</summary>
public enum ScheduleKind
{
    /// <summary>One to three deviations.</summary>
    DelayBounded,

    /// <summary>A random walk.</summary>
    RandomWalk,

    /// <summary>Priorities that change.</summary>
    PriorityChange,
}
