// Reads what a folder holds and runs it: a scenario with its schedule, a scenario without one under schedules that are drawn, an
// engine's bytes as they say. What shows no violation now, and what is no input, is told apart and never stops the rest. A
// schedule is followed as far as it can be, since who triages has files of other days.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Triage;

/// <summary>Reads and runs inputs.</summary>
/// <param name="context">Where the command runs.</param>
/// <param name="protocols">Protocols for what names none.</param>
/// <param name="profile">Profile for what names none.</param>
internal sealed class TriageReader(CommandContext context, IReadOnlyList<IProtocol> protocols, Profile profile) : IDisposable
{
    private const int DrawnSchedules = 100;
    private const int MaximumInputBytes = 1 << 20;
    private const ulong Seed = 0x721a6e;

    private readonly Dictionary<(string Protocol, Profile Profile, bool JudgesAllCalls, bool RelaxesDispatch), ScenarioRunner>
        runners = [];

    private readonly EngineInput decoded = new();
    private readonly EngineStrategies engines = new();
    private readonly ScheduleMix mix = new();
    private readonly Replay replay = new();

    /// <summary>A line for each file that is no input.</summary>
    internal List<string> Refused { get; } = [];

    /// <summary>Files that violate nothing.</summary>
    internal List<string> Clean { get; } = [];

    /// <summary>Inputs that were read.</summary>
    internal int Count { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ScenarioRunner runner in runners.Values)
        {
            runner.Dispose();
        }
    }

    /// <summary>Reads an input.</summary>
    /// <param name="path">A file, or the folder of a finding.</param>
    /// <param name="name">Its name for people.</param>
    /// <returns>What it violates, or null.</returns>
    internal TriageInput? Read(string path, string name)
    {
        Count++;
        try
        {
            TriageInput? shown = TriageFolder.IsText(path) ? ReadText(path, name) : ReadBytes(path, name);
            if (shown is null && Refused.Count + Clean.Count < Count)
            {
                Clean.Add(name);
            }

            return shown;
        }
        catch (CommandException refused) when (refused.ExitCode == CommandExit.BadInput)
        {
            Refused.Add(refused.Message.Split('\n')[0]);
            return null;
        }
    }

    private TriageInput? ReadText(string path, string name)
    {
        var input = FindingInput.Read(path, context);
        if (!input.File.Schedule.IsPresent)
        {
            return Search(name, input.File.Scenario, input.Defects);
        }

        FindingInput.Refuse(input.Fit.FindProtocol(out IProtocol protocol));
        FindingInput.Refuse(input.Fit.FindProfile(out Profile own));
        bool relaxes = input.File.Schedule.Names(ShortName.Of(PartyName.Order));
        var circumstances = new TriageCircumstances(own, input.Defects, input.JudgesAllCalls, relaxes);
        ScenarioRunner runner = RunnerOf(protocol, circumstances);
        var schedule = new Schedule();
        FindingReplay.Resolve(runner.System, input.File, schedule);
        replay.Load(schedule, isStrict: false);
        TriageInput? shown = Show(name, runner, circumstances, input.File.Scenario, replay);
        replay.Finish();
        return shown;
    }

    private TriageInput? ReadBytes(string path, string name)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MaximumInputBytes)
            {
                throw CommandException.BadInput(path, $"this is longer than {MaximumInputBytes} bytes and no input of an engine");
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput(path, failure.Message.TrimEnd('.'));
        }

        if (!EngineInputCodec.TryDecode(bytes, decoded))
        {
            throw CommandException.BadInput(path, "its bytes are no input of an engine");
        }

        var circumstances = new TriageCircumstances(profile, default, JudgesAllCalls: false, RelaxesDispatch: false);
        foreach (IProtocol protocol in protocols)
        {
            ScenarioRunner runner = RunnerOf(protocol, circumstances);
            IScheduleStrategy strategy = engines.Of(decoded, runner.System);
            if (Show(name, runner, circumstances, decoded.Scenario, strategy) is { } shown)
            {
                return shown;
            }
        }

        return null;
    }

    private TriageInput? Search(string name, Scenario scenario, DefectSet defects)
    {
        var circumstances = new TriageCircumstances(profile, defects, JudgesAllCalls: false, RelaxesDispatch: false);
        foreach (IProtocol protocol in protocols)
        {
            ScenarioRunner runner = RunnerOf(protocol, circumstances);
            TriageInput? shown = Show(name, runner, circumstances, scenario, NonPreemptive.Instance);
            for (ulong run = 0; run < DrawnSchedules && shown is null; run++)
            {
                var random = new Prng(Prng.Derive(Seed, run));
                shown = Show(name, runner, circumstances, scenario, mix.Draw(ref random));
            }

            if (shown is not null)
            {
                return shown;
            }
        }

        return null;
    }

    private static TriageInput? Show(
        string name, ScenarioRunner runner, TriageCircumstances circumstances, Scenario scenario, IScheduleStrategy strategy)
    {
        Violation violation = runner.Run(scenario, strategy, circumstances.Defects).Violation;
        if (violation.IsNone || runner.Recorded.IsTruncated)
        {
            return null;
        }

        var copy = new Scenario();
        copy.CopyFrom(scenario);
        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        ScenarioFile file = RawFinding.ScenarioOf(runner, copy, schedule);
        IProtocol protocol = runner.System.Protocol;
        return new TriageInput(
            name, circumstances, protocol, copy, schedule, violation, runner.System.Marks.Seen,
            new PendingViolation(0, protocol, violation, file));
    }

    private ScenarioRunner RunnerOf(IProtocol protocol, TriageCircumstances circumstances)
    {
        var key = (protocol.Name, circumstances.Profile, circumstances.JudgesAllCalls, circumstances.RelaxesDispatch);
        if (!runners.TryGetValue(key, out ScenarioRunner? runner))
        {
            runner = new ScenarioRunner(protocol, circumstances.Profile);
            runner.System.JudgesAllCalls = circumstances.JudgesAllCalls;
            runner.System.RelaxesDispatch = circumstances.RelaxesDispatch;
            runners.Add(key, runner);
        }

        return runner;
    }
}
