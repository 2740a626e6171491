// Brings strands and resources into the order in which the normal form mentions them first, so that a program and its text
// determine each other: pipes of the prelude, devices, processes that make no calls, threads, then whatever the calls
// mention, line by line. Calls keep their order. Cleared strands and resources (kind None) disappear; nothing valid refers to
// them. Applying it twice changes nothing.

namespace Managarm.Perf.Core;

/// <summary>The normal order of strands and resources.</summary>
public static class ProgramOrder
{
    /// <summary>Reorders <paramref name="program"/> and links it.</summary>
    public static void Apply(Program program)
    {
        Span<sbyte> strands = stackalloc sbyte[Program.MaximumStrands];
        Span<sbyte> resources = stackalloc sbyte[Program.MaximumResources];
        var strandCount = PlaceStrands(program, strands);
        var resourceCount = PlaceResources(program, resources);
        MoveStrands(program, strands);
        MoveResources(program, resources);
        program.Truncate(strandCount, resourceCount);
        for (var i = 0; i < program.CallCount; i++)
        {
            Rewrite(ref program.CallAt(i), strands, resources);
        }

        program.Link();
    }

    /// <summary>Whether <paramref name="program"/> is in normal order already.</summary>
    public static bool IsNormal(Program program)
    {
        Span<sbyte> places = stackalloc sbyte[Program.MaximumStrands];
        if (PlaceStrands(program, places) != program.StrandCount || !IsIdentity(places[..program.StrandCount]))
        {
            return false;
        }

        Span<sbyte> resources = stackalloc sbyte[Program.MaximumResources];
        return PlaceResources(program, resources) == program.ResourceCount && IsIdentity(resources[..program.ResourceCount]);
    }

    /// <summary>
    /// Whether the strand is a process of the start that no thread, handler or call mentions, so that only a declaration can.
    /// </summary>
    public static bool IsSilent(Program program, int index)
    {
        if (program.Strands[index].Kind != StrandKind.Process)
        {
            return false;
        }

        foreach (ref readonly var strand in program.Strands)
        {
            if (strand.Process == index && strand.Kind is StrandKind.Thread or StrandKind.Handler)
            {
                return false;
            }
        }

        foreach (ref readonly var call in program.Calls)
        {
            if (call.Strand == index)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIdentity(ReadOnlySpan<sbyte> places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] != i)
            {
                return false;
            }
        }

        return true;
    }

    private static int PlaceStrands(Program program, Span<sbyte> places)
    {
        places.Fill(Program.None);
        var count = 0;
        for (var i = 0; i < program.StrandCount; i++)
        {
            if (IsSilent(program, i))
            {
                PlaceStrand(program, places, i, ref count);
            }
        }

        for (var i = 0; i < program.StrandCount; i++)
        {
            if (program.Strands[i].Kind == StrandKind.Thread && !program.Strands[i].IsCloned)
            {
                PlaceStrand(program, places, i, ref count);
            }
        }

        foreach (ref readonly var call in program.Calls)
        {
            PlaceStrand(program, places, call.Strand, ref count);
            if (CallTable.Of(call.Kind).CreatesStrand)
            {
                PlaceStrand(program, places, call.Output0, ref count);
            }
        }

        return count;
    }

    private static void PlaceStrand(Program program, Span<sbyte> places, int index, ref int count)
    {
        ref readonly var strand = ref program.Strands[index];
        if (strand.Kind is StrandKind.Thread or StrandKind.Handler && places[strand.Process] < 0)
        {
            places[strand.Process] = (sbyte)count++;
        }

        if (places[index] < 0)
        {
            places[index] = (sbyte)count++;
        }
    }

    private static int PlaceResources(Program program, Span<sbyte> places)
    {
        places.Fill(Program.None);
        var count = 0;
        for (var i = 0; i < program.ResourceCount; i++)
        {
            if (program.Resources[i].IsPrelude && program.Resources[i].Kind == ResourceKind.PipeRead)
            {
                places[i] = (sbyte)count++;
                places[i + 1] = (sbyte)count++;
            }
        }

        for (var i = 0; i < program.ResourceCount; i++)
        {
            if (program.Resources[i].Kind == ResourceKind.Device)
            {
                places[i] = (sbyte)count++;
            }
        }

        foreach (ref readonly var call in program.Calls)
        {
            if (call.Kind == CallKind.Pipe)
            {
                places[call.Output0] = (sbyte)count++;
                places[call.Output1] = (sbyte)count++;
            }
        }

        return count;
    }

    private static void MoveStrands(Program program, ReadOnlySpan<sbyte> places)
    {
        Span<Strand> moved = stackalloc Strand[Program.MaximumStrands];
        for (var i = 0; i < program.StrandCount; i++)
        {
            if (places[i] >= 0)
            {
                var strand = program.Strands[i];
                strand.Process = Place(places, strand.Process);
                strand.Parent = Place(places, strand.Parent);
                moved[places[i]] = strand;
            }
        }

        for (var i = 0; i < program.StrandCount; i++)
        {
            program.StrandAt(i) = moved[i];
        }
    }

    private static void MoveResources(Program program, ReadOnlySpan<sbyte> places)
    {
        Span<Resource> moved = stackalloc Resource[Program.MaximumResources];
        for (var i = 0; i < program.ResourceCount; i++)
        {
            if (places[i] >= 0)
            {
                moved[places[i]] = program.Resources[i];
            }
        }

        for (var i = 0; i < program.ResourceCount; i++)
        {
            program.ResourceAt(i) = moved[i];
        }
    }

    private static sbyte Place(ReadOnlySpan<sbyte> places, int index) => index < 0 ? Program.None : places[index];

    private static void Rewrite(ref Call call, ReadOnlySpan<sbyte> strands, ReadOnlySpan<sbyte> resources)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        call.Strand = (byte)strands[call.Strand];
        call.WhenBlocked = Place(strands, call.WhenBlocked);
        var outputs = description.CreatesStrand ? strands : resources;
        call.Output0 = Place(outputs, call.Output0);
        call.Output1 = Place(outputs, call.Output1);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            if (CallTable.IsStrand(kind))
            {
                call.SetArgument(i, Place(strands, call.Argument(i)));
            }
            else if (CallTable.IsResource(kind))
            {
                call.SetArgument(i, Place(resources, call.Argument(i)));
            }
        }

        RewriteChildren(ref call.Allowed, strands);
    }

    private static void RewriteChildren(ref AllowedResults allowed, ReadOnlySpan<sbyte> strands)
    {
        var children = 0U;
        for (var i = 0; i < Program.MaximumStrands; i++)
        {
            if ((allowed.Children & (1U << i)) != 0)
            {
                children |= 1U << strands[i];
            }
        }

        allowed.SetChildren(children);
    }
}
