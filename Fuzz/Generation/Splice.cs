// Copies a run of calls out of another scenario, together with the strands and resources they name. Half of these become
// new, the others merge with what the scenario has of the same kind, because two situations only meet where they share an
// actor or a pipe. What the copied calls leave behind (a child whose fork was not copied) goes in the repair that
// follows.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Joins two scenarios.</summary>
internal static class Splice
{
    /// <summary>Appends up to six neighbouring calls of <paramref name="donor"/> at a random place.</summary>
    internal static void Apply(ref Prng random, Scenario scenario, Scenario donor, int maximumCalls)
    {
        var count = Math.Min(1 + Choice.Below(ref random, 6), donor.CallCount);
        if (count == 0 || ReferenceEquals(scenario, donor))
        {
            return;
        }

        Span<sbyte> strands = stackalloc sbyte[Scenario.MaximumStrands];
        Span<sbyte> resources = stackalloc sbyte[Scenario.MaximumResources];
        strands.Fill(Scenario.None);
        resources.Fill(Scenario.None);
        var first = Choice.Below(ref random, donor.CallCount - count + 1);
        var place = Choice.Below(ref random, scenario.CallCount + 1);
        for (var i = first; i < first + count && scenario.CallCount < maximumCalls; i++)
        {
            var call = donor.Calls[i];
            if (TryTranslate(ref random, scenario, donor, ref call, strands, resources) && scenario.InsertCall(place, call))
            {
                place++;
            }
        }
    }

    private static bool TryTranslate(
        ref Prng random,
        Scenario scenario,
        Scenario donor,
        ref Call call,
        Span<sbyte> strands,
        Span<sbyte> resources)
    {
        call.Allowed = default;
        var strand = MapStrand(ref random, scenario, donor, call.Strand, strands);
        if (strand < 0 || !TryTranslateOutputs(ref random, scenario, donor, ref call, strands, resources))
        {
            return false;
        }

        call.Strand = (byte)strand;
        call.WhenBlocked = (sbyte)(call.WhenBlocked < 0
            ? Scenario.None
            : MapStrand(ref random, scenario, donor, call.WhenBlocked, strands));
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = (int)call.Argument(i);
            if (value >= 0 && CallTable.IsStrand(kind))
            {
                value = MapStrand(ref random, scenario, donor, value, strands);
            }
            else if (value >= 0 && CallTable.IsResource(kind))
            {
                value = MapResource(ref random, scenario, donor, value, resources);
            }

            call.SetArgument(i, value);
        }

        return true;
    }

    private static bool TryTranslateOutputs(
        ref Prng random,
        Scenario scenario,
        Scenario donor,
        ref Call call,
        Span<sbyte> strands,
        Span<sbyte> resources)
    {
        if (CallTable.Of(call.Kind).CreatesStrand)
        {
            call.Output0 = (sbyte)MapStrand(ref random, scenario, donor, call.Output0, strands);
            return call.Output0 >= 0;
        }

        if (call.Kind == CallKind.Pipe)
        {
            call.Output0 = (sbyte)MapResource(ref random, scenario, donor, call.Output0, resources);
            call.Output1 = (sbyte)(call.Output0 + 1);
            return call.Output0 >= 0;
        }

        return true;
    }

    private static int MapStrand(ref Prng random, Scenario scenario, Scenario donor, int index, Span<sbyte> map)
    {
        if (map[index] >= 0)
        {
            return map[index];
        }

        var mapped = Scenario.None;
        ref readonly var strand = ref donor.Strands[index];
        switch (strand.Kind)
        {
            case StrandKind.Process:
                mapped = (sbyte)MapProcess(ref random, scenario);
                break;
            case StrandKind.Child:
                mapped = (sbyte)scenario.AddStrand(Strand.ForChild(scenario.StrandCount, 0, default));
                break;
            case StrandKind.Thread when strand.IsCloned:
                mapped = (sbyte)scenario.AddStrand(Strand.ForClone(0, default));
                break;
            case StrandKind.Thread:
                mapped = (sbyte)MapThread(ref random, scenario, MapStrand(ref random, scenario, donor, strand.Process, map));
                break;
            case StrandKind.Handler:
                mapped = (sbyte)MapHandler(scenario, MapStrand(ref random, scenario, donor, strand.Process, map), strand.Signal);
                break;
            default:
                var existing = scenario.FindEnvironment(strand.Kind);
                mapped = (sbyte)(existing >= 0 ? existing : scenario.AddStrand(Strand.ForEnvironment(strand.Kind)));
                break;
        }

        map[index] = mapped;
        return mapped;
    }

    private static int MapProcess(ref Prng random, Scenario scenario)
    {
        var processes = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            processes |= scenario.Strands[i].Kind == StrandKind.Process ? 1U << i : 0;
        }

        return processes != 0 && Choice.Chance(ref random, 65)
            ? Choice.Bit(ref random, processes)
            : scenario.AddStrand(Strand.ForProcess(scenario.StrandCount, default));
    }

    private static int MapThread(ref Prng random, Scenario scenario, int process)
    {
        var threads = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            threads |= scenario.Strands[i].Kind == StrandKind.Thread && scenario.Strands[i].Process == process ? 1U << i : 0;
        }

        if (process < 0 || scenario.Strands[process].Kind != StrandKind.Process)
        {
            return Scenario.None;
        }

        return threads != 0 && Choice.Chance(ref random, 65)
            ? Choice.Bit(ref random, threads)
            : scenario.AddStrand(Strand.ForThread(process, default));
    }

    private static int MapHandler(Scenario scenario, int process, int signal)
    {
        if (process < 0)
        {
            return Scenario.None;
        }

        var existing = scenario.FindHandler(process, signal);
        return existing >= 0 ? existing : scenario.AddStrand(Strand.ForHandler(process, signal));
    }

    private static int MapResource(ref Prng random, Scenario scenario, Scenario donor, int index, Span<sbyte> map)
    {
        if (map[index] >= 0)
        {
            return map[index];
        }

        ref readonly var resource = ref donor.Resources[index];
        var first = resource.Kind == ResourceKind.PipeWrite ? index - 1 : index;
        var kind = donor.Resources[first].Kind;
        var mapped = resource.IsPrelude && Choice.Chance(ref random, 65)
            ? FindPrelude(ref random, scenario, kind)
            : Scenario.None;
        mapped = mapped < 0 ? AddResource(scenario, donor.Resources[first]) : mapped;
        if (mapped < 0)
        {
            return Scenario.None;
        }

        map[first] = (sbyte)mapped;
        if (kind == ResourceKind.PipeRead)
        {
            map[first + 1] = (sbyte)(mapped + 1);
        }

        return map[index];
    }

    private static int FindPrelude(ref Prng random, Scenario scenario, ResourceKind kind)
    {
        var candidates = 0U;
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            candidates |= scenario.Resources[i].IsPrelude && scenario.Resources[i].Kind == kind ? 1U << i : 0;
        }

        return Choice.Bit(ref random, candidates);
    }

    private static int AddResource(Scenario scenario, in Resource model)
    {
        if (model.Kind == ResourceKind.Device)
        {
            return scenario.AddResource(Resource.ForDevice(default, model.Behaviour, model.Server));
        }

        if (scenario.ResourceCount + 2 > Scenario.MaximumResources)
        {
            return Scenario.None;
        }

        var first = scenario.AddResource(Resource.Of(ResourceKind.PipeRead, model.IsPrelude, default));
        scenario.AddResource(Resource.Of(ResourceKind.PipeWrite, model.IsPrelude, default));
        return first;
    }
}
