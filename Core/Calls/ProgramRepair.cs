// Makes a program valid again after somebody took something away. Whoever shrinks or mutates removes calls, or clears a
// strand or a resource by setting its kind to None, and calls Apply: whatever depended on it goes too, until nothing dangles.
// Only the optional is kept without what it named: a condition, the second descriptor of `poll`, an accepted result. Nothing
// is ever added.

namespace Managarm.Perf.Core;

/// <summary>Removes everything that refers to what a program no longer has.</summary>
public static class ProgramRepair
{
    /// <summary>Removes what dangles from <paramref name="program"/>, brings it to normal order and links it.</summary>
    public static void Apply(Program program)
    {
        bool changed;
        do
        {
            changed = ClearResources(program) | ClearStrands(program) | RemoveCalls(program);
        }
        while (changed);

        for (var i = 0; i < program.CallCount; i++)
        {
            DropOptional(program, ref program.CallAt(i));
        }

        ProgramOrder.Apply(program);
    }

    private static bool ClearResources(Program program)
    {
        var changed = false;
        for (var i = 0; i < program.ResourceCount; i++)
        {
            ref var resource = ref program.ResourceAt(i);
            if (resource.Kind == ResourceKind.None || IsResourceWhole(program, i))
            {
                continue;
            }

            resource.Kind = ResourceKind.None;
            changed = true;
        }

        return changed;
    }

    private static bool IsResourceWhole(Program program, int index)
    {
        ref readonly var resource = ref program.Resources[index];
        if (resource.Kind == ResourceKind.Device)
        {
            return resource.IsPrelude;
        }

        var first = resource.Kind == ResourceKind.PipeRead ? index : index - 1;
        if (first < 0 || first + 1 >= program.ResourceCount || program.Resources[first].Kind != ResourceKind.PipeRead
            || program.Resources[first + 1].Kind != ResourceKind.PipeWrite)
        {
            return false;
        }

        return resource.IsPrelude || FindCreator(program, CallKind.Pipe, first) >= 0;
    }

    private static bool ClearStrands(Program program)
    {
        var changed = false;
        for (var i = 0; i < program.StrandCount; i++)
        {
            ref var strand = ref program.StrandAt(i);
            if (strand.Kind is StrandKind.None or StrandKind.Process || IsStrandWhole(program, ref strand, i))
            {
                continue;
            }

            strand.Kind = StrandKind.None;
            changed = true;
        }

        return changed;
    }

    private static bool IsStrandWhole(Program program, ref Strand strand, int index)
    {
        switch (strand.Kind)
        {
            case StrandKind.Thread:
                return strand.IsCloned
                    ? AdoptClone(program, ref strand, index)
                    : program.Strands[strand.Process].Kind == StrandKind.Process;
            case StrandKind.Handler:
                return program.Strands[strand.Process].IsProcess && HasCalls(program, index);
            case StrandKind.Child:
                return AdoptChild(program, ref strand, index);
            default:
                return HasCalls(program, index);
        }
    }

    private static bool AdoptChild(Program program, ref Strand strand, int index)
    {
        if (FindCreator(program, CallKind.Fork, index) < 0 || !ProgramRules.HasInitialAncestor(program, index))
        {
            return false;
        }

        strand.Parent = ProcessOfCreator(program, index);
        return program.Strands[strand.Parent].IsProcess;
    }

    private static bool AdoptClone(Program program, ref Strand strand, int index)
    {
        if (FindCreator(program, CallKind.Clone, index) < 0 || !ProgramRules.HasInitialAncestor(program, index))
        {
            return false;
        }

        strand.Process = ProcessOfCreator(program, index);
        strand.Parent = strand.Process;
        return program.Strands[strand.Process].IsProcess;
    }

    /// <summary>
    /// The process of whoever creates a strand. Cloned threads on the way are passed over, because their own process may be
    /// about to change.
    /// </summary>
    private static sbyte ProcessOfCreator(Program program, int index)
    {
        var strand = ProgramRules.FindCreatingStrand(program, index);
        while (program.Strands[strand].IsCloned)
        {
            strand = ProgramRules.FindCreatingStrand(program, strand);
        }

        return program.Strands[strand].Process;
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

    private static int FindCreator(Program program, CallKind kind, int output)
    {
        for (var i = 0; i < program.CallCount; i++)
        {
            if (program.Calls[i].Kind == kind && program.Calls[i].Output0 == output)
            {
                return i;
            }
        }

        return Program.None;
    }

    private static bool RemoveCalls(Program program)
    {
        var changed = false;
        for (var i = program.CallCount - 1; i >= 0; i--)
        {
            if (!IsCallWhole(program, i))
            {
                program.RemoveCall(i);
                changed = true;
            }
        }

        return changed;
    }

    private static bool IsCallWhole(Program program, int index)
    {
        ref readonly var call = ref program.Calls[index];
        ref readonly var description = ref CallTable.Of(call.Kind);
        if (call.Strand >= program.StrandCount || !description.MayBeMadeBy(program.Strands[call.Strand].Kind)
            || !HasOutputs(program, index))
        {
            return false;
        }

        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var isOptional = kind is ArgumentKind.OptionalPollDescriptor or ArgumentKind.OptionalPollEvents;
            if (!isOptional && !ProgramRules.IsArgument(program, kind, call.Argument(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasOutputs(Program program, int index)
    {
        ref readonly var call = ref program.Calls[index];
        return CallTable.Of(call.Kind).OutputCount switch
        {
            0 => true,
            1 => ProgramRules.IsCreatedBy(call.Kind, program.Strands[call.Output0])
                && FindCreator(program, call.Kind, call.Output0) == index,
            _ => program.Resources[call.Output0].Kind == ResourceKind.PipeRead && !program.Resources[call.Output0].IsPrelude
                && FindCreator(program, CallKind.Pipe, call.Output0) == index,
        };
    }

    private static void DropOptional(Program program, ref Call call)
    {
        if (call.WhenBlocked >= 0 && (call.WhenBlocked == call.Strand || !program.Strands[call.WhenBlocked].IsActor))
        {
            call.WhenBlocked = Program.None;
        }

        call.WhenSettled &= call.WhenBlocked >= 0;

        if (call.Kind == CallKind.Poll
            && (call.Argument2 < 0 || !ProgramRules.IsArgument(program, ArgumentKind.PollDescriptor, call.Argument2)))
        {
            call.Argument2 = Program.None;
            call.Argument3 = 0;
        }

        var children = call.Allowed.Children;
        for (var i = 0; i < Program.MaximumStrands; i++)
        {
            if ((children & (1U << i)) != 0 && (i >= program.StrandCount || program.Strands[i].Kind != StrandKind.Child))
            {
                children &= ~(1U << i);
            }
        }

        call.Allowed.SetChildren(children);
    }
}
