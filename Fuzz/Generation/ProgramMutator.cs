// Changes programs a little, so that a campaign can go on from what proved interesting. Each operation may leave
// something dangling; ProgramRepair puts the program right at the end. Accepted results are dropped, since they describe
// the program as it was, and names become the standard ones. All choices come from the caller's random stream and nothing
// is allocated.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Mutates valid programs into valid programs in normal order with standard names.</summary>
public sealed class ProgramMutator
{
    private readonly GenerationOptions options;
    private readonly ProgramGenerator generator;
    private readonly MeetingMaker meetings;
    private readonly byte[] insertWeights;

    /// <summary>A mutator within bounds.</summary>
    public ProgramMutator(GenerationOptions options)
    {
        this.options = options;
        generator = new ProgramGenerator(options);
        meetings = new MeetingMaker(options);
        insertWeights = new byte[CallTable.Count];
        for (var i = 1; i < insertWeights.Length; i++)
        {
            var kind = (CallKind)i;
            var weight = CallTable.Of(kind).IsBlocking ? 3 : 2;
            insertWeights[i] = options.Permits(kind) ? (byte)weight : (byte)0;
        }
    }

    private static ReadOnlySpan<byte> OperationWeights => [22, 10, 6, 8, 18, 10, 8, 10, 6, 2];

    /// <summary>With meetings, which come last.</summary>
    private static ReadOnlySpan<byte> AllOperationWeights => [22, 10, 6, 8, 18, 10, 8, 10, 6, 2, 25];

    /// <summary>
    /// Changes <paramref name="program"/> by one to four operations; <paramref name="donor"/> may lend calls and stays as
    /// it is.
    /// </summary>
    public void Mutate(ref Prng random, Program program, Program donor)
    {
        var limit = LimitFor(program);
        DropResults(program);
        for (var count = 1 + Choice.Pick(ref random, [50, 28, 14, 8]); count > 0; count--)
        {
            var weights = options.AllowsMeetings ? AllOperationWeights : OperationWeights;
            Apply(ref random, program, donor, Choice.Pick(ref random, weights));
            ProgramRepair.Apply(program);
        }

        Finish(ref random, program, limit);
    }

    /// <summary>Lets one or two calls more meet those of <paramref name="program"/>, and leaves it else as it is.</summary>
    /// <param name="random">Stream.</param>
    /// <param name="program">The program.</param>
    public void Meet(ref Prng random, Program program)
    {
        var limit = LimitFor(program);
        DropResults(program);
        for (var count = 1 + Choice.Below(ref random, 2); count > 0; count--)
        {
            meetings.Add(ref random, program);
            ProgramRepair.Apply(program);
        }

        Finish(ref random, program, limit);
    }

    private int LimitFor(Program program) =>
        options.AllowsCrowds ? Math.Max(options.MaximumCalls, program.CallCount) : options.MaximumCalls;

    private static void DropResults(Program program)
    {
        for (var i = 0; i < program.CallCount; i++)
        {
            program.CallAt(i).Allowed = default;
        }
    }

    private void Finish(ref Prng random, Program program, int limit)
    {
        RemoveForbidden(program);
        while (program.CallCount > limit)
        {
            program.RemoveCall(Choice.Below(ref random, program.CallCount));
        }

        UnusedParts.Clear(program);
        ProgramRepair.Apply(program);
        ProgramNames.Apply(program);
    }

    /// <summary>Removes what the options exclude; the program may come from elsewhere, such as a seed.</summary>
    private void RemoveForbidden(Program program)
    {
        for (var i = program.CallCount - 1; i >= 0; i--)
        {
            if (!options.Permits(program.Calls[i].Kind))
            {
                program.RemoveCall(i);
            }
        }

        if (!options.AllowsServerKinds)
        {
            program.ProcessorCount = 1;
            program.Alarm = AlarmKind.TscDeadline;
        }

        for (var i = 0; i < program.ResourceCount; i++)
        {
            ref var resource = ref program.ResourceAt(i);
            if (resource.Kind == ResourceKind.Device && !options.AllowsServerKinds)
            {
                resource.Server = 0;
                resource.Behaviour = FileBehaviour.Terminal;
            }

            if (resource.Kind == ResourceKind.Device && !options.AllowsDevices)
            {
                resource.Kind = ResourceKind.None;
            }
        }
    }

