// Whether a schedule line can be followed: it names a protocol and a profile that exist, was recorded for this scenario and
// this model, and names parties that are there. A strict replay demands all of it and says where it is not so; `--check` says
// the same before anybody runs anything.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>Judges a schedule line, wherever it came from.</summary>
/// <param name="name">Name of the text that holds the line.</param>
/// <param name="text">The text.</param>
/// <param name="file">The scenario with the line.</param>
internal sealed class ScheduleFit(string name, string text, ScenarioFile file)
{
    private readonly ScheduleLine line = file.Schedule;

    /// <summary>The first reason why the schedule cannot be followed at all, or null.</summary>
    internal ScenarioError? FindMistake()
    {
        ScenarioError? unknownProtocol = FindProtocol(out IProtocol protocol);
        ScenarioError? unknownProfile = FindProfile(out Profile profile);
        if (unknownProtocol is not null || unknownProfile is not null)
        {
            return unknownProtocol ?? unknownProfile;
        }

        using var runner = new ScenarioRunner(protocol, profile);
        return FindMisfit(runner.System);
    }

    /// <summary>Finds the protocol, or says that the line names one that does not exist.</summary>
    /// <param name="protocol">Receives the protocol.</param>
    internal ScenarioError? FindProtocol(out IProtocol protocol)
    {
        IProtocol? found = ProtocolCatalog.Find(line.Protocol);
        protocol = found ?? ProtocolCatalog.All[0];
        return found is null ? Misfit(SchedulePlace.Protocol, NamedThings.UnknownProtocol(line.Protocol)) : null;
    }

    /// <summary>Finds the profile, or says that the line names one that does not exist.</summary>
    /// <param name="profile">Receives the profile.</param>
    internal ScenarioError? FindProfile(out Profile profile) => Profiles.TryParse(line.Profile, out profile)
        ? null
        : Misfit(SchedulePlace.Profile, NamedThings.UnknownProfile(line.Profile));

    /// <summary>Says why the schedule cannot be followed strictly by a system, or null.</summary>
    /// <param name="system">The system.</param>
    internal ScenarioError? FindMisfit(ModelSystem system)
    {
        ScenarioError? otherScenario = FindOtherScenario();
        if (otherScenario is not null)
        {
            return otherScenario;
        }

        if (line.Protocol != system.Protocol.Name)
        {
            return Misfit(
                SchedulePlace.Protocol,
                $"the schedule was recorded under {line.Protocol}, not {system.Protocol.Name}; try --strategy");
        }

        return FindOtherModel() ?? FindStranger(system);
    }

    /// <summary>Says that the schedule is for another scenario or model, so that it means nothing under any protocol, or
    /// null.</summary>
    internal ScenarioError? FindStale() => FindOtherScenario() ?? FindOtherModel();

    /// <summary>Follows the schedule strictly and says which deviation is not possible, or null.</summary>
    /// <param name="runner">A runner that the schedule fits.</param>
    /// <param name="schedule">The schedule, in the party numbers of its system.</param>
    /// <param name="defects">Defects that are on.</param>
    internal ScenarioError? FindDivergence(ScenarioRunner runner, Schedule schedule, DefectSet defects)
    {
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        runner.Run(file.Scenario, replay, defects);
        replay.Finish();
        return replay.DivergedAt < 0 ? null : Divergence(replay.DivergedAt);
    }

    /// <summary>Says that a deviation is not possible.</summary>
    /// <param name="at">Position of the deviation.</param>
    internal ScenarioError Divergence(int at)
    {
        string deviation = $"{line.PartyAt(at)}@{line.PointAt(at)}>{line.NextAt(at)}";
        return Misfit(
            SchedulePlace.Deviation(at),
            $"the run leaves the schedule: deviation {at + 1} of {line.Count}, {deviation}, is not possible");
    }

    private ScenarioError? FindOtherScenario()
    {
        ulong hash = ScenarioHash.Of(file.Scenario);
        return line.Hash == hash
            ? null
            : Misfit(
                SchedulePlace.Hash,
                $"the schedule was recorded for another scenario, the hash of this one is {hash:x16}");
    }

    private ScenarioError? FindOtherModel() => line.ModelVersion == ScenarioRunner.ModelVersion
        ? null
        : Misfit(
            SchedulePlace.ModelVersion,
            $"the schedule was recorded with model {line.ModelVersion}, this is {ScenarioRunner.ModelVersion}");

    /// <summary>Says that a deviation names a party that the system does not have for this scenario, or null.</summary>
    /// <param name="system">The system.</param>
    internal ScenarioError? FindStranger(ModelSystem system)
    {
        system.RelaxesDispatch |= line.Names(ShortName.Of(PartyName.Order));
        Span<ShortName> names = stackalloc ShortName[Scheduler.MaxParties];
        names = names[..system.Parties.List(file.Scenario, names)];
        for (int i = 0; i < line.Count; i++)
        {
            ShortName stranger = names.Contains(line.PartyAt(i)) ? line.NextAt(i) : line.PartyAt(i);
            if (!names.Contains(stranger))
            {
                return Misfit(
                    SchedulePlace.Deviation(i), $"the schedule names a party that the scenario does not have, '{stranger}'");
            }
        }

        return null;
    }

    /// <summary>Says that a word of the line makes the schedule impossible.</summary>
    /// <param name="word">Number of the word; see <see cref="SchedulePlace"/>.</param>
    /// <param name="message">Why.</param>
    internal ScenarioError Misfit(int word, string message) => SchedulePlace.Misfit(name, text, word, message);
}
