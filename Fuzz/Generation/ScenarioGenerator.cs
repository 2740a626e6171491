// Writes scenarios out of nothing. They are not uniform: almost every one has a process that installs a handler and then
// blocks in a call, somebody who sends it that signal, and often somebody who at the same time completes the call,
// because races live where signal and completion meet. Actors that send do so before they block themselves; children are
// forked after the handlers are installed, so their signals never come too early. All choices come from the caller's
// random stream and nothing is allocated, so a seed is a scenario, everywhere.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Generates valid scenarios in normal order with standard names.</summary>
public sealed class ScenarioGenerator
{
    private readonly GenerationOptions options;
    private readonly byte[] blockingWeights;
    private readonly byte[] otherWeights;
    private readonly MeetingMaker meetings;
    private readonly AttackMaker attacks;

    /// <summary>A generator within bounds.</summary>
    public ScenarioGenerator(GenerationOptions options)
    {
        this.options = options;
        meetings = new MeetingMaker(options);
        attacks = new AttackMaker(options);
        blockingWeights = Restrict(
            options,
            (CallKind.Read, 30), (CallKind.Waitpid, 26), (CallKind.Poll, 18), (CallKind.Sigsuspend, 8), (CallKind.Pause, 8),
            (CallKind.Nanosleep, 6), (CallKind.Write, 8));
        otherWeights = Restrict(
            options,
            (CallKind.Write, 24), (CallKind.Read, 14), (CallKind.Sigprocmask, 14), (CallKind.Sigaction, 10), (CallKind.Close, 8),
            (CallKind.Kill, 8), (CallKind.Tgkill, 4), (CallKind.Poll, 4), (CallKind.Waitpid, 4), (CallKind.Exit, 4),
            (CallKind.Nanosleep, 3), (CallKind.Pipe, 3), (CallKind.Clone, 3));
    }

    /// <summary>Replaces <paramref name="scenario"/> by a new one.</summary>
    public void Generate(ref Prng random, Scenario scenario)
    {
        scenario.Clear();
        var isCrowd = options.AllowsCrowds && Choice.Chance(ref random, 3);
        AddResources(ref random, scenario);
        AddProcess(scenario);
        AddHandlers(ref random, scenario, 0);
        AddFurtherActors(ref random, scenario);
        if (isCrowd)
        {
            AddCrowd(ref random, scenario);
        }

        AddBodies(ref random, scenario, isCrowd);
        AddImages(ref random, scenario);
        AddAttacks(ref random, scenario);
        AddHandlerBodies(ref random, scenario);
        AddCompletions(ref random, scenario);
        AddMeetings(ref random, scenario);
        while (scenario.CallCount > (isCrowd ? Scenario.MaximumCalls : options.MaximumCalls))
        {
            scenario.RemoveCall(Choice.Below(ref random, scenario.CallCount));
        }

        UnusedParts.Clear(scenario);
        ScenarioRepair.Apply(scenario);
        StandardNames.Apply(scenario);
    }

    private static byte[] Restrict(GenerationOptions options, params ReadOnlySpan<(CallKind Kind, int Weight)> rows)
    {
        var weights = new byte[CallTable.Count];
        foreach (var (kind, weight) in rows)
        {
            weights[(int)kind] = options.Permits(kind) ? (byte)weight : (byte)0;
        }

        return weights;
    }

    private static int AddProcess(Scenario scenario) => scenario.AddStrand(Strand.ForProcess(scenario.StrandCount, default));

    private bool TryAdd(ref Prng random, Scenario scenario, int strand, CallKind kind)
    {
        if (!options.Permits(kind) || scenario.CallCount == Scenario.MaximumCalls
            || !CallMaker.TryMake(ref random, scenario, strand, kind, out var call))
        {
            return false;
        }

        scenario.AddCall(call);
        return true;
    }

    private void AddResources(ref Prng random, Scenario scenario)
    {
        for (var pipes = Choice.Pick(ref random, [25, 60, 15]); pipes > 0; pipes--)
        {
            scenario.AddResource(Resource.Of(ResourceKind.PipeRead, isPrelude: true, default));
            scenario.AddResource(Resource.Of(ResourceKind.PipeWrite, isPrelude: true, default));
        }

        if (!options.AllowsDevices || !Choice.Chance(ref random, options.AllowsServerKinds ? 45 : 30))
        {
            return;
        }

        if (options.AllowsServerKinds)
        {
            DeviceMaker.AddDevices(ref random, scenario);
            if (Choice.Chance(ref random, 12))
            {
                DeviceMaker.ChooseMachine(ref random, scenario);
            }
        }
        else
        {
            scenario.AddResource(Resource.Of(ResourceKind.Device, isPrelude: true, default));
        }
    }

