// A finding as a campaign hands it on: shrunk, strictly replayed, with everything that a replay needs, and with what it was
// before.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>A shrunk and verified finding.</summary>
public sealed record RawFinding
{
    /// <summary>Protocol.</summary>
    public required IProtocol Protocol { get; init; }

    /// <summary>Profile.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Scenario with its schedule line.</summary>
    public required ScenarioFile File { get; init; }

    /// <summary>The violation.</summary>
    public required Violation Violation { get; init; }

    /// <summary>Whether all calls were covered (--calls all), not only the wired ones; a replay must do the same.</summary>
    public required bool JudgesAllCalls { get; init; }

    /// <summary>Defects that were on.</summary>
    public required DefectSet Defects { get; init; }

    /// <summary>Run of the campaign that showed it first.</summary>
    public required long RunIndex { get; init; }

    /// <summary>Signature.</summary>
    public required string Signature { get; init; }

    /// <summary>What it is due to, or null when nobody has asked.</summary>
    public Cause? Cause { get; init; }

    /// <summary>Whether what was found with all windows repaired shows in the protocol as it is, too; null when it was not found
    /// so.</summary>
    public bool? ShowsUnrepaired { get; init; }

    /// <summary>What was found before it was shrunk, with the schedule of its run, or null when nothing was.</summary>
    public ScenarioFile? Found { get; init; }

    /// <summary>What shrinking it took, or null when it was not shrunk.</summary>
    public ShrinkEffort? Effort { get; init; }

    /// <summary>Makes the finding of what a shrinker left, whose run the runner still holds.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="shrunk">What the shrinker left.</param>
    /// <param name="found">What it began with.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="runIndex">Run of the campaign that showed it, or 0.</param>
    /// <returns>The finding.</returns>
    public static RawFinding Of(
        ScenarioRunner runner, ShrinkResult shrunk, ScenarioFile found, DefectSet defects, long runIndex) => new()
        {
            Protocol = runner.System.Protocol,
            Profile = runner.System.Profile,
            File = ScenarioOf(runner, shrunk.Scenario, shrunk.Schedule),
            Violation = shrunk.Violation,
            JudgesAllCalls = runner.System.JudgesAllCalls,
            Defects = defects,
            RunIndex = runIndex,
            Signature = Managarm.Perf.Fuzz.Findings.Signature.Of(runner, shrunk.Violation),
            Found = found,
            Effort = shrunk.Effort,
        };

    /// <summary>A scenario with its schedule as a line.</summary>
    /// <param name="runner">Runner of its protocol and profile.</param>
    /// <param name="scenario">The scenario; copied.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <returns>The scenario.</returns>
    public static ScenarioFile ScenarioOf(ScenarioRunner runner, Scenario scenario, Schedule schedule)
    {
        var file = new ScenarioFile();
        file.Scenario.CopyFrom(scenario);
        file.Schedule.SetHeader(
            ScenarioHash.Of(scenario), runner.System.Protocol.Name, Profiles.NameOf(runner.System.Profile),
            ScenarioRunner.ModelVersion);
        Span<ShortName> names = stackalloc ShortName[Scheduler.MaxParties];
        int count = runner.System.Parties.List(scenario, names);
        file.Schedule.AddAll(schedule, names[..count]);
        return file;
    }
}