    private void Apply(ref Prng random, Program program, Program donor, int operation)
    {
        switch (operation)
        {
            case 0:
                Insert(ref random, program);
                break;
            case 1:
                Delete(ref random, program);
                break;
            case 2:
                Duplicate(ref random, program);
                break;
            case 3:
                Swap(ref random, program);
                break;
            case 4 when options.AllowsServerKinds && Choice.Chance(ref random, 12):
                ChangeDevice(ref random, program);
                break;
            case 4 when options.AllowsServerKinds && Choice.Chance(ref random, 5):
                DeviceMaker.ChooseMachine(ref random, program);
                break;
            case 4:
                ChangeArgument(ref random, program);
                break;
            case 5:
                AddKill(ref random, program);
                break;
            case 6:
                Move(ref random, program);
                break;
            case 7:
                Splice.Apply(ref random, program, donor, options.MaximumCalls);
                break;
            case 8:
                ChangeCondition(ref random, program);
                break;
            case 9:
                DeleteStrand(ref random, program);
                break;
            default:
                meetings.Add(ref random, program);
                break;
        }
    }

    private void Insert(ref Prng random, Program program)
    {
        if (program.CallCount == Program.MaximumCalls || !insertWeights.AsSpan().ContainsAnyExcept((byte)0))
        {
            return;
        }

        var kind = (CallKind)Choice.Pick(ref random, insertWeights);
        var strand = ChooseCaller(ref random, program, kind);
        if (strand >= 0 && CallMaker.TryMake(ref random, program, strand, kind, out var call))
        {
            program.InsertCall(Choice.Below(ref random, program.CallCount + 1), call);
        }
    }

    private static int ChooseCaller(ref Prng random, Program program, CallKind kind)
    {
        var environment = CallTable.Of(kind).Callers switch
        {
            CallerKinds.Time => StrandKind.Time,
            CallerKinds.Line => StrandKind.Line,
            _ => StrandKind.None,
        };
        if (environment != StrandKind.None)
        {
            var existing = program.FindEnvironment(environment);
            return existing >= 0 ? existing : program.AddStrand(Strand.ForEnvironment(environment));
        }

        var callers = 0U;
        for (var i = 0; i < program.StrandCount; i++)
        {
            callers |= CallTable.Of(kind).MayBeMadeBy(program.Strands[i].Kind) ? 1U << i : 0;
        }

        if (callers == 0 || Choice.Chance(ref random, 4))
        {
            return program.AddStrand(Strand.ForProcess(program.StrandCount, default));
        }

        return Choice.Chance(ref random, 6) ? AddHandler(ref random, program, callers) : Choice.Bit(ref random, callers);
    }

    /// <summary>A handler strand for a signal that some process handles, so that its body can run.</summary>
    private static int AddHandler(ref Prng random, Program program, uint callers)
    {
        var process = program.Strands[Choice.Bit(ref random, callers)].Process;
        var signal = CallMaker.ChooseSignal(ref random, program, process);
        var existing = program.FindHandler(process, signal);
        return existing >= 0 ? existing : program.AddStrand(Strand.ForHandler(process, signal));
    }

    private static void Delete(ref Prng random, Program program)
    {
        if (program.CallCount > 0)
        {
            program.RemoveCall(Choice.Below(ref random, program.CallCount));
        }
    }

