// Runs scenarios: one system, any number of runs, nothing allocated from the second on. This is the simulation host: one OS
// thread runs all parties. A run is a function of scenario, protocol, profile, defects and the strategy's decisions, and of
// nothing else.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Servers.Running;

/// <summary>Runs scenarios under one protocol.</summary>
public sealed class ScenarioRunner : IDisposable
{
    /// <summary>Version of the model: raised whenever a schedule of the last version may mean something else.</summary>
    public const int ModelVersion = 6;

    /// <summary>Builds the system.</summary>
    /// <param name="protocol">Cancellation protocol.</param>
    /// <param name="profile">Profile that the oracle applies.</param>
    public ScenarioRunner(IProtocol protocol, Profile profile)
        : this(protocol, profile, new WorldOptions())
    {
    }

    /// <summary>Builds the system with sizes of its own.</summary>
    /// <param name="protocol">Cancellation protocol.</param>
    /// <param name="profile">Profile that the oracle applies.</param>
    /// <param name="options">Sizes and bounds.</param>
    public ScenarioRunner(IProtocol protocol, Profile profile, WorldOptions options)
    {
        System = new ModelSystem(protocol, options) { Profile = profile };
    }

    /// <summary>The system; between runs it shows the end of the last one.</summary>
    public ModelSystem System { get; }

    /// <summary>Steps of all its runs.</summary>
    public long Steps { get; private set; }

    /// <summary>The deviations that the last run took.</summary>
    public Schedule Recorded => System.World.Scheduler.Recorded;

    /// <summary>Runs a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="strategy">Who decides.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <returns>What happened.</returns>
    public RunResult Run(Scenario scenario, IScheduleStrategy strategy, DefectSet defects)
    {
        World world = System.World;
        System.Begin(scenario, defects);
        world.Scheduler.Run(strategy, System.Oracle);
        System.Oracle.JudgeEnd();
        Steps += world.Scheduler.Steps;
        return new RunResult(
            System.Ledger.Violation, world.Scheduler.Steps, world.Scheduler.Decisions, world.Scheduler.TraceHash, world.Counters);
    }

    /// <inheritdoc/>
    public void Dispose() => System.Dispose();
}

/// <summary>What happened in a run.</summary>
/// <param name="Violation">The first violation, or none.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Decisions">Steps at which more than one party was enabled.</param>
/// <param name="TraceHash">Equal for equal runs.</param>
/// <param name="Counters">What it cost.</param>
public readonly record struct RunResult(Violation Violation, uint Steps, uint Decisions, ulong TraceHash, Counters Counters);
