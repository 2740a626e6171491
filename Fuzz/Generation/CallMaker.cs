// Makes one call for a strand of a scenario, with arguments that are likely to matter: descriptors in the right direction,
// signals that the target handles, children of the caller, few bytes, short times. Wrong ones occur as well, but seldom,
// since most of their runs end in an error at once. Generator and mutator share it; it only adds strands and resources
// for `fork`, `clone` and `pipe`.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Makes single calls.</summary>
internal static class CallMaker
{
    private static ReadOnlySpan<byte> SignalWeights => [2, 5, 4, 40, 20, 2, 4, 3, 8, 3, 2, 5, 3];

    private static ReadOnlySpan<byte> ByteCountWeights => [55, 15, 4, 20, 6];

    private static ReadOnlySpan<byte> TimeoutWeights => [55, 12, 33];

    /// <summary>
    /// Makes a call of <paramref name="kind"/> for <paramref name="strand"/>; false when the scenario lacks what it needs.
    /// </summary>
    internal static bool TryMake(ref Prng random, Scenario scenario, int strand, CallKind kind, out Call call)
    {
        call = Call.Of(strand, kind);
        if (!CallTable.Of(kind).MayBeMadeBy(scenario.Strands[strand].Kind) || !TryCreateOutputs(scenario, ref call))
        {
            return false;
        }

        for (var i = 0; i < CallTable.Of(kind).ArgumentCount; i++)
        {
            if (!TryChoose(ref random, scenario, ref call, i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Chooses argument <paramref name="index"/> of a call anew; false when the scenario has nothing to choose from.
    /// </summary>
    internal static bool TryChoose(ref Prng random, Scenario scenario, ref Call call, int index)
    {
        var kind = CallTable.Of(call.Kind).ArgumentAt(index);
        var value = Choose(ref random, scenario, call, kind, index);
        if (kind == ArgumentKind.OptionalPollDescriptor && value < 0)
        {
            call.SetArgument(index + 1, 0);
        }
        else if (kind == ArgumentKind.OptionalPollDescriptor && call.Argument(index + 1) == 0)
        {
            call.SetArgument(index + 1, (int)EventsOf(scenario, value));
        }

        call.SetArgument(index, value);
        return ScenarioRules.IsArgument(scenario, kind, value);
    }

    /// <summary>
    /// The signals of the table that a process handles somewhere in the scenario, handlers of its ancestors included.
    /// </summary>
    internal static ushort HandledBy(Scenario scenario, int process)
    {
        var mask = 0;
        for (var steps = 0; process >= 0 && steps < Scenario.MaximumStrands; steps++)
        {
            foreach (ref readonly var call in scenario.Calls)
            {
                if (call.Kind == CallKind.Sigaction && call.Argument1 == (int)SignalDisposition.Handle
                    && scenario.Strands[call.Strand].Process == process)
                {
                    mask |= SignalTable.MaskOf(call.Argument0);
                }
            }

            process = scenario.Strands[process].Parent;
        }

        return (ushort)mask;
    }

    /// <summary>A signal: mostly one that <paramref name="process"/> handles.</summary>
    internal static int ChooseSignal(ref Prng random, Scenario scenario, int process)
    {
        var handled = HandledBy(scenario, process);
        return handled != 0 && Choice.Chance(ref random, 80)
            ? Choice.Bit(ref random, handled)
            : Choice.Pick(ref random, SignalWeights);
    }

    private static bool TryCreateOutputs(Scenario scenario, ref Call call)
    {
        if (CallTable.Of(call.Kind).CreatesStrand)
        {
            var process = scenario.Strands[call.Strand].Process;
            call.Output0 = (sbyte)scenario.AddStrand(call.Kind == CallKind.Clone
                ? Strand.ForClone(process, default)
                : Strand.ForChild(scenario.StrandCount, process, default));
            return call.Output0 >= 0;
        }

        if (call.Kind != CallKind.Pipe)
        {
            return true;
        }

        if (scenario.ResourceCount + 2 > Scenario.MaximumResources)
        {
            return false;
        }

        call.Output0 = (sbyte)scenario.AddResource(Resource.Of(ResourceKind.PipeRead, isPrelude: false, default));
        call.Output1 = (sbyte)scenario.AddResource(Resource.Of(ResourceKind.PipeWrite, isPrelude: false, default));
        return true;
    }

    private static int Choose(ref Prng random, Scenario scenario, in Call call, ArgumentKind kind, int index)
    {
        switch (kind)
        {
            case ArgumentKind.Descriptor or ArgumentKind.PollDescriptor or ArgumentKind.Device:
                return ChooseResource(ref random, scenario, call);
            case ArgumentKind.OptionalPollDescriptor:
                return Choice.Chance(ref random, 25) ? ChooseResource(ref random, scenario, call) : Scenario.None;
            case ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents:
                return call.Argument(index - 1) < 0 ? 0 : ChooseEvents(ref random, scenario, call.Argument(index - 1));
            case ArgumentKind.Process:
                return ChooseProcess(ref random, scenario, call.Strand);
            case ArgumentKind.ProcessOrAny:
                return ChooseChild(ref random, scenario, call.Strand);
            case ArgumentKind.Thread:
                return ChooseThread(ref random, scenario, call.Argument0);
            case ArgumentKind.Signal when call.Kind == CallKind.Sigaction && Choice.Chance(ref random, 70):
                return Choice.Pick(ref random, SignalWeights);
            case ArgumentKind.Signal:
                return ChooseSignal(ref random, scenario, SignalTarget(scenario, call));
            default:
                return ChooseNumber(ref random, scenario, call, kind);
        }
    }

    private static int SignalTarget(Scenario scenario, in Call call) =>
        CallTable.Of(call.Kind).Has(CallFlags.SendsSignal) ? call.Argument0 : scenario.Strands[call.Strand].Process;

    private static int ChooseNumber(ref Prng random, Scenario scenario, in Call call, ArgumentKind kind) => kind switch
    {
        ArgumentKind.ByteCount => ChooseByteCount(ref random),
        ArgumentKind.Disposition => Choice.Chance(ref random, 70) ? (int)SignalDisposition.Handle : Choice.Below(ref random, 2),
        ArgumentKind.ActionFlags => Choice.Chance(ref random, 75) ? 0 : 1 << Choice.Below(ref random, 4),
        ArgumentKind.MaskChange => Choice.Below(ref random, 3),
        ArgumentKind.SignalSet => ChooseSet(ref random, scenario, scenario.Strands[call.Strand].Process),
        ArgumentKind.WaitFlags => Choice.Chance(ref random, 15) ? (int)WaitFlags.NoHang : 0,
        ArgumentKind.Ticks => 1 + Choice.Below(ref random, 20),
        ArgumentKind.Timeout => ChooseTimeout(ref random),
        _ => Choice.Below(ref random, 3),
    };

    private static int ChooseByteCount(ref Prng random) => Choice.Pick(ref random, ByteCountWeights) switch
    {
        0 => 1,
        1 => 2,
        2 => 0,
        3 => 3 + Choice.Below(ref random, 14),
        _ => Choice.Below(ref random, CallTable.MaximumByteCount + 1),
    };

    private static int ChooseTimeout(ref Prng random) => Choice.Pick(ref random, TimeoutWeights) switch
    {
        0 => -1,
        1 => 0,
        _ => 1 + Choice.Below(ref random, 20),
    };

    private static int ChooseSet(ref Prng random, Scenario scenario, int process)
    {
        var mask = 0;
        for (var count = Choice.Below(ref random, 3); count > 0; count--)
        {
            mask |= SignalTable.MaskOf(ChooseSignal(ref random, scenario, process));
        }

        return mask;
    }

    private static int ChooseResource(ref Prng random, Scenario scenario, in Call call)
    {
        var wanted = 0U;
        var reachable = 0U;
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref readonly var resource = ref scenario.Resources[i];
            var bit = 1U << i;
            reachable |= resource.Kind != ResourceKind.None && IsReachable(scenario, i, call.Strand) ? bit : 0;
            wanted |= IsWanted(call.Kind, resource.Kind) ? bit : 0;
        }

        if (call.Kind is CallKind.Raise or CallKind.Crash)
        {
            return Choice.Bit(ref random, wanted);
        }

        var good = wanted & reachable;
        return Choice.Bit(ref random, good != 0 && Choice.Chance(ref random, 92) ? good : reachable);
    }

    private static bool IsWanted(CallKind call, ResourceKind resource) => call switch
    {
        CallKind.Read => resource is ResourceKind.PipeRead or ResourceKind.Device,
        CallKind.Write => resource == ResourceKind.PipeWrite,
        CallKind.Raise or CallKind.Crash => resource == ResourceKind.Device,
        _ => resource != ResourceKind.None,
    };

    /// <summary>
    /// Whether the strand's process can have the resource: of the prelude, or created by itself or an ancestor.
    /// </summary>
    private static bool IsReachable(Scenario scenario, int resource, int strand)
    {
        if (scenario.Resources[resource].IsPrelude)
        {
            return true;
        }

        var first = scenario.Resources[resource].Kind == ResourceKind.PipeRead ? resource : resource - 1;
        foreach (ref readonly var call in scenario.Calls)
        {
            if (call.Kind == CallKind.Pipe && call.Output0 == first)
            {
                return IsSelfOrAncestor(scenario, scenario.Strands[call.Strand].Process, scenario.Strands[strand].Process);
            }
        }

        return false;
    }

    private static bool IsSelfOrAncestor(Scenario scenario, int ancestor, int process)
    {
        for (var steps = 0; process >= 0 && steps < Scenario.MaximumStrands; steps++)
        {
            if (process == ancestor)
            {
                return true;
            }

            process = scenario.Strands[process].Parent;
        }

        return false;
    }

    private static int ChooseEvents(ref Prng random, Scenario scenario, int resource) =>
        Choice.Chance(ref random, 85) ? (int)EventsOf(scenario, resource) : 1 + Choice.Below(ref random, 3);

    private static PollEvents EventsOf(Scenario scenario, int resource) =>
        scenario.Resources[resource].Kind == ResourceKind.PipeWrite ? PollEvents.Out : PollEvents.In;

    private static int ChooseProcess(ref Prng random, Scenario scenario, int caller)
    {
        var own = scenario.Strands[caller].Process;
        var others = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            others |= scenario.Strands[i].IsProcess && i != own ? 1U << i : 0;
        }

        return others == 0 || Choice.Chance(ref random, 15) ? own : Choice.Bit(ref random, others);
    }

    private static int ChooseChild(ref Prng random, Scenario scenario, int caller)
    {
        var own = scenario.Strands[caller].Process;
        var children = 0U;
        var others = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref readonly var strand = ref scenario.Strands[i];
            children |= strand.Kind == StrandKind.Child && strand.Parent == own ? 1U << i : 0;
            others |= strand.IsProcess ? 1U << i : 0;
        }

        if (children != 0 && Choice.Chance(ref random, 60))
        {
            return Choice.Bit(ref random, children);
        }

        return Choice.Chance(ref random, 90) ? Scenario.None : Choice.Bit(ref random, others);
    }

    private static int ChooseThread(ref Prng random, Scenario scenario, int process)
    {
        var threads = 0U;
        var all = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref readonly var strand = ref scenario.Strands[i];
            all |= strand.IsActor ? 1U << i : 0;
            threads |= strand.IsActor && strand.Process == process ? 1U << i : 0;
        }

        return Choice.Bit(ref random, threads != 0 && Choice.Chance(ref random, 95) ? threads : all);
    }
}
