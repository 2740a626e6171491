// Brings strands and resources into the order in which the normal form mentions them first, so that a scenario and its text
// determine each other: pipes of the prelude, devices, processes that make no calls, threads, then whatever the calls
// mention, line by line. Calls keep their order. Cleared strands and resources (kind None) disappear; nothing valid refers to
// them. Applying it twice changes nothing.

namespace Managarm.Perf.Core.Calls;

/// <summary>The normal order of strands and resources.</summary>
public static class ScenarioOrder
{
    /// <summary>Reorders <paramref name="scenario"/> and links it.</summary>
    public static void Apply(Scenario scenario)
    {
        Span<sbyte> strands = stackalloc sbyte[Scenario.MaximumStrands];
        Span<sbyte> resources = stackalloc sbyte[Scenario.MaximumResources];
        var strandCount = PlaceStrands(scenario, strands);
        var resourceCount = PlaceResources(scenario, resources);
        MoveStrands(scenario, strands);
        MoveResources(scenario, resources);
        scenario.Truncate(strandCount, resourceCount);
        for (var i = 0; i < scenario.CallCount; i++)
        {
            Rewrite(ref scenario.CallAt(i), strands, resources);
        }

        scenario.Link();
    }

    /// <summary>Whether <paramref name="scenario"/> is in normal order already.</summary>
    public static bool IsNormal(Scenario scenario)
    {
        Span<sbyte> places = stackalloc sbyte[Scenario.MaximumStrands];
        if (PlaceStrands(scenario, places) != scenario.StrandCount || !IsIdentity(places[..scenario.StrandCount]))
        {
            return false;
        }

        Span<sbyte> resources = stackalloc sbyte[Scenario.MaximumResources];
        return PlaceResources(scenario, resources) == scenario.ResourceCount && IsIdentity(resources[..scenario.ResourceCount]);
    }

    /// <summary>
    /// Whether the strand is a process of the start that no thread, handler or call mentions, so that only a declaration can.
    /// </summary>
    public static bool IsSilent(Scenario scenario, int index)
    {
        if (scenario.Strands[index].Kind != StrandKind.Process)
        {
            return false;
        }

        foreach (ref readonly var strand in scenario.Strands)
        {
            if (strand.Process == index && strand.Kind is StrandKind.Thread or StrandKind.Handler)
            {
                return false;
            }
        }

        foreach (ref readonly var call in scenario.Calls)
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

    private static int PlaceStrands(Scenario scenario, Span<sbyte> places)
    {
        places.Fill(Scenario.None);
        var count = 0;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (IsSilent(scenario, i))
            {
                PlaceStrand(scenario, places, i, ref count);
            }
        }

        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (scenario.Strands[i].Kind == StrandKind.Thread && !scenario.Strands[i].IsCloned)
            {
                PlaceStrand(scenario, places, i, ref count);
            }
        }

        foreach (ref readonly var call in scenario.Calls)
        {
            PlaceStrand(scenario, places, call.Strand, ref count);
            if (CallTable.Of(call.Kind).CreatesStrand)
            {
                PlaceStrand(scenario, places, call.Output0, ref count);
            }
        }

        return count;
    }

    private static void PlaceStrand(Scenario scenario, Span<sbyte> places, int index, ref int count)
    {
        ref readonly var strand = ref scenario.Strands[index];
        if (strand.Kind is StrandKind.Thread or StrandKind.Handler && places[strand.Process] < 0)
        {
            places[strand.Process] = (sbyte)count++;
        }

        if (places[index] < 0)
        {
            places[index] = (sbyte)count++;
        }
    }

    private static int PlaceResources(Scenario scenario, Span<sbyte> places)
    {
        places.Fill(Scenario.None);
        var count = 0;
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            if (scenario.Resources[i].IsPrelude && scenario.Resources[i].Kind == ResourceKind.PipeRead)
            {
                places[i] = (sbyte)count++;
                places[i + 1] = (sbyte)count++;
            }
        }

        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            if (scenario.Resources[i].Kind == ResourceKind.Device)
            {
                places[i] = (sbyte)count++;
            }
        }

        foreach (ref readonly var call in scenario.Calls)
        {
            if (call.Kind == CallKind.Pipe)
            {
                places[call.Output0] = (sbyte)count++;
                places[call.Output1] = (sbyte)count++;
            }
        }

        return count;
    }

    private static void MoveStrands(Scenario scenario, ReadOnlySpan<sbyte> places)
    {
        Span<Strand> moved = stackalloc Strand[Scenario.MaximumStrands];
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (places[i] >= 0)
            {
                var strand = scenario.Strands[i];
                strand.Process = Place(places, strand.Process);
                strand.Parent = Place(places, strand.Parent);
                moved[places[i]] = strand;
            }
        }

        for (var i = 0; i < scenario.StrandCount; i++)
        {
            scenario.StrandAt(i) = moved[i];
        }
    }

    private static void MoveResources(Scenario scenario, ReadOnlySpan<sbyte> places)
    {
        Span<Resource> moved = stackalloc Resource[Scenario.MaximumResources];
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            if (places[i] >= 0)
            {
                moved[places[i]] = scenario.Resources[i];
            }
        }

        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            scenario.ResourceAt(i) = moved[i];
        }
    }

    private static sbyte Place(ReadOnlySpan<sbyte> places, int index) => index < 0 ? Scenario.None : places[index];

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
        for (var i = 0; i < Scenario.MaximumStrands; i++)
        {
            if ((allowed.Children & (1U << i)) != 0)
            {
                children |= 1U << strands[i];
            }
        }

        allowed.SetChildren(children);
    }
}
