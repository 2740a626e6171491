// The schedule line of the run that a runner has just made: header and deviations, ready to be put under the scenario.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Sweeps;

/// <summary>Makes schedule lines of runs.</summary>
internal static class RecordedLine
{
    /// <summary>The line of the last run.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="scenario">The scenario that ran.</param>
    internal static ScheduleLine Of(ScenarioRunner runner, Scenario scenario)
    {
        var line = new ScheduleLine();
        line.SetHeader(
            ScenarioHash.Of(scenario), runner.System.Protocol.Name, Profiles.NameOf(runner.System.Profile),
            ScenarioRunner.ModelVersion);
        line.AddAll(runner.Recorded, runner.System.Parties.Names);
        return line;
    }
}
