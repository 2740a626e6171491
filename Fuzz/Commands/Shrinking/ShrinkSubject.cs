// Something to be shrunk, wherever it comes from: a finding's folder, a scenario file with a schedule line, a file of the bank
// of windows. It has as many runners as candidates are tried at once.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Shrinking;

/// <summary>A finding with its runners.</summary>
internal sealed class ShrinkSubject : IDisposable
{
    private ShrinkSubject(string name, Scenario scenario, DefectSet defects)
    {
        Name = name;
        Scenario = scenario;
        Defects = defects;
    }

    /// <summary>Its name, for tables.</summary>
    internal string Name { get; }

    /// <summary>The scenario.</summary>
    internal Scenario Scenario { get; }

    /// <summary>Its schedule; after a replay, what the replay took.</summary>
    internal Schedule Schedule { get; } = new();

    /// <summary>Defects that are on.</summary>
    internal DefectSet Defects { get; }

    /// <summary>The runners, all alike.</summary>
    internal List<ScenarioRunner> Runners { get; } = [];

    /// <summary>Of a finding or a scenario file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="input">What was read.</param>
    /// <param name="jobs">Number of runners.</param>
    /// <param name="defects">Defects that are on, or null for those of the input.</param>
    internal static ShrinkSubject Of(string name, FindingInput input, int jobs, DefectSet? defects)
    {
        var subject = new ShrinkSubject(name, input.File.Scenario, defects ?? input.Defects);
        for (int i = 0; i < jobs; i++)
        {
            subject.Schedule.Clear();
            subject.Runners.Add(input.MakeRunner(subject.Schedule));
        }

        return subject;
    }

    /// <summary>Of a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="jobs">Number of runners.</param>
    internal static ShrinkSubject Of(KnownWindow window, int jobs)
    {
        var subject = new ShrinkSubject(window.Name, window.File.Scenario, window.Defects);
        for (int i = 0; i < jobs; i++)
        {
            subject.Runners.Add(window.MakeRunner());
        }

        FindingReplay.Resolve(subject.Runners[0].System, window.File, subject.Schedule);
        return subject;
    }

    /// <summary>Replays the schedule leniently and keeps what was taken of it.</summary>
    /// <returns>The violation, or none.</returns>
    internal Violation Replay()
    {
        var replay = new Replay();
        replay.Load(Schedule, isStrict: false);
        Violation violation = Runners[0].Run(Scenario, replay, Defects).Violation;
        Schedule.CopyFrom(Runners[0].Recorded);
        return violation;
    }

    /// <inheritdoc/>
    public void Dispose() => Runners.ForEach(runner => runner.Dispose());
}
