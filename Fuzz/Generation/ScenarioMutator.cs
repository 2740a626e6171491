// Changes scenarios a little, so that a campaign can go on from what proved interesting. Each operation may leave
// something dangling; ScenarioRepair puts the scenario right at the end. Accepted results are dropped, since they describe
// the scenario as it was, and names become the standard ones. All choices come from the caller's random stream and nothing
// is allocated.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Mutates valid scenarios into valid scenarios in normal order with standard names.</summary>
public sealed class ScenarioMutator
{
    private readonly GenerationOptions options;
    private readonly AttackMaker attacks;
    private readonly MeetingMaker meetings;
    private readonly byte[] insertWeights;

    /// <summary>A mutator within bounds.</summary>
    public ScenarioMutator(GenerationOptions options)
    {
        this.options = options;
        attacks = new AttackMaker(options);
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
    /// Changes <paramref name="scenario"/> by one to four operations; <paramref name="donor"/> may lend calls and stays as
    /// it is.
    /// </summary>
    public void Mutate(ref Prng random, Scenario scenario, Scenario donor)
    {
        var limit = LimitFor(scenario);
        DropResults(scenario);
        for (var count = 1 + Choice.Pick(ref random, [50, 28, 14, 8]); count > 0; count--)
        {
            var weights = options.AllowsMeetings ? AllOperationWeights : OperationWeights;
            Apply(ref random, scenario, donor, Choice.Pick(ref random, weights));
            ScenarioRepair.Apply(scenario);
        }

        Finish(ref random, scenario, limit);
    }

    /// <summary>Lets one or two calls more meet those of <paramref name="scenario"/>, and leaves it else as it is.</summary>
    /// <param name="random">Stream.</param>
    /// <param name="scenario">The scenario.</param>
    public void Meet(ref Prng random, Scenario scenario)
    {
        var limit = LimitFor(scenario);
        DropResults(scenario);
        for (var count = 1 + Choice.Below(ref random, 2); count > 0; count--)
        {
            meetings.Add(ref random, scenario);
            ScenarioRepair.Apply(scenario);
        }

        Finish(ref random, scenario, limit);
    }

    private int LimitFor(Scenario scenario) =>
        options.AllowsCrowds ? Math.Max(options.MaximumCalls, scenario.CallCount) : options.MaximumCalls;

    private static void DropResults(Scenario scenario)
    {
        for (var i = 0; i < scenario.CallCount; i++)
        {
            scenario.CallAt(i).Allowed = default;
        }
    }

    private void Finish(ref Prng random, Scenario scenario, int limit)
    {
        RemoveForbidden(scenario);
        while (scenario.CallCount > limit)
        {
            scenario.RemoveCall(Choice.Below(ref random, scenario.CallCount));
        }

        UnusedParts.Clear(scenario);
        ScenarioRepair.Apply(scenario);
        StandardNames.Apply(scenario);
    }

    /// <summary>Removes what the options exclude; the scenario may come from elsewhere, such as a seed.</summary>
    private void RemoveForbidden(Scenario scenario)
    {
        for (var i = scenario.CallCount - 1; i >= 0; i--)
        {
            if (!options.Permits(scenario.Calls[i].Kind))
            {
                scenario.RemoveCall(i);
            }
        }

        if (!options.AllowsServerKinds)
        {
            scenario.ProcessorCount = 1;
            scenario.Alarm = AlarmKind.TscDeadline;
        }

        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref var resource = ref scenario.ResourceAt(i);
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

    private void Apply(ref Prng random, Scenario scenario, Scenario donor, int operation)
    {
        switch (operation)
        {
            case 0:
                Insert(ref random, scenario);
                break;
            case 1:
                Delete(ref random, scenario);
                break;
            case 2:
                Duplicate(ref random, scenario);
                break;
            case 3:
                Swap(ref random, scenario);
                break;
            case 4 when options.AllowsServerKinds && Choice.Chance(ref random, 12):
                ChangeDevice(ref random, scenario);
                break;
            case 4 when options.AllowsServerKinds && Choice.Chance(ref random, 5):
                DeviceMaker.ChooseMachine(ref random, scenario);
                break;
            case 4:
                ChangeArgument(ref random, scenario);
                break;
            case 5:
                AddKill(ref random, scenario);
                break;
            case 6:
                Move(ref random, scenario);
                break;
            case 7:
                Splice.Apply(ref random, scenario, donor, options.MaximumCalls);
                break;
            case 8:
                ChangeCondition(ref random, scenario);
                break;
            case 9:
                DeleteStrand(ref random, scenario);
                break;
            default:
                meetings.Add(ref random, scenario);
                break;
        }
    }

    private void Insert(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount == Scenario.MaximumCalls || !insertWeights.AsSpan().ContainsAnyExcept((byte)0))
        {
            return;
        }

        var kind = (CallKind)Choice.Pick(ref random, insertWeights);
        var strand = ChooseCaller(ref random, scenario, kind);
        if (strand >= 0 && CallMaker.TryMake(ref random, scenario, strand, kind, out var call))
        {
            scenario.InsertCall(Choice.Below(ref random, scenario.CallCount + 1), call);
        }
    }

    private static int ChooseCaller(ref Prng random, Scenario scenario, CallKind kind)
    {
        var environment = CallTable.Of(kind).Callers switch
        {
            CallerKinds.Time => StrandKind.Time,
            CallerKinds.Line => StrandKind.Line,
            _ => StrandKind.None,
        };
        if (environment != StrandKind.None)
        {
            var existing = scenario.FindEnvironment(environment);
            return existing >= 0 ? existing : scenario.AddStrand(Strand.ForEnvironment(environment));
        }

        var callers = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            callers |= CallTable.Of(kind).MayBeMadeBy(scenario.Strands[i].Kind) ? 1U << i : 0;
        }

        if (callers == 0 || Choice.Chance(ref random, 4))
        {
            return scenario.AddStrand(Strand.ForProcess(scenario.StrandCount, default));
        }

        return Choice.Chance(ref random, 6) ? AddHandler(ref random, scenario, callers) : Choice.Bit(ref random, callers);
    }

