// What makes a program valid. Parser, codec, generator, mutator and shrinker produce only programs that pass, and the runner
// relies on it without checking again. The rules follow the language: whatever text cannot say is not valid, so every valid
// program in normal order has a text that parses to exactly the same program. Nothing here judges whether a program is
// sensible: reading from a descriptor that the process never receives is valid and ends in EBADF.

namespace Managarm.Perf.Core;

/// <summary>The rules of valid programs.</summary>
public static class ProgramRules
{
    /// <summary>The first rule that <paramref name="program"/> breaks; links need not be up to date.</summary>
    public static ProgramFault Check(Program program)
    {
        var fault = IsMachine(program.ProcessorCount, program.Alarm) ? CheckStrands(program) : ProgramFault.MachineShape;
        fault = fault == ProgramFault.None ? CheckCounts(program) : fault;
        fault = fault == ProgramFault.None ? CheckResources(program) : fault;
        fault = fault == ProgramFault.None ? CheckCalls(program) : fault;
        fault = fault == ProgramFault.None ? CheckCreators(program) : fault;
        return fault == ProgramFault.None ? CheckNames(program) : fault;
    }

    /// <summary>Like <see cref="Check"/>; also demands the order of the normal form.</summary>
    public static ProgramFault CheckNormal(Program program)
    {
        var fault = Check(program);
        if (fault != ProgramFault.None)
        {
            return fault;
        }

        return ProgramOrder.IsNormal(program) ? ProgramFault.None : ProgramFault.Order;
    }

    /// <summary>Whether there is such a machine: the HPET serves one processor only.</summary>
    public static bool IsMachine(int processors, AlarmKind alarm) =>
        processors is >= 1 and <= Program.MaximumProcessors && alarm <= AlarmKind.Hpet
        && (processors == 1 || alarm != AlarmKind.Hpet);