    private void AddHandlers(ref Prng random, Scenario scenario, int strand)
    {
        for (var count = Choice.Pick(ref random, [8, 62, 30]); count > 0; count--)
        {
            if (TryAdd(ref random, scenario, strand, CallKind.Sigaction))
            {
                ref var call = ref scenario.CallAt(scenario.CallCount - 1);
                call.Argument1 = (short)(Choice.Chance(ref random, 88) ? SignalDisposition.Handle : SignalDisposition.Ignore);
            }
        }

        if (Choice.Chance(ref random, 12))
        {
            TryAdd(ref random, scenario, strand, CallKind.Sigprocmask);
        }

        if (Choice.Chance(ref random, 15))
        {
            TryAdd(ref random, scenario, strand, CallKind.Pipe);
        }
    }

    private void AddFurtherActors(ref Prng random, Scenario scenario)
    {
        if (options.AllowsMeetings && Choice.Chance(ref random, 20))
        {
            AddSiblings(ref random, scenario);
            return;
        }

        for (var threads = Choice.Pick(ref random, [74, 22, 4]); threads > 0; threads--)
        {
            scenario.AddStrand(Strand.ForThread(0, default));
        }

        for (var processes = Choice.Pick(ref random, [30, 58, 12]); processes > 0; processes--)
        {
            AddProcess(scenario);
        }

        for (var children = Choice.Pick(ref random, [45, 45, 10]); children > 0; children--)
        {
            var parent = Choice.Chance(ref random, 88) ? 0 : Choice.Below(ref random, scenario.StrandCount);
            TryAdd(ref random, scenario, parent, CallKind.Fork);
        }

        if (!options.Permits(CallKind.Clone))
        {
            return;
        }

        for (var clones = Choice.Pick(ref random, [66, 28, 6]); clones > 0; clones--)
        {
            TryAdd(ref random, scenario, ChooseActor(ref random, scenario), CallKind.Clone);
        }
    }

    /// <summary>A process of threads only, so that nobody else holds its files open and every close is the last one.</summary>
    private static void AddSiblings(ref Prng random, Scenario scenario)
    {
        for (var threads = 1 + Choice.Pick(ref random, [60, 40]); threads > 0; threads--)
        {
            scenario.AddStrand(Strand.ForThread(0, default));
        }
    }

    /// <summary>Fills what room there is for processes and threads, so that tables of every server get full.</summary>
    private void AddCrowd(ref Prng random, Scenario scenario)
    {
        for (var tries = 2 * Scenario.MaximumActors; tries > 0; tries--)
        {
            switch (Choice.Pick(ref random, [30, 30, 40]))
            {
                case 0:
                    AddProcess(scenario);
                    break;
                case 1:
                    TryAdd(ref random, scenario, ChooseActor(ref random, scenario), CallKind.Fork);
                    break;
                case 2 when options.Permits(CallKind.Clone) && Choice.Chance(ref random, 50):
                    TryAdd(ref random, scenario, ChooseActor(ref random, scenario), CallKind.Clone);
                    break;
                default:
                    var process = scenario.Strands[ChooseActor(ref random, scenario)].Process;
                    var isInitial = scenario.Strands[process].Kind == StrandKind.Process;
                    scenario.AddStrand(Strand.ForThread(isInitial ? process : 0, default));
                    break;
            }
        }
    }

    private static int ChooseActor(ref Prng random, Scenario scenario) => Choice.Bit(ref random, Actors.Of(scenario));

    /// <summary>Lets a process start over while others send it signals, and mostly handle and wait again.</summary>
    private void AddImages(ref Prng random, Scenario scenario)
    {
        if (!options.Permits(CallKind.Exec) || !Choice.Chance(ref random, 20))
        {
            return;
        }

        var strand = Choice.Chance(ref random, 60) ? 0 : ChooseActor(ref random, scenario);
        if (options.AllowsMeetings && Choice.Chance(ref random, 50))
        {
            AddEarlyImage(ref random, scenario, strand);
            return;
        }

        if (!TryAdd(ref random, scenario, strand, CallKind.Exec))
        {
            return;
        }

        if (Choice.Chance(ref random, 60))
        {
            AddHandlers(ref random, scenario, strand);
        }

        AddBlocking(ref random, scenario, strand);
    }

