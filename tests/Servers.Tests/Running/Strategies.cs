// The strategies that tests run scenarios under, by number: a given number always makes the same decisions.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Servers.Tests.Running;

/// <summary>Numbered strategies; reused, so that choosing one allocates nothing.</summary>
internal sealed class Strategies
{
    private const uint ExpectedSteps = 120;

    private readonly RandomWalk walk = new();
    private readonly PriorityChange pct = new();
    private readonly DelayBounded delays = new();

    /// <summary>Chooses and seeds a strategy.</summary>
    internal IScheduleStrategy this[int number]
    {
        get
        {
            var seed = (ulong)number;
            switch (number % 5)
            {
                case 0:
                    return NonPreemptive.Instance;
                case 1:
                    walk.Seed(seed, 0);
                    return walk;
                case 2:
                    walk.Seed(seed, 3);
                    return walk;
                case 3:
                    pct.Seed(seed, 3, ExpectedSteps);
                    return pct;
                default:
                    delays.Seed(seed, 2, ExpectedSteps);
                    return delays;
            }
        }
    }
}
