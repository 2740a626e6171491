// What makes a scenario valid. Parser, codec, generator, mutator and shrinker produce only scenarios that pass, and the runner
// relies on it without checking again. The rules follow the language: whatever text cannot say is not valid, so every valid
// scenario in normal order has a text that parses to exactly the same scenario. Nothing here judges whether a scenario is
// sensible: reading from a descriptor that the process never receives is valid and ends in EBADF.

namespace Managarm.Perf.Core.Calls;

/// <summary>The rules of valid scenarios.</summary>
public static class ScenarioRules
{
    /// <summary>The first rule that <paramref name="scenario"/> breaks; links need not be up to date.</summary>
    public static ScenarioProblem Check(Scenario scenario)
    {
        var problem = IsMachine(scenario.ProcessorCount, scenario.Alarm) ? CheckStrands(scenario) : ScenarioProblem.MachineShape;
        problem = problem == ScenarioProblem.None ? CheckCounts(scenario) : problem;
        problem = problem == ScenarioProblem.None ? CheckResources(scenario) : problem;
        problem = problem == ScenarioProblem.None ? CheckCalls(scenario) : problem;
        problem = problem == ScenarioProblem.None ? CheckCreators(scenario) : problem;
        return problem == ScenarioProblem.None ? CheckNames(scenario) : problem;
    }

    /// <summary>Like <see cref="Check"/>; also demands the order of the normal form.</summary>
    public static ScenarioProblem CheckNormal(Scenario scenario)
    {
        var problem = Check(scenario);
        if (problem != ScenarioProblem.None)
        {
            return problem;
        }

        return ScenarioOrder.IsNormal(scenario) ? ScenarioProblem.None : ScenarioProblem.Order;
    }

    /// <summary>Whether there is such a machine: the HPET serves one processor only.</summary>
    public static bool IsMachine(int processors, AlarmKind alarm) =>
        processors is >= 1 and <= Scenario.MaximumProcessors && alarm <= AlarmKind.Hpet
        && (processors == 1 || alarm != AlarmKind.Hpet);

    /// <summary>Whether <paramref name="value"/> may be argument <paramref name="kind"/> of a call in this scenario.</summary>
    public static bool IsArgument(Scenario scenario, ArgumentKind kind, int value)
    {
        if (kind == ArgumentKind.SignalSet)
        {
            return ((ushort)value & ~SignalTable.AllMask) == 0;
        }

        if (value < CallTable.MinimumOf(kind) || value > CallTable.MaximumOf(kind))
        {
            return false;
        }

        if (value < 0)
        {
            return true;
        }

        if (CallTable.IsResource(kind))
        {
            return value < scenario.ResourceCount && IsResourceOf(kind, scenario.Resources[value].Kind);
        }

        return !CallTable.IsStrand(kind) || (value < scenario.StrandCount && IsStrandOf(kind, scenario.Strands[value]));
    }

