// Copies a run of calls out of another program, together with the strands and resources they name. Half of these become
// new, the others merge with what the program has of the same kind, because two situations only meet where they share an
// actor or a pipe. What the copied calls leave behind (a child whose fork was not copied) goes in the repair that
// follows.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Joins two programs.</summary>
internal static class Splice
{
    /// <summary>Appends up to six neighbouring calls of <paramref name="donor"/> at a random place.</summary>
    internal static void Apply(ref Prng random, Program program, Program donor, int maximumCalls)
    {
        var count = Math.Min(1 + Choice.Below(ref random, 6), donor.CallCount);
        if (count == 0 || ReferenceEquals(program, donor))
        {
            return;
        }

        Span<sbyte> strands = stackalloc sbyte[Program.MaximumStrands];
        Span<sbyte> resources = stackalloc sbyte[Program.MaximumResources];
        strands.Fill(Program.None);
        resources.Fill(Program.None);
        var first = Choice.Below(ref random, donor.CallCount - count + 1);
        var place = Choice.Below(ref random, program.CallCount + 1);
        for (var i = first; i < first + count && program.CallCount < maximumCalls; i++)
        {
            var call = donor.Calls[i];
            if (TryTranslate(ref random, program, donor, ref call, strands, resources) && program.InsertCall(place, call))
            {
                place++;
            }
        }
    }

    private static bool TryTranslate(
        ref Prng random,
        Program program,
        Program donor,
        ref Call call,
        Span<sbyte> strands,
        Span<sbyte> resources)
    {
        call.Allowed = default;
        var strand = MapStrand(ref random, program, donor, call.Strand, strands);
        if (strand < 0 || !TryTranslateOutputs(ref random, program, donor, ref call, strands, resources))
        {
            return false;
        }

        call.Strand = (byte)strand;
        call.WhenBlocked = (sbyte)(call.WhenBlocked < 0
            ? Program.None
            : MapStrand(ref random, program, donor, call.WhenBlocked, strands));
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = (int)call.Argument(i);
            if (value >= 0 && CallTable.IsStrand(kind))
            {
                value = MapStrand(ref random, program, donor, value, strands);
            }
            else if (value >= 0 && CallTable.IsResource(kind))
            {
                value = MapResource(ref random, program, donor, value, resources);
            }

            call.SetArgument(i, value);
        }

        return true;
    }

    private static bool TryTranslateOutputs(
        ref Prng random,
        Program program,
        Program donor,
        ref Call call,
        Span<sbyte> strands,
        Span<sbyte> resources)
    {
        if (CallTable.Of(call.Kind).CreatesStrand)
        {
            call.Output0 = (sbyte)MapStrand(ref random, program, donor, call.Output0, strands);
            return call.Output0 >= 0;
        }

        if (call.Kind == CallKind.Pipe)
        {
            call.Output0 = (sbyte)MapResource(ref random, program, donor, call.Output0, resources);
            call.Output1 = (sbyte)(call.Output0 + 1);
            return call.Output0 >= 0;
        }

        return true;
    }

    private static int MapStrand(ref Prng random, Program program, Program donor, int index, Span<sbyte> map)
    {
        if (map[index] >= 0)
        {
            return map[index];
        }

        var mapped = Program.None;
        ref readonly var strand = ref donor.Strands[index];
        switch (strand.Kind)
        {
            case StrandKind.Process:
                mapped = (sbyte)MapProcess(ref random, program);
                break;
            case StrandKind.Child:
                mapped = (sbyte)program.AddStrand(Strand.ForChild(program.StrandCount, 0, default));
                break;
            case StrandKind.Thread when strand.IsCloned:
                mapped = (sbyte)program.AddStrand(Strand.ForClone(0, default));
                break;
            case StrandKind.Thread:
                mapped = (sbyte)MapThread(ref random, program, MapStrand(ref random, program, donor, strand.Process, map));
                break;
            case StrandKind.Handler:
                mapped = (sbyte)MapHandler(program, MapStrand(ref random, program, donor, strand.Process, map), strand.Signal);
                break;
            default:
                var existing = program.FindEnvironment(strand.Kind);
                mapped = (sbyte)(existing >= 0 ? existing : program.AddStrand(Strand.ForEnvironment(strand.Kind)));
                break;
        }

        map[index] = mapped;
        return mapped;
    }

    private static int MapProcess(ref Prng random, Program program)
    {
        var processes = 0U;
        for (var i = 0; i < program.StrandCount; i++)
        {
            processes |= program.Strands[i].Kind == StrandKind.Process ? 1U << i : 0;
        }

        return processes != 0 && Choice.Chance(ref random, 65)
            ? Choice.Bit(ref random, processes)
            : program.AddStrand(Strand.ForProcess(program.StrandCount, default));
    }

    private static int MapThread(ref Prng random, Program program, int process)
    {
        var threads = 0U;
        for (var i = 0; i < program.StrandCount; i++)
        {
            threads |= program.Strands[i].Kind == StrandKind.Thread && program.Strands[i].Process == process ? 1U << i : 0;
        }

        if (process < 0 || program.Strands[process].Kind != StrandKind.Process)
        {
            return Program.None;
        }

        return threads != 0 && Choice.Chance(ref random, 65)
            ? Choice.Bit(ref random, threads)
            : program.AddStrand(Strand.ForThread(process, default));
    }

    private static int MapHandler(Program program, int process, int signal)
    {
        if (process < 0)
        {
            return Program.None;
        }

        var existing = program.FindHandler(process, signal);
        return existing >= 0 ? existing : program.AddStrand(Strand.ForHandler(process, signal));
    }

    private static int MapResource(ref Prng random, Program program, Program donor, int index, Span<sbyte> map)
    {
        if (map[index] >= 0)
        {
            return map[index];
        }

        ref readonly var resource = ref donor.Resources[index];
        var first = resource.Kind == ResourceKind.PipeWrite ? index - 1 : index;
        var kind = donor.Resources[first].Kind;
        var mapped = resource.IsPrelude && Choice.Chance(ref random, 65)
            ? FindPrelude(ref random, program, kind)
            : Program.None;
        mapped = mapped < 0 ? AddResource(program, donor.Resources[first]) : mapped;
        if (mapped < 0)
        {
            return Program.None;
        }

        map[first] = (sbyte)mapped;
        if (kind == ResourceKind.PipeRead)
        {
            map[first + 1] = (sbyte)(mapped + 1);
        }

        return map[index];
    }

    private static int FindPrelude(ref Prng random, Program program, ResourceKind kind)
    {
        var candidates = 0U;
        for (var i = 0; i < program.ResourceCount; i++)
        {
            candidates |= program.Resources[i].IsPrelude && program.Resources[i].Kind == kind ? 1U << i : 0;
        }

        return Choice.Bit(ref random, candidates);
    }

    private static int AddResource(Program program, in Resource model)
    {
        if (model.Kind == ResourceKind.Device)
        {
            return program.AddResource(Resource.ForDevice(default, model.Behaviour, model.Server));
        }

        if (program.ResourceCount + 2 > Program.MaximumResources)
        {
            return Program.None;
        }

        var first = program.AddResource(Resource.Of(ResourceKind.PipeRead, model.IsPrelude, default));
        program.AddResource(Resource.Of(ResourceKind.PipeWrite, model.IsPrelude, default));
        return first;
    }
}