    /// <summary>Lets a process start over just before it waits, so that the signals that are meant for the wait meet the change
    /// of images, and mostly handle again what the old image handled.</summary>
    private static void AddEarlyImage(ref Prng random, Scenario scenario, int strand)
    {
        var place = CallPlaces.FirstBlocking(scenario, strand);
        if (place < 0 || scenario.CallCount + 2 > Scenario.MaximumCalls)
        {
            return;
        }

        scenario.InsertCall(place, Call.Of(strand, CallKind.Exec));
        for (var i = 0; i < place && Choice.Chance(ref random, 80); i++)
        {
            var call = scenario.Calls[i];
            if (call.Strand == strand && call.Kind == CallKind.Sigaction)
            {
                scenario.InsertCall(place + 1, call);
                return;
            }
        }
    }

    private void AddBodies(ref Prng random, Scenario scenario, bool isCrowd)
    {
        var actors = scenario.StrandCount;
        for (var strand = 0; strand < actors; strand++)
        {
            // In a crowd everybody waits for something: who makes no calls is removed.
            var blocking = isCrowd ? 1 : BlockingCallCount(ref random, scenario.Strands[strand].Kind, strand == 0);
            for (; blocking > 0; blocking--)
            {
                AddOther(ref random, scenario, strand, 22);
                AddBlocking(ref random, scenario, strand);
            }

            AddOther(ref random, scenario, strand, 18);
        }
    }

    private static int BlockingCallCount(ref Prng random, StrandKind kind, bool isFirst)
    {
        if (isFirst)
        {
            return Choice.Pick(ref random, [0, 72, 23, 5]);
        }

        return kind == StrandKind.Process ? Choice.Pick(ref random, [70, 26, 4]) : Choice.Pick(ref random, [35, 58, 7]);
    }

    private void AddOther(ref Prng random, Scenario scenario, int strand, int percent)
    {
        if (Choice.Chance(ref random, percent) && HasWeight(otherWeights))
        {
            TryAdd(ref random, scenario, strand, (CallKind)Choice.Pick(ref random, otherWeights));
        }
    }

    private void AddBlocking(ref Prng random, Scenario scenario, int strand)
    {
        // A wait without children or a read without descriptors fails at once; a few tries find something that blocks.
        for (var tries = 0; tries < 4 && HasWeight(blockingWeights); tries++)
        {
            var kind = (CallKind)Choice.Pick(ref random, blockingWeights);
            if ((kind != CallKind.Waitpid || HasChild(scenario, scenario.Strands[strand].Process))
                && TryAdd(ref random, scenario, strand, kind))
            {
                if (kind == CallKind.Write && Choice.Chance(ref random, 70))
                {
                    // More than a pipe holds.
                    scenario.CallAt(scenario.CallCount - 1).Argument1 = (short)(9 + Choice.Below(ref random, 16));
                }

                return;
            }
        }
    }

    private static bool HasWeight(byte[] weights) => weights.AsSpan().ContainsAnyExcept((byte)0);

    private static bool HasChild(Scenario scenario, int process)
    {
        foreach (ref readonly var strand in scenario.Strands)
        {
            if (strand.Kind == StrandKind.Child && strand.Parent == process)
            {
                return true;
            }
        }

        return false;
    }

    private void AddAttacks(ref Prng random, Scenario scenario)
    {
        var actors = scenario.StrandCount;
        for (var victim = 0; victim < actors; victim++)
        {
            var percent = victim == 0 ? 97 : 45;
            if (CallPlaces.FirstBlocking(scenario, victim) < 0 || !Choice.Chance(ref random, percent))
            {
                continue;
            }

            if (options.AllowsSignalPairs && Choice.Chance(ref random, 15))
            {
                attacks.AddPair(ref random, scenario, victim);
                continue;
            }

            attacks.Add(ref random, scenario, victim);
            if (Choice.Chance(ref random, 22))
            {
                attacks.Add(ref random, scenario, victim);
            }
        }
    }

