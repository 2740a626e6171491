// Names of parties as schedules print them: the name of an actor's strand, or one of the names that no actor can have because
// the language reserves them. Handlers have no name of their own, since they run on a thread's party. A schedule line
// stays meaningful for people, and survives a renumbering of parties, because it holds names and not numbers.

namespace Managarm.Perf.Core.Calls;

/// <summary>Conventions for the names of parties in schedules.</summary>
public static class PartyName
{
    /// <summary>The POSIX server.</summary>
    public const string Posix = "posix";

    /// <summary>The first of the external file servers.</summary>
    public const string Files = "files";

    /// <summary>The second of the external file servers.</summary>
    public const string Files2 = "files2";

    /// <summary>The third of the external file servers.</summary>
    public const string Files3 = "files3";

    /// <summary>The fourth of the external file servers.</summary>
    public const string Files4 = "files4";

    /// <summary>Model time.</summary>
    public const string Time = "time";

    /// <summary>The interrupt lines.</summary>
    public const string Line = "line";

    /// <summary>The environment's clock: the `time:` lines of a scenario.</summary>
    public const string Clock = "clock";

    /// <summary>No party that runs, but the order in which servers handle what is ready, where that is open
    /// (--relax-dispatch).</summary>
    public const string Order = "order";

    /// <summary>No party that runs, but whether time passes while a deadline is written into the HPET.</summary>
    public const string Alarm = "alarm";

    /// <summary>The interrupt entry of the first processor.</summary>
    public const string Processor0 = "cpu0";

    /// <summary>The interrupt entry of the second processor.</summary>
    public const string Processor1 = "cpu1";

    /// <summary>The interrupt entry of the third processor.</summary>
    public const string Processor2 = "cpu2";

    /// <summary>The interrupt entry of the fourth processor.</summary>
    public const string Processor3 = "cpu3";

    /// <summary>The greatest number of parties in one scenario.</summary>
    public const int MaximumCount = Scenario.MaximumActors + ReservedCount;

    private const int ReservedCount = 14;

    // Numbers of parties are part of the byte format, so new names go to the end.
    private static readonly ShortName[] Reserved =
    [
        ShortName.Of(Posix), ShortName.Of(Files), ShortName.Of(Time), ShortName.Of(Line), ShortName.Of(Clock),
        ShortName.Of(Files2), ShortName.Of(Files3), ShortName.Of(Files4), ShortName.Of(Order),
        ShortName.Of(Processor0), ShortName.Of(Processor1), ShortName.Of(Processor2), ShortName.Of(Processor3),
        ShortName.Of(Alarm),
    ];

    private static readonly string[] Processors = [Processor0, Processor1, Processor2, Processor3];

    private static readonly string[] Servers = [Files, Files2, Files3, Files4];

    /// <summary>The party of the external file server with number <paramref name="server"/>, from 0.</summary>
    public static string OfServer(int server) => Servers[server];

    /// <summary>The interrupt entry of processor <paramref name="processor"/>, from 0.</summary>
    public static string OfProcessor(int processor) => Processors[processor];

    /// <summary>Whether <paramref name="name"/> is one of the reserved party names.</summary>
    public static bool IsReserved(ShortName name) => Array.IndexOf(Reserved, name) >= 0;

    /// <summary>How many parties <see cref="List"/> lists.</summary>
    public static int Count(Scenario scenario)
    {
        var count = ReservedCount;
        foreach (ref readonly var strand in scenario.Strands)
        {
            count += strand.IsActor ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Lists the parties of a scenario: its actors in strand order, then posix, files, time, line, clock, files2, files3, files4,
    /// order, cpu0 to cpu3, alarm.
    /// Returns how many;
    /// <paramref name="names"/> needs <see cref="MaximumCount"/> places.
    /// </summary>
    public static int List(Scenario scenario, Span<ShortName> names)
    {
        var count = 0;
        foreach (ref readonly var strand in scenario.Strands)
        {
            if (strand.IsActor)
            {
                names[count++] = strand.Name;
            }
        }

        Reserved.CopyTo(names[count..]);
        return count + ReservedCount;
    }
}