    private static void Duplicate(ref Prng random, Program program)
    {
        if (program.CallCount == 0)
        {
            return;
        }

        var index = Choice.Below(ref random, program.CallCount);
        var call = program.Calls[index];
        if (CallTable.Of(call.Kind).OutputCount == 0)
        {
            program.InsertCall(index + Choice.Below(ref random, program.CallCount - index) + 1, call);
        }
    }

    private static void Swap(ref Prng random, Program program)
    {
        if (program.CallCount < 2)
        {
            return;
        }

        ref var first = ref program.CallAt(Choice.Below(ref random, program.CallCount));
        ref var second = ref program.CallAt(Choice.Below(ref random, program.CallCount));
        (first, second) = (second, first);
        if (Choice.Chance(ref random, 60))
        {
            // Half of the time only what is done changes places, not who does it.
            (first.Strand, second.Strand) = (second.Strand, first.Strand);
        }
    }

    private static void ChangeArgument(ref Prng random, Program program)
    {
        if (program.CallCount == 0)
        {
            return;
        }

        ref var call = ref program.CallAt(Choice.Below(ref random, program.CallCount));
        var arguments = CallTable.Of(call.Kind).ArgumentCount;
        if (arguments > 0)
        {
            CallMaker.TryChoose(ref random, program, ref call, Choice.Below(ref random, arguments));
        }
    }

    private static void ChangeDevice(ref Prng random, Program program)
    {
        var devices = 0U;
        for (var i = 0; i < program.ResourceCount; i++)
        {
            devices |= program.Resources[i].Kind == ResourceKind.Device ? 1U << i : 0;
        }

        var device = Choice.Bit(ref random, devices);
        if (device >= 0)
        {
            DeviceMaker.Choose(ref random, ref program.ResourceAt(device));
        }
    }

    private void AddKill(ref Prng random, Program program)
    {
        var victims = 0U;
        for (var i = 0; i < program.StrandCount; i++)
        {
            victims |= program.Strands[i].IsActor && ProgramGenerator.FirstBlocking(program, i) >= 0 ? 1U << i : 0;
        }

        var victim = Choice.Bit(ref random, victims);
        if (victim < 0)
        {
            return;
        }

        if (options.AllowsSignalPairs && Choice.Chance(ref random, 25))
        {
            generator.AddSignalPair(ref random, program, victim);
        }
        else
        {
            generator.AddAttack(ref random, program, victim);
        }
    }

    private static void Move(ref Prng random, Program program)
    {
        if (program.CallCount == 0)
        {
            return;
        }

        var index = Choice.Below(ref random, program.CallCount);
        var call = program.Calls[index];
        var callers = 0U;
        for (var i = 0; i < program.StrandCount; i++)
        {
            callers |= CallTable.Of(call.Kind).MayBeMadeBy(program.Strands[i].Kind) ? 1U << i : 0;
        }

        program.RemoveCall(index);
        if (Choice.Chance(ref random, 50))
        {
            call.Strand = (byte)Choice.Bit(ref random, callers);
        }

        program.InsertCall(Choice.Below(ref random, program.CallCount + 1), call);
    }

    private static void ChangeCondition(ref Prng random, Program program)
    {
        if (program.CallCount == 0)
        {
            return;
        }

        ref var call = ref program.CallAt(Choice.Below(ref random, program.CallCount));
        var actors = 0U;
        for (var i = 0; i < program.StrandCount; i++)
        {
            actors |= program.Strands[i].IsActor && i != call.Strand ? 1U << i : 0;
        }

        call.WhenBlocked = (sbyte)(call.WhenBlocked >= 0 ? Program.None : Choice.Bit(ref random, actors));
        call.WhenSettled = call.WhenBlocked >= 0 && Choice.Chance(ref random, 25);
    }

    private static void DeleteStrand(ref Prng random, Program program)
    {
        if (program.StrandCount > 1)
        {
            program.StrandAt(Choice.Below(ref random, program.StrandCount)).Kind = StrandKind.None;
        }
    }
}