    /// <summary>A handler strand for a signal that some process handles, so that its body can run.</summary>
    private static int AddHandler(ref Prng random, Scenario scenario, uint callers)
    {
        var process = scenario.Strands[Choice.Bit(ref random, callers)].Process;
        var signal = CallMaker.ChooseSignal(ref random, scenario, process);
        var existing = scenario.FindHandler(process, signal);
        return existing >= 0 ? existing : scenario.AddStrand(Strand.ForHandler(process, signal));
    }

    private static void Delete(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount > 0)
        {
            scenario.RemoveCall(Choice.Below(ref random, scenario.CallCount));
        }
    }

    private static void Duplicate(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount == 0)
        {
            return;
        }

        var index = Choice.Below(ref random, scenario.CallCount);
        var call = scenario.Calls[index];
        if (CallTable.Of(call.Kind).OutputCount == 0)
        {
            scenario.InsertCall(index + Choice.Below(ref random, scenario.CallCount - index) + 1, call);
        }
    }

    private static void Swap(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount < 2)
        {
            return;
        }

        ref var first = ref scenario.CallAt(Choice.Below(ref random, scenario.CallCount));
        ref var second = ref scenario.CallAt(Choice.Below(ref random, scenario.CallCount));
        (first, second) = (second, first);
        if (Choice.Chance(ref random, 60))
        {
            // Half of the time only what is done changes places, not who does it.
            (first.Strand, second.Strand) = (second.Strand, first.Strand);
        }
    }

    private static void ChangeArgument(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount == 0)
        {
            return;
        }

        ref var call = ref scenario.CallAt(Choice.Below(ref random, scenario.CallCount));
        var arguments = CallTable.Of(call.Kind).ArgumentCount;
        if (arguments > 0)
        {
            CallMaker.TryChoose(ref random, scenario, ref call, Choice.Below(ref random, arguments));
        }
    }

    private static void ChangeDevice(ref Prng random, Scenario scenario)
    {
        var devices = 0U;
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            devices |= scenario.Resources[i].Kind == ResourceKind.Device ? 1U << i : 0;
        }

        var device = Choice.Bit(ref random, devices);
        if (device >= 0)
        {
            DeviceMaker.Choose(ref random, ref scenario.ResourceAt(device));
        }
    }

    private void AddKill(ref Prng random, Scenario scenario)
    {
        var victims = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            victims |= scenario.Strands[i].IsActor && CallPlaces.FirstBlocking(scenario, i) >= 0 ? 1U << i : 0;
        }

        var victim = Choice.Bit(ref random, victims);
        if (victim < 0)
        {
            return;
        }

        if (options.AllowsSignalPairs && Choice.Chance(ref random, 25))
        {
            attacks.AddPair(ref random, scenario, victim);
        }
        else
        {
            attacks.Add(ref random, scenario, victim);
        }
    }

    private static void Move(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount == 0)
        {
            return;
        }

        var index = Choice.Below(ref random, scenario.CallCount);
        var call = scenario.Calls[index];
        var callers = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            callers |= CallTable.Of(call.Kind).MayBeMadeBy(scenario.Strands[i].Kind) ? 1U << i : 0;
        }

        scenario.RemoveCall(index);
        if (Choice.Chance(ref random, 50))
        {
            call.Strand = (byte)Choice.Bit(ref random, callers);
        }

        scenario.InsertCall(Choice.Below(ref random, scenario.CallCount + 1), call);
    }

    private static void ChangeCondition(ref Prng random, Scenario scenario)
    {
        if (scenario.CallCount == 0)
        {
            return;
        }

        ref var call = ref scenario.CallAt(Choice.Below(ref random, scenario.CallCount));
        var actors = 0U;
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            actors |= scenario.Strands[i].IsActor && i != call.Strand ? 1U << i : 0;
        }

        call.WhenBlocked = (sbyte)(call.WhenBlocked >= 0 ? Scenario.None : Choice.Bit(ref random, actors));
        call.WhenSettled = call.WhenBlocked >= 0 && Choice.Chance(ref random, 25);
    }

    private static void DeleteStrand(ref Prng random, Scenario scenario)
    {
        if (scenario.StrandCount > 1)
        {
            scenario.StrandAt(Choice.Below(ref random, scenario.StrandCount)).Kind = StrandKind.None;
        }
    }
}
