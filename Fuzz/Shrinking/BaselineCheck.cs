// Asks the baseline whether the expectations of a scenario are true. An expectation was true of the whole scenario and rests on
// its lines: without the write that a read waited for, `read(r, 1) = 1` accuses a protocol of what is right. So the scenario runs
// under `monolithic` without defects, in the same profile: in the default order, with every single deviation, and in a few drawn
// orders with more. Only `allowed` is asked about. The verdict is a function of scenario and profile; the orders are bounded and
// their seeds fixed.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Runs scenarios under the baseline to judge their expectations.</summary>
internal sealed class BaselineCheck : IDisposable
{
    private const string Baseline = "monolithic";
    private const int DrawnOrders = 16;
    private const int FewestDrawn = 2;
    private const int DrawnKinds = 3;

    private readonly ScenarioRunner runner;
    private readonly SingleDeviation single = new();
    private readonly DelayBounded drawn = new();

    private BaselineCheck(ScenarioRunner runner)
    {
        this.runner = runner;
    }

    /// <summary>Runs that the last verdict took.</summary>
    internal int Runs { get; private set; }

    /// <summary>Makes a check for the scenarios of a runner.</summary>
    /// <param name="like">Runner of any protocol; its profile and the calls that it judges count.</param>
    internal static BaselineCheck Of(ScenarioRunner like)
    {
        var runner = new ScenarioRunner(ProtocolCatalog.Find(Baseline)!, like.System.Profile);
        runner.System.JudgesAllCalls = like.System.JudgesAllCalls;
        return new BaselineCheck(runner);
    }

    /// <summary>Makes a check if a violation is one of an expectation.</summary>
    /// <param name="like">Runner that showed the violation.</param>
    /// <param name="violation">The violation.</param>
    /// <returns>The check, or null for other invariants.</returns>
    internal static BaselineCheck? For(ScenarioRunner like, in Violation violation) =>
        violation.Invariant == Invariant.Allowed ? Of(like) : null;

    /// <summary>Judges the expectations of a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <returns>Whether they hold.</returns>
    internal BaselineVerdict Judge(Scenario scenario)
    {
        Runs = 0;
        if (Fails(scenario, NonPreemptive.Instance))
        {
            return BaselineVerdict.FailsByDefault;
        }

        uint expectedSteps = runner.System.World.Scheduler.Steps;
        bool fails = single.Enumerate(runner, () => Fails(scenario, single)) || FailsDrawn(scenario, expectedSteps);
        return fails ? BaselineVerdict.FailsInSomeOrder : BaselineVerdict.Holds;
    }

    /// <inheritdoc/>
    public void Dispose() => runner.Dispose();

    private bool FailsDrawn(Scenario scenario, uint expectedSteps)
    {
        for (int order = 0; order < DrawnOrders; order++)
        {
            drawn.Seed(Prng.Derive(0xba5e, (ulong)order), FewestDrawn + (order % DrawnKinds), expectedSteps);
            if (Fails(scenario, drawn))
            {
                return true;
            }
        }

        return false;
    }

    private bool Fails(Scenario scenario, IScheduleStrategy strategy)
    {
        Runs++;
        return runner.Run(scenario, strategy, default).Violation.Invariant == Invariant.Allowed;
    }
}

// What the baseline says of the expectations of a scenario. The values are ordered: what is worse has the higher one, so that two
// scenarios can be compared.
/// <summary>Whether the expectations of a scenario are true of the baseline.</summary>
public enum BaselineVerdict
{
    /// <summary>Nobody asked: the violation is not one of <c>allowed</c>.</summary>
    NotAsked,

    /// <summary>They hold in every order that was tried.</summary>
    Holds,

    /// <summary>They hold in the default order and fail in another one.</summary>
    FailsInSomeOrder,

    /// <summary>They fail in the default order.</summary>
    FailsByDefault,
}