    /// <summary>Whether <paramref name="value"/> may be argument <paramref name="kind"/> of a call in this program.</summary>
    public static bool IsArgument(Program program, ArgumentKind kind, int value)
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
            return value < program.ResourceCount && IsResourceOf(kind, program.Resources[value].Kind);
        }

        return !CallTable.IsStrand(kind) || (value < program.StrandCount && IsStrandOf(kind, program.Strands[value]));
    }

    /// <summary>Whether following creators from a child or a cloned thread ends at an actor that exists from the
    /// start.</summary>
    public static bool HasInitialAncestor(Program program, int created)
    {
        var strand = created;
        for (var steps = 0; steps <= program.StrandCount; steps++)
        {
            if (!program.Strands[strand].IsCreated)
            {
                return program.Strands[strand].IsActor;
            }

            strand = FindCreatingStrand(program, strand);
            if ((uint)strand >= (uint)program.StrandCount)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// The strand that creates <paramref name="strand"/> by a <c>fork</c> or <c>clone</c>, or -1; needs no links.
    /// </summary>
    public static int FindCreatingStrand(Program program, int strand)
    {
        foreach (ref readonly var call in program.Calls)
        {
            if (call.Output0 == strand && CallTable.Of(call.Kind).CreatesStrand)
            {
                return call.Strand;
            }
        }

        return Program.None;
    }

    /// <summary>Whether a call of this kind can create a strand like <paramref name="strand"/>.</summary>
    public static bool IsCreatedBy(CallKind kind, in Strand strand) =>
        CallTable.Of(kind).Has(CallFlags.CreatesThread) ? strand.IsCloned : strand.Kind == StrandKind.Child;

    private static bool IsResourceOf(ArgumentKind kind, ResourceKind resource) =>
        kind == ArgumentKind.Device ? resource == ResourceKind.Device : resource != ResourceKind.None;

    private static bool IsStrandOf(ArgumentKind kind, in Strand strand) =>
        kind == ArgumentKind.Thread ? strand.IsActor : strand.IsProcess;

    private static ProgramFault CheckStrands(Program program)
    {
        for (var i = 0; i < program.StrandCount; i++)
        {
            if (!HasShape(program, i))
            {
                return ProgramFault.StrandShape;
            }

            for (var j = 0; j < i; j++)
            {
                if (AreRivals(program.Strands[i], program.Strands[j]))
                {
                    return ProgramFault.Duplicate;
                }
            }
        }

        return ProgramFault.None;
    }

    private static bool HasShape(Program program, int index)
    {
        ref readonly var strand = ref program.Strands[index];
        var hasParent = strand.Parent != Program.None;
        var hasSignal = strand.Signal != Program.None;
        switch (strand.Kind)
        {
            case StrandKind.Process:
                return strand.Process == index && !hasParent && !hasSignal;
            case StrandKind.Child:
                return strand.Process == index && !hasSignal && IsProcessAt(program, strand.Parent);
            case StrandKind.Thread:
                return !hasSignal && IsProcessAt(program, strand.Process) && (hasParent
                    ? strand.Parent == strand.Process
                    : program.Strands[strand.Process].Kind == StrandKind.Process);
            case StrandKind.Handler:
                return !hasParent && (uint)strand.Signal < SignalTable.Count && IsProcessAt(program, strand.Process)
                    && strand.Name.IsEmpty;
            case StrandKind.Time or StrandKind.Line:
                return strand.Process == Program.None && !hasParent && !hasSignal && strand.Name.IsEmpty;
            default:
                return false;
        }
    }

    private static bool IsProcessAt(Program program, int index) =>
        (uint)index < (uint)program.StrandCount && program.Strands[index].IsProcess;

    private static bool AreRivals(in Strand left, in Strand right)
    {
        if (left.Kind != right.Kind)
        {
            return false;
        }

        return left.Kind is StrandKind.Time or StrandKind.Line
            || (left.Kind == StrandKind.Handler && left.Process == right.Process && left.Signal == right.Signal);
    }

    private static ProgramFault CheckCounts(Program program)
    {
        if (program.CountProcesses() > Program.MaximumProcesses)
        {
            return ProgramFault.ProcessLimit;
        }

        if (program.CountActors() > Program.MaximumActors)
        {
            return ProgramFault.ActorLimit;
        }

        return program.CountDevices() > Program.MaximumDevices ? ProgramFault.DeviceLimit : ProgramFault.None;
    }

    private static ProgramFault CheckResources(Program program)
    {
        for (var i = 0; i < program.ResourceCount; i++)
        {
            ref readonly var resource = ref program.Resources[i];
            var isShaped = resource.Kind switch
            {
                ResourceKind.PipeRead => HasNeighbour(program, i, i + 1, ResourceKind.PipeWrite),
                ResourceKind.PipeWrite => HasNeighbour(program, i, i - 1, ResourceKind.PipeRead),
                ResourceKind.Device => resource.IsPrelude && resource.Server < Program.MaximumServers
                    && resource.Behaviour <= FileBehaviour.SlowCancel,
                _ => false,
            };
            if (!isShaped || (resource.Kind != ResourceKind.Device && !IsPlain(resource)))
            {
                return ProgramFault.ResourceShape;
            }
        }

        return ProgramFault.None;
    }

    private static bool IsPlain(in Resource resource) => resource is { Server: 0, Behaviour: FileBehaviour.Terminal };

    private static bool HasNeighbour(Program program, int index, int other, ResourceKind kind) =>
        (uint)other < (uint)program.ResourceCount && program.Resources[other].Kind == kind
        && program.Resources[other].IsPrelude == program.Resources[index].IsPrelude;

    private static ProgramFault CheckCalls(Program program)
    {
        for (var i = 0; i < program.CallCount; i++)
        {
            var fault = CheckCall(program, program.Calls[i]);
            if (fault != ProgramFault.None)
            {
                return fault;
            }
        }

        return ProgramFault.None;
    }

    private static ProgramFault CheckCall(Program program, in Call call)
    {
        if (call.Strand >= program.StrandCount || call.Kind == CallKind.None || (int)call.Kind >= CallTable.Count
            || !CallTable.Of(call.Kind).MayBeMadeBy(program.Strands[call.Strand].Kind))
        {
            return ProgramFault.Caller;
        }

        if (!HasOutputs(program, call))
        {
            return ProgramFault.Outputs;
        }

        if (!HasArguments(program, call))
        {
            return ProgramFault.Argument;
        }

        if (!IsCondition(program, call.Strand, call.WhenBlocked))
        {
            return ProgramFault.Condition;
        }

        return HasResults(program, call) ? ProgramFault.None : ProgramFault.Results;
    }

    private static bool HasOutputs(Program program, in Call call) => CallTable.Of(call.Kind).OutputCount switch
    {
        0 => call.Output0 == Program.None && call.Output1 == Program.None,
        1 => (uint)call.Output0 < (uint)program.StrandCount && call.Output1 == Program.None
            && IsCreatedBy(call.Kind, program.Strands[call.Output0]),
        _ => (uint)call.Output0 < (uint)program.ResourceCount && call.Output1 == call.Output0 + 1
            && program.Resources[call.Output0].Kind == ResourceKind.PipeRead,
    };

    private static bool HasArguments(Program program, in Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < Call.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            if (!IsArgument(program, kind, call.Argument(i)))
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

    private static bool IsCondition(Program program, int caller, int condition)
    {
        if (condition == Program.None)
        {
            return true;
        }

        return (uint)condition < (uint)program.StrandCount && condition != caller && program.Strands[condition].IsActor;
    }

    private static bool HasResults(Program program, in Call call)
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

        for (var i = 0; i < Program.MaximumStrands; i++)
        {
            if ((call.Allowed.Children & (1U << i)) != 0
                && (i >= program.StrandCount || program.Strands[i].Kind != StrandKind.Child))
            {
                return false;
            }
        }

        return true;
    }

    private static ProgramFault CheckCreators(Program program)
    {
        for (var i = 0; i < program.StrandCount; i++)
        {
            var fault = CheckStrandCreator(program, i);
            if (fault != ProgramFault.None)
            {
                return fault;
            }
        }

        for (var i = 0; i < program.ResourceCount; i++)
        {
            ref readonly var resource = ref program.Resources[i];
            if (resource.Kind == ResourceKind.PipeRead
                && CountCreators(program, CallKind.Pipe, i) != (resource.IsPrelude ? 0 : 1))
            {
                return ProgramFault.ResourceCreator;
            }
        }

        return ProgramFault.None;
    }

    private static ProgramFault CheckStrandCreator(Program program, int index)
    {
        ref readonly var strand = ref program.Strands[index];
        if (strand.Kind is StrandKind.Handler or StrandKind.Time or StrandKind.Line)
        {
            return HasCalls(program, index) ? ProgramFault.None : ProgramFault.EmptyStrand;
        }

        if (!strand.IsCreated)
        {
            return ProgramFault.None;
        }

        var kind = strand.IsCloned ? CallKind.Clone : CallKind.Fork;
        if (CountCreators(program, kind, index) != 1
            || program.Strands[FindCreatingStrand(program, index)].Process != strand.Parent)
        {
            return strand.IsCloned ? ProgramFault.CloneCreator : ProgramFault.ChildCreator;
        }

        return HasInitialAncestor(program, index) ? ProgramFault.None : ProgramFault.CreationCycle;
    }

    private static bool HasCalls(Program program, int strand)
    {
        foreach (ref readonly var call in program.Calls)
        {
            if (call.Strand == strand)
            {
                return true;
            }
        }

        return false;
    }

    private static int CountCreators(Program program, CallKind kind, int output)
    {
        var count = 0;
        foreach (ref readonly var call in program.Calls)
        {
            if (call.Kind == kind && call.Output0 == output)
            {
                count++;
            }
        }

        return count;
    }

    private static ProgramFault CheckNames(Program program)
    {
        Span<ShortName> seen = stackalloc ShortName[Program.MaximumStrands + Program.MaximumResources];
        var count = 0;
        foreach (ref readonly var strand in program.Strands)
        {
            if (strand.IsActor)
            {
                seen[count++] = strand.Name;
            }
        }

        foreach (ref readonly var resource in program.Resources)
        {
            seen[count++] = resource.Name;
        }

        for (var i = 0; i < count; i++)
        {
            if (!ScenarioName.IsLegal(seen[i]))
            {
                return ProgramFault.IllegalName;
            }

            if (seen[..i].Contains(seen[i]))
            {
                return ProgramFault.Duplicate;
            }
        }

        return ProgramFault.None;
    }
}