    private void AddMeetings(ref Prng random, Scenario scenario)
    {
        if (!options.AllowsMeetings)
        {
            return;
        }

        for (var count = Choice.Pick(ref random, [50, 25, 15, 10]); count > 0; count--)
        {
            meetings.Add(ref random, scenario);
        }
    }

    private void AddHandlerBodies(ref Prng random, Scenario scenario)
    {
        var calls = scenario.CallCount;
        for (var i = 0; i < calls; i++)
        {
            // A copy: adding calls may move what a reference points to.
            var call = scenario.Calls[i];
            if (call.Kind == CallKind.Sigaction && call.Argument1 == (int)SignalDisposition.Handle
                && Choice.Chance(ref random, 35))
            {
                AddHandlerBody(ref random, scenario, scenario.Strands[call.Strand].Process, call.Argument0);
            }
        }
    }

    private void AddHandlerBody(ref Prng random, Scenario scenario, int process, int signal)
    {
        var existing = scenario.FindHandler(process, signal);
        var handler = existing >= 0 ? existing : scenario.AddStrand(Strand.ForHandler(process, signal));
        if (handler < 0)
        {
            return;
        }

        for (var count = Choice.Pick(ref random, [0, 75, 25]); count > 0; count--)
        {
            if (Choice.Chance(ref random, 25))
            {
                AddBlocking(ref random, scenario, handler);
            }
            else
            {
                AddOther(ref random, scenario, handler, 100);
            }
        }
    }

    private void AddCompletions(ref Prng random, Scenario scenario)
    {
        var calls = scenario.CallCount;
        for (var i = 0; i < calls; i++)
        {
            if (Choice.Chance(ref random, 45))
            {
                var call = scenario.Calls[i];
                AddCompletion(ref random, scenario, call);
            }
        }
    }

    /// <summary>Adds what would end a blocked call without a signal, by somebody else.</summary>
    private void AddCompletion(ref Prng random, Scenario scenario, in Call call)
    {
        switch (call.Kind)
        {
            case CallKind.Read or CallKind.Poll when scenario.Resources[call.Argument0].Kind == ResourceKind.Device:
                AddEnvironment(ref random, scenario, StrandKind.Line, ChooseLineCall(ref random), call.Strand);
                break;
            case CallKind.Read or CallKind.Poll when scenario.Resources[call.Argument0].Kind == ResourceKind.PipeRead:
                AddOtherEnd(ref random, scenario, call, CallKind.Write);
                break;
            case CallKind.Write when scenario.Resources[call.Argument0].Kind == ResourceKind.PipeWrite:
                AddOtherEnd(ref random, scenario, call, CallKind.Read);
                break;
            case CallKind.Waitpid when call.Argument0 >= 0 && scenario.Strands[call.Argument0].Kind == StrandKind.Child:
                TryAdd(ref random, scenario, call.Argument0, CallKind.Exit);
                break;
            case CallKind.Nanosleep:
                AddEnvironment(ref random, scenario, StrandKind.Time, CallKind.Advance, call.Strand);
                break;
            default:
                break;
        }
    }

    private CallKind ChooseLineCall(ref Prng random) =>
        options.Permits(CallKind.Crash) && Choice.Chance(ref random, 12) ? CallKind.Crash : CallKind.Raise;

    /// <summary>Lets somebody use the other end of a pipe, or now and then close it.</summary>
    private void AddOtherEnd(ref Prng random, Scenario scenario, in Call blocked, CallKind kind)
    {
        var actor = Choice.Bit(ref random, Actors.Besides(scenario, blocked.Strand));
        if (actor >= 0 && TryAdd(ref random, scenario, actor, Choice.Chance(ref random, 15) ? CallKind.Close : kind))
        {
            scenario.CallAt(scenario.CallCount - 1).Argument0 = (short)(blocked.Argument0 + (kind == CallKind.Write ? 1 : -1));
        }
    }

    private void AddEnvironment(ref Prng random, Scenario scenario, StrandKind kind, CallKind call, int blocked)
    {
        var existing = scenario.FindEnvironment(kind);
        var strand = existing >= 0 ? existing : scenario.AddStrand(Strand.ForEnvironment(kind));
        if (strand >= 0 && TryAdd(ref random, scenario, strand, call) && scenario.Strands[blocked].IsActor
            && Choice.Chance(ref random, 40))
        {
            scenario.CallAt(scenario.CallCount - 1).WhenBlocked = (sbyte)blocked;
        }
    }
}
