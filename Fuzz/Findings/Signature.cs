// A signature names a violation the way a person would: protocol, violated invariant, class of call, and the roles of the
// deciding preemptions. It is made from a shrunk finding, whose deviations were moved to their last possible point, so that
// equal races give equal signatures whatever schedule found them. Known findings are listed by it.

using System.Text;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Makes signatures.</summary>
public static class Signature
{
    /// <summary>Signature of a violation that the runner has just reproduced.</summary>
    /// <param name="runner">The runner; its recorded schedule is the finding's.</param>
    /// <param name="violation">The violation.</param>
    /// <returns>For instance <c>tristate liveness waitpid U@FlagCheck>U</c>.</returns>
    public static string Of(ScenarioRunner runner, in Violation violation)
    {
        var text = new StringBuilder(runner.System.Protocol.Name);
        text.Append(' ').Append(Invariants.NameOf(violation.Invariant));
        text.Append(' ').Append(violation.Kind == CallKind.None ? "-" : CallTable.Of(violation.Kind).Name);
        AppendCompany(text, runner.System.Scenario, violation.Kind);
        if (violation.Panic != PanicCode.None)
        {
            text.Append(' ').Append(violation.Panic);
        }

        if (runner.Recorded.Count == 0)
        {
            text.Append(" any-schedule");
        }

        for (int i = 0; i < runner.Recorded.Count; i++)
        {
            Deviation deviation = runner.Recorded.Deviations[i];
            text.Append(' ').Append(RoleOf(runner, deviation.Party)).Append('@').Append(runner.Recorded.KindAt(i));
            text.Append('>').Append(RoleOf(runner, deviation.Next));
        }

        return text.ToString();
    }

    /// <summary>The other calls and the kinds of devices that the violation needs; signals are always there and say
    /// nothing.</summary>
    private static void AppendCompany(StringBuilder text, Scenario scenario, CallKind faulty)
    {
        ulong company = 0;
        foreach (ref readonly Call call in scenario.Calls)
        {
            company |= 1UL << (int)call.Kind;
        }

        company &= ~(1UL << (int)faulty);
        string separator = " with ";
        foreach (CallKind kind in Telling)
        {
            if ((company >> (int)kind & 1) != 0)
            {
                text.Append(separator).Append(CallTable.Of(kind).Name);
                separator = ",";
            }
        }

        foreach (FileBehaviour behaviour in Peculiar)
        {
            if (HasDevice(scenario, behaviour))
            {
                text.Append(separator).Append(behaviour.ToString().ToLowerInvariant());
                separator = ",";
            }
        }
    }

    private static readonly CallKind[] Telling =
    [
        CallKind.Close, CallKind.Exit, CallKind.Sigprocmask, CallKind.Sigsuspend, CallKind.Pause, CallKind.Waitpid,
        CallKind.Nanosleep, CallKind.Exec, CallKind.Clone, CallKind.Crash,
    ];

    private static readonly FileBehaviour[] Peculiar =
    [
        FileBehaviour.Stream, FileBehaviour.Deaf, FileBehaviour.Late, FileBehaviour.Slow, FileBehaviour.Serial,
        FileBehaviour.SlowCancel,
    ];

    private static bool HasDevice(Scenario scenario, FileBehaviour behaviour)
    {
        bool isFound = false;
        foreach (ref readonly Resource resource in scenario.Resources)
        {
            isFound |= resource.Kind == ResourceKind.Device && resource.Behaviour == behaviour;
        }

        return isFound;
    }

    private static char RoleOf(ScenarioRunner runner, int party) => runner.System.World.Scheduler[party].Kind switch
    {
        PartyKind.User => 'U',
        PartyKind.Posix => 'P',
        PartyKind.Files => 'F',
        PartyKind.Line => 'L',
        PartyKind.Order => 'O',
        PartyKind.Processor => 'C',
        _ => 'T',
    };
}
