// What occurs in many scenarios, to say what a generator makes and what it leaves out.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Tests.Generation;

/// <summary>What was seen in scenarios.</summary>
/// <param name="Execs">How many start a new image.</param>
/// <param name="Clones">How many clone a thread.</param>
/// <param name="Crashes">How many let a server die.</param>
/// <param name="Kinds">The kinds of devices, a bit each; terminals count only beside others.</param>
/// <param name="Servers">The servers of devices, a bit each; likewise.</param>
/// <param name="Pairs">How many send a process and its thread a signal one right after the other.</param>
/// <param name="Processes">The greatest number of processes.</param>
/// <param name="Actors">The greatest number of threads.</param>
internal readonly record struct Census(
    int Execs, int Clones, int Crashes, int Kinds, int Servers, int Pairs, int Processes, int Actors)
{
    /// <summary>This and one more scenario.</summary>
    internal Census With(Scenario scenario)
    {
        var kinds = Kinds;
        var servers = Servers;
        foreach (ref readonly var resource in scenario.Resources)
        {
            if (resource.Kind == ResourceKind.Device)
            {
                kinds |= 1 << (int)resource.Behaviour;
                servers |= 1 << resource.Server;
            }
        }

        return new Census(
            Execs + Occurrence(scenario, CallKind.Exec),
            Clones + Occurrence(scenario, CallKind.Clone),
            Crashes + Occurrence(scenario, CallKind.Crash),
            kinds == 1 ? 0 : kinds,
            servers == 1 ? 0 : servers,
            Pairs + (HasPair(scenario) ? 1 : 0),
            Math.Max(Processes, scenario.CountProcesses()),
            Math.Max(Actors, scenario.CountActors()));
    }

    private static int Occurrence(Scenario scenario, CallKind kind)
    {
        foreach (ref readonly var call in scenario.Calls)
        {
            if (call.Kind == kind)
            {
                return 1;
            }
        }

        return 0;
    }

    private static bool HasPair(Scenario scenario)
    {
        for (var i = 1; i < scenario.CallCount; i++)
        {
            ref readonly var first = ref scenario.Calls[i - 1];
            ref readonly var second = ref scenario.Calls[i];
            var isPair = (first.Kind, second.Kind) is (CallKind.Kill, CallKind.Tgkill) or (CallKind.Tgkill, CallKind.Kill);
            if (isPair && first.Argument0 == second.Argument0 && first.WhenBlocked >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