    /// <summary>Whether following creators from a child or a cloned thread ends at an actor that exists from the
    /// start.</summary>
    public static bool HasInitialAncestor(Scenario scenario, int created)
    {
        var strand = created;
        for (var steps = 0; steps <= scenario.StrandCount; steps++)
        {
            if (!scenario.Strands[strand].IsCreated)
            {
                return scenario.Strands[strand].IsActor;
            }

            strand = FindCreatingStrand(scenario, strand);
            if ((uint)strand >= (uint)scenario.StrandCount)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// The strand that creates <paramref name="strand"/> by a <c>fork</c> or <c>clone</c>, or -1; needs no links.
    /// </summary>
    public static int FindCreatingStrand(Scenario scenario, int strand)
    {
        foreach (ref readonly var call in scenario.Calls)
        {
            if (call.Output0 == strand && CallTable.Of(call.Kind).CreatesStrand)
            {
                return call.Strand;
            }
        }

        return Scenario.None;
    }

    /// <summary>Whether a call of this kind can create a strand like <paramref name="strand"/>.</summary>
    public static bool IsCreatedBy(CallKind kind, in Strand strand) =>
        CallTable.Of(kind).Has(CallFlags.CreatesThread) ? strand.IsCloned : strand.Kind == StrandKind.Child;

    private static bool IsResourceOf(ArgumentKind kind, ResourceKind resource) =>
        kind == ArgumentKind.Device ? resource == ResourceKind.Device : resource != ResourceKind.None;

    private static bool IsStrandOf(ArgumentKind kind, in Strand strand) =>
        kind == ArgumentKind.Thread ? strand.IsActor : strand.IsProcess;

    private static ScenarioProblem CheckStrands(Scenario scenario)
    {
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (!HasShape(scenario, i))
            {
                return ScenarioProblem.StrandShape;
            }

            for (var j = 0; j < i; j++)
            {
                if (AreRivals(scenario.Strands[i], scenario.Strands[j]))
                {
                    return ScenarioProblem.Duplicate;
                }
            }
        }

        return ScenarioProblem.None;
    }

    private static bool HasShape(Scenario scenario, int index)
    {
        ref readonly var strand = ref scenario.Strands[index];
        var hasParent = strand.Parent != Scenario.None;
        var hasSignal = strand.Signal != Scenario.None;
        switch (strand.Kind)
        {
            case StrandKind.Process:
                return strand.Process == index && !hasParent && !hasSignal;
            case StrandKind.Child:
                return strand.Process == index && !hasSignal && IsProcessAt(scenario, strand.Parent);
            case StrandKind.Thread:
                return !hasSignal && IsProcessAt(scenario, strand.Process) && (hasParent
                    ? strand.Parent == strand.Process
                    : scenario.Strands[strand.Process].Kind == StrandKind.Process);
            case StrandKind.Handler:
                return !hasParent && (uint)strand.Signal < SignalTable.Count && IsProcessAt(scenario, strand.Process)
                    && strand.Name.IsEmpty;
            case StrandKind.Time or StrandKind.Line:
                return strand.Process == Scenario.None && !hasParent && !hasSignal && strand.Name.IsEmpty;
            default:
                return false;
        }
    }

    private static bool IsProcessAt(Scenario scenario, int index) =>
        (uint)index < (uint)scenario.StrandCount && scenario.Strands[index].IsProcess;

    private static bool AreRivals(in Strand left, in Strand right)
    {
        if (left.Kind != right.Kind)
        {
            return false;
        }

        return left.Kind is StrandKind.Time or StrandKind.Line
            || (left.Kind == StrandKind.Handler && left.Process == right.Process && left.Signal == right.Signal);
    }

    private static ScenarioProblem CheckCounts(Scenario scenario)
    {
        if (scenario.CountProcesses() > Scenario.MaximumProcesses)
        {
            return ScenarioProblem.ProcessLimit;
        }

        if (scenario.CountActors() > Scenario.MaximumActors)
        {
            return ScenarioProblem.ActorLimit;
        }

        return scenario.CountDevices() > Scenario.MaximumDevices ? ScenarioProblem.DeviceLimit : ScenarioProblem.None;
    }

    private static ScenarioProblem CheckResources(Scenario scenario)
    {
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref readonly var resource = ref scenario.Resources[i];
            var isShaped = resource.Kind switch
            {
                ResourceKind.PipeRead => HasNeighbour(scenario, i, i + 1, ResourceKind.PipeWrite),
                ResourceKind.PipeWrite => HasNeighbour(scenario, i, i - 1, ResourceKind.PipeRead),
                ResourceKind.Device => resource.IsPrelude && resource.Server < Scenario.MaximumServers
                    && resource.Behaviour <= FileBehaviour.SlowCancel,
                _ => false,
            };
            if (!isShaped || (resource.Kind != ResourceKind.Device && !IsPlain(resource)))
            {
                return ScenarioProblem.ResourceShape;
            }
        }

        return ScenarioProblem.None;
    }

    private static bool IsPlain(in Resource resource) => resource is { Server: 0, Behaviour: FileBehaviour.Terminal };

    private static bool HasNeighbour(Scenario scenario, int index, int other, ResourceKind kind) =>
        (uint)other < (uint)scenario.ResourceCount && scenario.Resources[other].Kind == kind
        && scenario.Resources[other].IsPrelude == scenario.Resources[index].IsPrelude;

    private static ScenarioProblem CheckCalls(Scenario scenario)
    {
        for (var i = 0; i < scenario.CallCount; i++)
        {
            var problem = CheckCall(scenario, scenario.Calls[i]);
            if (problem != ScenarioProblem.None)
            {
                return problem;
            }
        }

        return ScenarioProblem.None;
    }

    private static ScenarioProblem CheckCall(Scenario scenario, in Call call)
    {
        if (call.Strand >= scenario.StrandCount || call.Kind == CallKind.None || (int)call.Kind >= CallTable.Count
            || !CallTable.Of(call.Kind).MayBeMadeBy(scenario.Strands[call.Strand].Kind))
        {
            return ScenarioProblem.Caller;
        }

        if (!HasOutputs(scenario, call))
        {
            return ScenarioProblem.Outputs;
        }

        if (!HasArguments(scenario, call))
        {
            return ScenarioProblem.Argument;
        }

        if (!IsCondition(scenario, call.Strand, call.WhenBlocked))
        {
            return ScenarioProblem.Condition;
        }

        return HasResults(scenario, call) ? ScenarioProblem.None : ScenarioProblem.Results;
    }

