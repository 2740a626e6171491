// How many schedules a scenario has without reduction, estimated: the product of the numbers of choices along a random run is,
// on average, the number of leaves of the tree (Knuth, 1975). The mean of a few hundred runs says the order of magnitude.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Estimates the number of schedules of a scenario.</summary>
public sealed class ScheduleCount : IScheduleStrategy
{
    private const int Runs = 400;

    private Prng random;
    private double product;

    /// <summary>Estimates.</summary>
    /// <param name="runner">Runner of a protocol and a profile.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>About how many schedules there are.</returns>
    public static double Estimate(ScenarioRunner runner, Scenario scenario, DefectSet defects)
    {
        var strategy = new ScheduleCount { random = new Prng(1) };
        double sum = 0;
        for (int run = 0; run < Runs; run++)
        {
            runner.Run(scenario, strategy, defects);
            sum += strategy.product;
        }

        return sum / Runs;
    }

    /// <inheritdoc/>
    public void Begin(int partyCount) => product = 1;

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        int count = BitOperations.PopCount(decision.EnabledMask);
        product *= count;
        return RandomWalk.Pick(decision.EnabledMask, random.NextBelow((uint)count));
    }
}
