// The words of the scenario language that are not names of calls, signals or errors. Parser and formatter share them, so
// that what one writes the other reads. ScenarioName reserves all of them.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Words of the scenario language.</summary>
internal static class Keyword
{
    internal const string Pipe = "pipe";
    internal const string Device = "device";
    internal const string Process = "process";
    internal const string Thread = "thread";
    internal const string In = "in";
    internal const string Out = "out";
    internal const string When = "when";
    internal const string Blocked = "blocked";
    internal const string Settled = "settled";
    internal const string Ok = "ok";
    internal const string Any = "any";
    internal const string NoHang = "nohang";
    internal const string Schedule = "schedule";
    internal const string On = "on";
    internal const string Machine = "machine";

    private static readonly string[] Declarations = [Pipe, Device, Process, Thread, Machine];
    private static readonly string[] Dispositions = ["default", "ignore", "handle"];
    private static readonly string[] ActionFlagNames = ["restart", "nodefer", "resethand", "nocldwait"];
    private static readonly string[] MaskChanges = ["block", "unblock", "set"];
    private static readonly string[] PollEventNames = [In, Out];
    private static readonly string[] WaitFlagNames = [NoHang];
    private static readonly string[] BehaviourNames = ["terminal", "stream", "deaf", "late", "slow", "serial", "slowcancel"];
    private static readonly string[] AlarmNames = ["tsc", "count", "hpet"];
    private static readonly string[] ServerNames = NameServers();

    /// <summary>The kinds of devices, by <see cref="FileBehaviour"/>.</summary>
    internal static ReadOnlySpan<string> Behaviours => BehaviourNames;

    /// <summary>The devices for deadlines, by <see cref="AlarmKind"/>.</summary>
    internal static ReadOnlySpan<string> Alarms => AlarmNames;

    /// <summary>The external file servers, by number.</summary>
    internal static ReadOnlySpan<string> Servers => ServerNames;

    /// <summary>Whether a line that starts with this word is a prelude.</summary>
    internal static bool IsPrelude(ReadOnlySpan<char> word)
    {
        foreach (var declaration in Declarations)
        {
            if (word.SequenceEqual(declaration))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the words that a line can start with, besides the names of actors.</summary>
    internal static void AddLineStarts(Suggestion suggestion)
    {
        foreach (var declaration in Declarations)
        {
            suggestion.Add(declaration);
        }

        suggestion.Add(Schedule);
    }

    /// <summary>Words by value of an enumerated argument, or by bit of a set of flags; empty for other arguments.</summary>
    internal static ReadOnlySpan<string> WordsOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Disposition => Dispositions,
        ArgumentKind.ActionFlags => ActionFlagNames,
        ArgumentKind.MaskChange => MaskChanges,
        ArgumentKind.WaitFlags => WaitFlagNames,
        ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents => PollEventNames,
        _ => [],
    };

    private static string[] NameServers()
    {
        var names = new string[Scenario.MaximumServers];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = PartyName.OfServer(i);
        }

        return names;
    }
}
