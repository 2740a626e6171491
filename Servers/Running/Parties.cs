// The parties of a scenario: user threads, servers, devices, time. Each has a number, by which the scheduler knows it, and a
// name, by which schedules and reports do. The order in which they are added here is the order in which List tells them without
// a run, so schedules can be read before anything runs.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;

namespace Managarm.Perf.Servers.Running;

/// <summary>Who takes part in a scenario.</summary>
public sealed class Parties
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly TimeBody timeBody;
    private readonly ScriptBody clockBody;
    private readonly ScriptBody lineBody;
    private readonly sbyte[] partyOfStrand = new sbyte[Scenario.MaximumStrands];
    private readonly sbyte[] strandOfParty = new sbyte[Scheduler.MaxParties];
    private readonly ShortName[] nameOfParty = new ShortName[Scheduler.MaxParties];

    internal Parties(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        timeBody = new TimeBody(world);
        clockBody = new ScriptBody(system);
        lineBody = new ScriptBody(system);
    }

    /// <summary>Party that runs a strand.</summary>
    /// <param name="strand">A strand that has one.</param>
    /// <returns>Number of the party.</returns>
    internal int OfStrand(int strand) => partyOfStrand[strand];

    /// <summary>Lists the parties that a scenario would have here, without running it.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="names">Receives the names by party number; needs <see cref="Scheduler.MaxParties"/> places.</param>
    /// <returns>How many there are.</returns>
    public int List(Scenario scenario, Span<ShortName> names)
    {
        int count = 0;
        names[count++] = ShortName.Of(PartyName.Time);
        foreach (ref readonly Strand strand in scenario.Strands)
        {
            if (strand.IsActor)
            {
                names[count++] = strand.Name;
            }
        }

        if (!system.Protocol.IsMonolithic)
        {
            names[count++] = ShortName.Of(PartyName.Posix);
            for (int number = 0; number < Scenario.MaximumServers; number++)
            {
                if (FileServers.IsNeeded(scenario, number))
                {
                    names[count++] = ShortName.Of(PartyName.OfServer(number));
                }
            }
        }

        if (scenario.FindEnvironment(StrandKind.Time) >= 0)
        {
            names[count++] = ShortName.Of(PartyName.Clock);
        }

        if (scenario.FindEnvironment(StrandKind.Line) >= 0)
        {
            names[count++] = ShortName.Of(PartyName.Line);
        }

        for (int processor = 0; processor < scenario.ProcessorCount; processor++)
        {
            names[count++] = ShortName.Of(PartyName.OfProcessor(processor));
        }

        if (scenario.Alarm == AlarmKind.Hpet)
        {
            names[count++] = ShortName.Of(PartyName.Alarm);
        }

        if (system.RelaxesDispatch && !system.Protocol.IsMonolithic)
        {
            names[count++] = ShortName.Of(PartyName.Order);
        }

        return count;
    }

    /// <summary>Names of the parties, by number.</summary>
    public ReadOnlySpan<ShortName> Names => nameOfParty.AsSpan(0, world.Scheduler.PartyCount);

    /// <summary>Name of a party, as schedules print it.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>Strand name or role.</returns>
    public ShortName NameOf(int party) => nameOfParty[party];

    /// <summary>Strand that a party runs.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>The strand, or -1 for servers, devices and time.</returns>
    public int StrandOf(int party) => strandOfParty[party];

    /// <summary>Whether a party is a server that would find nothing to do if it ran now.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>True when its next step would only end in its being disabled.</returns>
    public bool WouldPause(int party)
    {
        if (system.Protocol.IsMonolithic)
        {
            return false;
        }

        bool isDone = system.Posix.Dispatcher.Party == party && system.Posix.Dispatcher.IsDone;
        for (int number = 0; number < Scenario.MaximumServers; number++)
        {
            Dispatcher dispatcher = system.FileServers[number].Dispatcher;
            isDone |= dispatcher.Party == party && system.FileServers[number].IsRunning && dispatcher.IsDone;
        }

        return isDone;
    }

    /// <summary>Adds the parties of the scenario that begins.</summary>
    internal void Add()
    {
        Array.Fill(strandOfParty, (sbyte)-1);
        Name(world.Scheduler.AddParty(PartyKind.Time, timeBody), PartyName.Time);
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (system.Scenario.StrandAt(strand).IsActor)
            {
                int party = world.Scheduler.AddParty(PartyKind.User, system.UserBody);
                partyOfStrand[strand] = (sbyte)party;
                strandOfParty[party] = (sbyte)strand;
                nameOfParty[party] = system.Scenario.StrandAt(strand).Name;
            }
        }

        if (!system.Protocol.IsMonolithic)
        {
            system.Posix.Dispatcher.Start(PartyKind.Posix);
            Name(system.Posix.Dispatcher.Party, PartyName.Posix);
            StartFileServers();
        }

        AddScript(StrandKind.Time, clockBody, PartyKind.Time, PartyName.Clock);
        AddScript(StrandKind.Line, lineBody, PartyKind.Line, PartyName.Line);
        StartProcessors();
        if (system.RelaxesDispatch && !system.Protocol.IsMonolithic)
        {
            Name(world.Scheduler.RelaxDispatch(), PartyName.Order);
        }
    }

    /// <summary>Every party is pinned to a processor: threads in turn, servers by their number, all else to the first.</summary>
    private void StartProcessors()
    {
        int count = system.Scenario.ProcessorCount;
        for (int party = 0; party < world.Scheduler.PartyCount; party++)
        {
            system.Hardware.Processors.Pin(party, strandOfParty[party] >= 0 ? strandOfParty[party] % count : 0);
        }

        for (int number = 0; number < Scenario.MaximumServers && !system.Protocol.IsMonolithic; number++)
        {
            if (FileServers.IsNeeded(system.Scenario, number))
            {
                system.Hardware.Processors.Pin(system.FileServers[number].Dispatcher.Party, (number + 1) % count);
            }
        }

        for (int processor = 0; processor < count; processor++)
        {
            Name(system.Hardware.Processors.Start(processor), PartyName.OfProcessor(processor));
        }

        system.Hardware.Begin(count, system.Scenario.Alarm);
        if (system.Scenario.Alarm == AlarmKind.Hpet)
        {
            system.Hardware.DelayChoice = world.Scheduler.AddChoice();
            Name(system.Hardware.DelayChoice, PartyName.Alarm);
        }
    }

    private void StartFileServers()
    {
        for (int number = 0; number < Scenario.MaximumServers; number++)
        {
            Dispatcher dispatcher = system.FileServers[number].Dispatcher;
            if (!FileServers.IsNeeded(system.Scenario, number))
            {
                dispatcher.StayAway();
                continue;
            }

            dispatcher.Start(PartyKind.Files);
            Name(dispatcher.Party, PartyName.OfServer(number));
        }
    }

    private void AddScript(StrandKind kind, ScriptBody body, PartyKind partyKind, string name)
    {
        int strand = system.Scenario.FindEnvironment(kind);
        if (strand >= 0)
        {
            int party = world.Scheduler.AddParty(partyKind, body);
            partyOfStrand[strand] = (sbyte)party;
            Name(party, name);
        }
    }

    private void Name(int party, string name) => nameOfParty[party] = ShortName.Of(name);

    /// <summary>Lets a strand begin.</summary>
    /// <param name="strand">The strand.</param>
    internal void StartStrand(int strand)
    {
        switch (system.Scenario.StrandAt(strand).Kind)
        {
            case StrandKind.Process or StrandKind.Thread when !system.Scenario.StrandAt(strand).IsCloned:
                world.Threads.Resume(world.Threads.OfStrand(strand));
                break;
            case StrandKind.Time:
                clockBody.Start(partyOfStrand[strand], strand);
                break;
            case StrandKind.Line:
                lineBody.Start(partyOfStrand[strand], strand);
                break;
            default:
                break;
        }
    }
}
