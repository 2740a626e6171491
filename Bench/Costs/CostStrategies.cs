// The strategies of a measurement, made once and seeded anew for each run. What a strategy must learn of a scenario first it
// learns from one run that is not measured apart: it is one in so many, as in a search.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Bench.Costs;

/// <summary>Strategies by name, ready for the next run.</summary>
/// <param name="runner">Runner of the measurement.</param>
internal sealed class CostStrategies(ScenarioRunner runner)
{
    private const int Delays = 2;
    private const int Depth = 3;

    private readonly RandomWalk walk = new();
    private readonly DelayBounded delays = new();
    private readonly PriorityChange priorityChange = new();
    private readonly PartialOrderSampling partialOrder = new();
    private readonly UniformWalk uniform = new();
    private readonly ReadsFromGuided readsFrom = new();
    private uint expectedSteps;

    /// <summary>Starts a search of a scenario.</summary>
    /// <param name="strategy">Who will decide.</param>
    /// <param name="scenario">The scenario.</param>
    internal void Prepare(CostStrategy strategy, Scenario scenario)
    {
        if (strategy is CostStrategy.Default or CostStrategy.Walk)
        {
            return;
        }

        expectedSteps = runner.Run(scenario, NonPreemptive.Instance, default).Steps;
        uniform.Learn(runner.System.World);
        if (strategy == CostStrategy.ReadsFrom)
        {
            readsFrom.Restart(runner.System.World);
        }
    }

    /// <summary>Seeds a strategy for a run.</summary>
    /// <param name="strategy">Who decides.</param>
    /// <param name="seed">Seed.</param>
    internal IScheduleStrategy For(CostStrategy strategy, ulong seed)
    {
        switch (strategy)
        {
            case CostStrategy.Walk:
                walk.Seed(seed, 0);
                return walk;
            case CostStrategy.Delays:
                delays.Seed(seed, Delays, expectedSteps);
                return delays;
            case CostStrategy.PriorityChange:
                priorityChange.Seed(seed, Depth, expectedSteps);
                return priorityChange;
            case CostStrategy.PartialOrder:
                partialOrder.Seed(seed, runner.System.World);
                return partialOrder;
            case CostStrategy.Uniform:
                uniform.Seed(seed);
                return uniform;
            case CostStrategy.ReadsFrom:
                readsFrom.Seed(seed);
                return readsFrom;
            default:
                return NonPreemptive.Instance;
        }
    }
}

// The strategies whose decisions are measured. All of them draw from streams of the same seeds in every round, so that a slice
// of a variant does the same work each time.
/// <summary>Who decides in a measured run.</summary>
internal enum CostStrategy
{
    /// <summary>The non-preemptive default.</summary>
    Default,

    /// <summary>Random walk: every decision is random.</summary>
    Walk,

    /// <summary>Two random deviations.</summary>
    Delays,

    /// <summary>PCT of depth 3.</summary>
    PriorityChange,

    /// <summary>Partial order sampling.</summary>
    PartialOrder,

    /// <summary>Uniform random walk.</summary>
    Uniform,

    /// <summary>Guided by reads-from pairs; a search per scenario.</summary>
    ReadsFrom,
}
