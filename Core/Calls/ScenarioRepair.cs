// Makes a scenario valid again after somebody took something away. Whoever shrinks or mutates removes calls, or clears a
// strand or a resource by setting its kind to None, and calls Apply: whatever depended on it goes too, until nothing dangles.
// Only the optional is kept without what it named: a condition, the second descriptor of `poll`, an accepted result. Nothing
// is ever added.

namespace Managarm.Perf.Core.Calls;

/// <summary>Removes everything that refers to what a scenario no longer has.</summary>
public static class ScenarioRepair
{
    /// <summary>Removes what dangles from <paramref name="scenario"/>, brings it to normal order and links it.</summary>
    public static void Apply(Scenario scenario)
    {
        bool changed;
        do
        {
            changed = ClearResources(scenario) | ClearStrands(scenario) | RemoveCalls(scenario);
        }
        while (changed);

        for (var i = 0; i < scenario.CallCount; i++)
        {
            DropOptional(scenario, ref scenario.CallAt(i));
        }

        ScenarioOrder.Apply(scenario);
    }

    private static bool ClearResources(Scenario scenario)
    {
        var changed = false;
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref var resource = ref scenario.ResourceAt(i);
            if (resource.Kind == ResourceKind.None || IsResourceWhole(scenario, i))
            {
                continue;
            }

            resource.Kind = ResourceKind.None;
            changed = true;
        }

        return changed;
    }

    private static bool IsResourceWhole(Scenario scenario, int index)
    {
        ref readonly var resource = ref scenario.Resources[index];
        if (resource.Kind == ResourceKind.Device)
        {
            return resource.IsPrelude;
        }

        var first = resource.Kind == ResourceKind.PipeRead ? index : index - 1;
        if (first < 0 || first + 1 >= scenario.ResourceCount || scenario.Resources[first].Kind != ResourceKind.PipeRead
            || scenario.Resources[first + 1].Kind != ResourceKind.PipeWrite)
        {
            return false;
        }

        return resource.IsPrelude || FindCreator(scenario, CallKind.Pipe, first) >= 0;
    }

    private static bool ClearStrands(Scenario scenario)
    {
        var changed = false;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref var strand = ref scenario.StrandAt(i);
            if (strand.Kind is StrandKind.None or StrandKind.Process || IsStrandWhole(scenario, ref strand, i))
            {
                continue;
            }

            strand.Kind = StrandKind.None;
            changed = true;
        }

        return changed;
    }

    private static bool IsStrandWhole(Scenario scenario, ref Strand strand, int index)
    {
        switch (strand.Kind)
        {
            case StrandKind.Thread:
                return strand.IsCloned
                    ? AdoptClone(scenario, ref strand, index)
                    : scenario.Strands[strand.Process].Kind == StrandKind.Process;
            case StrandKind.Handler:
                return scenario.Strands[strand.Process].IsProcess && HasCalls(scenario, index);
            case StrandKind.Child:
                return AdoptChild(scenario, ref strand, index);
            default:
                return HasCalls(scenario, index);
        }
    }

    private static bool AdoptChild(Scenario scenario, ref Strand strand, int index)
    {
        if (FindCreator(scenario, CallKind.Fork, index) < 0 || !ScenarioRules.HasInitialAncestor(scenario, index))
        {
            return false;
        }

        strand.Parent = ProcessOfCreator(scenario, index);
        return scenario.Strands[strand.Parent].IsProcess;
    }

    private static bool AdoptClone(Scenario scenario, ref Strand strand, int index)
    {
        if (FindCreator(scenario, CallKind.Clone, index) < 0 || !ScenarioRules.HasInitialAncestor(scenario, index))
        {
            return false;
        }

        strand.Process = ProcessOfCreator(scenario, index);
        strand.Parent = strand.Process;
        return scenario.Strands[strand.Process].IsProcess;
    }

    /// <summary>
    /// The process of whoever creates a strand. Cloned threads on the way are passed over, because their own process may be
    /// about to change.
    /// </summary>
    private static sbyte ProcessOfCreator(Scenario scenario, int index)
    {
        var strand = ScenarioRules.FindCreatingStrand(scenario, index);
        while (scenario.Strands[strand].IsCloned)
        {
            strand = ScenarioRules.FindCreatingStrand(scenario, strand);
        }

        return scenario.Strands[strand].Process;
    }

    private static bool HasCalls(Scenario scenario, int strand)
    {
        foreach (ref readonly var call in scenario.Calls)
        {
            if (call.Strand == strand)
            {
                return true;
            }
        }

        return false;
    }

    private static int FindCreator(Scenario scenario, CallKind kind, int output)
    {
        for (var i = 0; i < scenario.CallCount; i++)
        {
            if (scenario.Calls[i].Kind == kind && scenario.Calls[i].Output0 == output)
            {
                return i;
            }
        }

        return Scenario.None;
    }

    private static bool RemoveCalls(Scenario scenario)
    {
        var changed = false;
        for (var i = scenario.CallCount - 1; i >= 0; i--)
        {
            if (!IsCallWhole(scenario, i))
            {
                scenario.RemoveCall(i);
                changed = true;
            }
        }

        return changed;
    }

    private static bool IsCallWhole(Scenario scenario, int index)
    {
        ref readonly var call = ref scenario.Calls[index];
        ref readonly var description = ref CallTable.Of(call.Kind);
        if (call.Strand >= scenario.StrandCount || !description.MayBeMadeBy(scenario.Strands[call.Strand].Kind)
            || !HasOutputs(scenario, index))
        {
            return false;
        }

        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var isOptional = kind is ArgumentKind.OptionalPollDescriptor or ArgumentKind.OptionalPollEvents;
            if (!isOptional && !ScenarioRules.IsArgument(scenario, kind, call.Argument(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasOutputs(Scenario scenario, int index)
    {
        ref readonly var call = ref scenario.Calls[index];
        return CallTable.Of(call.Kind).OutputCount switch
        {
            0 => true,
            1 => ScenarioRules.IsCreatedBy(call.Kind, scenario.Strands[call.Output0])
                && FindCreator(scenario, call.Kind, call.Output0) == index,
            _ => scenario.Resources[call.Output0].Kind == ResourceKind.PipeRead && !scenario.Resources[call.Output0].IsPrelude
                && FindCreator(scenario, CallKind.Pipe, call.Output0) == index,
        };
    }

    private static void DropOptional(Scenario scenario, ref Call call)
    {
        if (call.WhenBlocked >= 0 && (call.WhenBlocked == call.Strand || !scenario.Strands[call.WhenBlocked].IsActor))
        {
            call.WhenBlocked = Scenario.None;
        }

        call.WhenSettled &= call.WhenBlocked >= 0;

        if (call.Kind == CallKind.Poll
            && (call.Argument2 < 0 || !ScenarioRules.IsArgument(scenario, ArgumentKind.PollDescriptor, call.Argument2)))
        {
            call.Argument2 = Scenario.None;
            call.Argument3 = 0;
        }

        var children = call.Allowed.Children;
        for (var i = 0; i < Scenario.MaximumStrands; i++)
        {
            if ((children & (1U << i)) != 0 && (i >= scenario.StrandCount || scenario.Strands[i].Kind != StrandKind.Child))
            {
                children &= ~(1U << i);
            }
        }

        call.Allowed.SetChildren(children);
    }
}