    private static bool HasOutputs(Scenario scenario, in Call call) => CallTable.Of(call.Kind).OutputCount switch
    {
        0 => call.Output0 == Scenario.None && call.Output1 == Scenario.None,
        1 => (uint)call.Output0 < (uint)scenario.StrandCount && call.Output1 == Scenario.None
            && IsCreatedBy(call.Kind, scenario.Strands[call.Output0]),
        _ => (uint)call.Output0 < (uint)scenario.ResourceCount && call.Output1 == call.Output0 + 1
            && scenario.Resources[call.Output0].Kind == ResourceKind.PipeRead,
    };

    private static bool HasArguments(Scenario scenario, in Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < Call.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            if (!IsArgument(scenario, kind, call.Argument(i)))
            {
                return false;
            }

            if (kind == ArgumentKind.OptionalPollEvents && call.Argument(i - 1) < 0 != (call.Argument(i) == 0))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsCondition(Scenario scenario, int caller, int condition)
    {
        if (condition == Scenario.None)
        {
            return true;
        }

        return (uint)condition < (uint)scenario.StrandCount && condition != caller && scenario.Strands[condition].IsActor;
    }

    private static bool HasResults(Scenario scenario, in Call call)
    {
        if (!call.Allowed.IsSpecified)
        {
            return true;
        }

        var result = CallTable.Of(call.Kind).Result;
        if (result == ResultKind.None || (call.Allowed.Children != 0 && result != ResultKind.Process)
            || (ulong)call.Allowed.Errnos >> ErrnoTable.Count != 0)
        {
            return false;
        }

        for (var i = 0; i < Scenario.MaximumStrands; i++)
        {
            if ((call.Allowed.Children & (1U << i)) != 0
                && (i >= scenario.StrandCount || scenario.Strands[i].Kind != StrandKind.Child))
            {
                return false;
            }
        }

        return true;
    }

    private static ScenarioProblem CheckCreators(Scenario scenario)
    {
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            var problem = CheckStrandCreator(scenario, i);
            if (problem != ScenarioProblem.None)
            {
                return problem;
            }
        }

        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref readonly var resource = ref scenario.Resources[i];
            if (resource.Kind == ResourceKind.PipeRead
                && CountCreators(scenario, CallKind.Pipe, i) != (resource.IsPrelude ? 0 : 1))
            {
                return ScenarioProblem.ResourceCreator;
            }
        }

        return ScenarioProblem.None;
    }

    private static ScenarioProblem CheckStrandCreator(Scenario scenario, int index)
    {
        ref readonly var strand = ref scenario.Strands[index];
        if (strand.Kind is StrandKind.Handler or StrandKind.Time or StrandKind.Line)
        {
            return HasCalls(scenario, index) ? ScenarioProblem.None : ScenarioProblem.EmptyStrand;
        }

        if (!strand.IsCreated)
        {
            return ScenarioProblem.None;
        }

        var kind = strand.IsCloned ? CallKind.Clone : CallKind.Fork;
        if (CountCreators(scenario, kind, index) != 1
            || scenario.Strands[FindCreatingStrand(scenario, index)].Process != strand.Parent)
        {
            return strand.IsCloned ? ScenarioProblem.CloneCreator : ScenarioProblem.ChildCreator;
        }

        return HasInitialAncestor(scenario, index) ? ScenarioProblem.None : ScenarioProblem.CreationCycle;
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

    private static int CountCreators(Scenario scenario, CallKind kind, int output)
    {
        var count = 0;
        foreach (ref readonly var call in scenario.Calls)
        {
            if (call.Kind == kind && call.Output0 == output)
            {
                count++;
            }
        }

        return count;
    }

    private static ScenarioProblem CheckNames(Scenario scenario)
    {
        Span<ShortName> seen = stackalloc ShortName[Scenario.MaximumStrands + Scenario.MaximumResources];
        var count = 0;
        foreach (ref readonly var strand in scenario.Strands)
        {
            if (strand.IsActor)
            {
                seen[count++] = strand.Name;
            }
        }

        foreach (ref readonly var resource in scenario.Resources)
        {
            seen[count++] = resource.Name;
        }

        for (var i = 0; i < count; i++)
        {
            if (!ScenarioName.IsLegal(seen[i]))
            {
                return ScenarioProblem.IllegalName;
            }

            if (seen[..i].Contains(seen[i]))
            {
                return ScenarioProblem.Duplicate;
            }
        }

        return ScenarioProblem.None;
    }
}
