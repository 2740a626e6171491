// What an engine that only knows bytes says with them: a scenario, and either a strategy with its seed or the exact deviations of
// a schedule. The first lets a change of one byte draw another schedule, the second lets it move one preemption. Protocol,
// profile and defects are not part of it; they are the engine's command line.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Searching;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>An input of a byte-oriented engine.</summary>
public sealed class EngineInput
{
    /// <summary>How the schedule is said.</summary>
    public EngineForm Form { get; set; }

    /// <summary>The scenario, in normal order and with standard names.</summary>
    public Scenario Scenario { get; } = new();

    /// <summary>The strategy, when the form is <see cref="EngineForm.Seeded"/>.</summary>
    public ScheduleKind Strategy { get; set; }

    /// <summary>Its seed.</summary>
    public ulong Seed { get; set; }

    /// <summary>The schedule, when the form is <see cref="EngineForm.Exact"/>, otherwise empty; parties are numbered as
    /// <see cref="PartyName.List"/> does.</summary>
    public Schedule Schedule { get; } = new();

    /// <summary>Gives the schedule in the party numbers of a system. What names a party that the system does not have is left
    /// out: no run could follow it.</summary>
    /// <param name="parties">Names of the system's parties for this scenario, in their order.</param>
    /// <param name="schedule">Receives the schedule.</param>
    public void ScheduleFor(ReadOnlySpan<ShortName> parties, Schedule schedule)
    {
        Span<ShortName> names = stackalloc ShortName[PartyName.MaximumCount];
        names = names[..PartyName.List(Scenario, names)];
        schedule.Clear();
        foreach (Deviation deviation in Schedule.Deviations)
        {
            int party = parties.IndexOf(names[deviation.Party]);
            int next = parties.IndexOf(names[deviation.Next]);
            if (party >= 0 && next >= 0)
            {
                schedule.Add(new Deviation((byte)party, (byte)next, deviation.Point));
            }
        }
    }
}

/// <summary>How an input says its schedule.</summary>
public enum EngineForm
{
    /// <summary>A strategy and a seed.</summary>
    Seeded,

    /// <summary>Deviations.</summary>
    Exact,
}
