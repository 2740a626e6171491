// Writes programs out of nothing. They are not uniform: almost every one has a process that installs a handler and then
// blocks in a call, somebody who sends it that signal, and often somebody who at the same time completes the call,
// because races live where signal and completion meet. Actors that send do so before they block themselves; children are
// forked after the handlers are installed, so their signals never come too early. All choices come from the caller's
// random stream and nothing is allocated, so a seed is a program, everywhere.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Generates valid programs in normal order with standard names.</summary>
public sealed class ProgramGenerator
{
    private readonly GenerationOptions options;
    private readonly byte[] blockingWeights;
    private readonly byte[] otherWeights;
    private readonly MeetingMaker meetings;

    /// <summary>A generator within bounds.</summary>
    public ProgramGenerator(GenerationOptions options)
    {
        this.options = options;
        meetings = new MeetingMaker(options);
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

    /// <summary>Replaces <paramref name="program"/> by a new one.</summary>
    public void Generate(ref Prng random, Program program)
    {
        program.Clear();
        var isCrowd = options.AllowsCrowds && Choice.Chance(ref random, 3);
        AddResources(ref random, program);
        AddProcess(program);
        AddHandlers(ref random, program, 0);
        AddFurtherActors(ref random, program);
        if (isCrowd)
        {
            AddCrowd(ref random, program);
        }

        AddBodies(ref random, program, isCrowd);
        AddImages(ref random, program);
        AddAttacks(ref random, program);
        AddHandlerBodies(ref random, program);
        AddCompletions(ref random, program);
        AddMeetings(ref random, program);
        while (program.CallCount > (isCrowd ? Program.MaximumCalls : options.MaximumCalls))
        {
            program.RemoveCall(Choice.Below(ref random, program.CallCount));
        }

        UnusedParts.Clear(program);
        ProgramRepair.Apply(program);
        ProgramNames.Apply(program);
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

    private static int AddProcess(Program program) => program.AddStrand(Strand.ForProcess(program.StrandCount, default));

    private bool TryAdd(ref Prng random, Program program, int strand, CallKind kind)
    {
        if (!options.Permits(kind) || program.CallCount == Program.MaximumCalls
            || !CallMaker.TryMake(ref random, program, strand, kind, out var call))
        {
            return false;
        }

        program.AddCall(call);
        return true;
    }

    private void AddResources(ref Prng random, Program program)
    {
        for (var pipes = Choice.Pick(ref random, [25, 60, 15]); pipes > 0; pipes--)
        {
            program.AddResource(Resource.Of(ResourceKind.PipeRead, isPrelude: true, default));
            program.AddResource(Resource.Of(ResourceKind.PipeWrite, isPrelude: true, default));
        }

        if (!options.AllowsDevices || !Choice.Chance(ref random, options.AllowsServerKinds ? 45 : 30))
        {
            return;
        }

        if (options.AllowsServerKinds)
        {
            DeviceMaker.AddDevices(ref random, program);
            if (Choice.Chance(ref random, 12))
            {
                DeviceMaker.ChooseMachine(ref random, program);
            }
        }
        else
        {
            program.AddResource(Resource.Of(ResourceKind.Device, isPrelude: true, default));
        }
    }

    private void AddHandlers(ref Prng random, Program program, int strand)
    {
        for (var count = Choice.Pick(ref random, [8, 62, 30]); count > 0; count--)
        {
            if (TryAdd(ref random, program, strand, CallKind.Sigaction))
            {
                ref var call = ref program.CallAt(program.CallCount - 1);
                call.Argument1 = (short)(Choice.Chance(ref random, 88) ? SignalDisposition.Handle : SignalDisposition.Ignore);
            }
        }

        if (Choice.Chance(ref random, 12))
        {
            TryAdd(ref random, program, strand, CallKind.Sigprocmask);
        }

        if (Choice.Chance(ref random, 15))
        {
            TryAdd(ref random, program, strand, CallKind.Pipe);
        }
    }

    private void AddFurtherActors(ref Prng random, Program program)
    {
        if (options.AllowsMeetings && Choice.Chance(ref random, 20))
        {
            AddSiblings(ref random, program);
            return;
        }

        for (var threads = Choice.Pick(ref random, [74, 22, 4]); threads > 0; threads--)
        {
            program.AddStrand(Strand.ForThread(0, default));
        }

        for (var processes = Choice.Pick(ref random, [30, 58, 12]); processes > 0; processes--)
        {
            AddProcess(program);
        }

        for (var children = Choice.Pick(ref random, [45, 45, 10]); children > 0; children--)
        {
            var parent = Choice.Chance(ref random, 88) ? 0 : Choice.Below(ref random, program.StrandCount);
            TryAdd(ref random, program, parent, CallKind.Fork);
        }

        if (!options.Permits(CallKind.Clone))
        {
            return;
        }

        for (var clones = Choice.Pick(ref random, [66, 28, 6]); clones > 0; clones--)
        {
            TryAdd(ref random, program, ChooseActor(ref random, program), CallKind.Clone);
        }
    }

    /// <summary>A process of threads only, so that nobody else holds its files open and every close is the last one.</summary>
    private static void AddSiblings(ref Prng random, Program program)
    {
        for (var threads = 1 + Choice.Pick(ref random, [60, 40]); threads > 0; threads--)
        {
            program.AddStrand(Strand.ForThread(0, default));
        }
    }

    /// <summary>Fills what room there is for processes and threads, so that tables of every server get full.</summary>
    private void AddCrowd(ref Prng random, Program program)
    {
        for (var tries = 2 * Program.MaximumActors; tries > 0; tries--)
        {
            switch (Choice.Pick(ref random, [30, 30, 40]))
            {
                case 0:
                    AddProcess(program);
                    break;
                case 1:
                    TryAdd(ref random, program, ChooseActor(ref random, program), CallKind.Fork);
                    break;
                case 2 when options.Permits(CallKind.Clone) && Choice.Chance(ref random, 50):
                    TryAdd(ref random, program, ChooseActor(ref random, program), CallKind.Clone);
                    break;
                default:
                    var process = program.Strands[ChooseActor(ref random, program)].Process;
                    var isInitial = program.Strands[process].Kind == StrandKind.Process;
                    program.AddStrand(Strand.ForThread(isInitial ? process : 0, default));
                    break;
            }
        }
    }

    private static int ChooseActor(ref Prng random, Program program) => Choice.Bit(ref random, Actors.Of(program));

    /// <summary>Lets a process start over while others send it signals, and mostly handle and wait again.</summary>
    private void AddImages(ref Prng random, Program program)
    {
        if (!options.Permits(CallKind.Exec) || !Choice.Chance(ref random, 20))
        {
            return;
        }

        var strand = Choice.Chance(ref random, 60) ? 0 : ChooseActor(ref random, program);
        if (options.AllowsMeetings && Choice.Chance(ref random, 50))
        {
            AddEarlyImage(ref random, program, strand);
            return;
        }

        if (!TryAdd(ref random, program, strand, CallKind.Exec))
        {
            return;
        }

        if (Choice.Chance(ref random, 60))
        {
            AddHandlers(ref random, program, strand);
        }

        AddBlocking(ref random, program, strand);
    }

    /// <summary>Lets a process start over just before it waits, so that the signals that are meant for the wait meet the change
    /// of images, and mostly handle again what the old image handled.</summary>
    private static void AddEarlyImage(ref Prng random, Program program, int strand)
    {
        var place = FirstBlocking(program, strand);
        if (place < 0 || program.CallCount + 2 > Program.MaximumCalls)
        {
            return;
        }

        program.InsertCall(place, Call.Of(strand, CallKind.Exec));
        for (var i = 0; i < place && Choice.Chance(ref random, 80); i++)
        {
            var call = program.Calls[i];
            if (call.Strand == strand && call.Kind == CallKind.Sigaction)
            {
                program.InsertCall(place + 1, call);
                return;
            }
        }
    }

    private void AddBodies(ref Prng random, Program program, bool isCrowd)
    {
        var actors = program.StrandCount;
        for (var strand = 0; strand < actors; strand++)
        {
            // In a crowd everybody waits for something: who makes no calls is removed.
            var blocking = isCrowd ? 1 : BlockingCallCount(ref random, program.Strands[strand].Kind, strand == 0);
            for (; blocking > 0; blocking--)
            {
                AddOther(ref random, program, strand, 22);
                AddBlocking(ref random, program, strand);
            }

            AddOther(ref random, program, strand, 18);
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

    private void AddOther(ref Prng random, Program program, int strand, int percent)
    {
        if (Choice.Chance(ref random, percent) && HasWeight(otherWeights))
        {
            TryAdd(ref random, program, strand, (CallKind)Choice.Pick(ref random, otherWeights));
        }
    }

    private void AddBlocking(ref Prng random, Program program, int strand)
    {
        // A wait without children or a read without descriptors fails at once; a few tries find something that blocks.
        for (var tries = 0; tries < 4 && HasWeight(blockingWeights); tries++)
        {
            var kind = (CallKind)Choice.Pick(ref random, blockingWeights);
            if ((kind != CallKind.Waitpid || HasChild(program, program.Strands[strand].Process))
                && TryAdd(ref random, program, strand, kind))
            {
                if (kind == CallKind.Write && Choice.Chance(ref random, 70))
                {
                    // More than a pipe holds.
                    program.CallAt(program.CallCount - 1).Argument1 = (short)(9 + Choice.Below(ref random, 16));
                }

                return;
            }
        }
    }

    private static bool HasWeight(byte[] weights) => weights.AsSpan().ContainsAnyExcept((byte)0);

    private static bool HasChild(Program program, int process)
    {
        foreach (ref readonly var strand in program.Strands)
        {
            if (strand.Kind == StrandKind.Child && strand.Parent == process)
            {
                return true;
            }
        }

        return false;
    }

    private void AddAttacks(ref Prng random, Program program)
    {
        var actors = program.StrandCount;
        for (var victim = 0; victim < actors; victim++)
        {
            var percent = victim == 0 ? 97 : 45;
            if (FirstBlocking(program, victim) < 0 || !Choice.Chance(ref random, percent))
            {
                continue;
            }

            if (options.AllowsSignalPairs && Choice.Chance(ref random, 15))
            {
                AddSignalPair(ref random, program, victim);
                continue;
            }

            AddAttack(ref random, program, victim);
            if (Choice.Chance(ref random, 22))
            {
                AddAttack(ref random, program, victim);
            }
        }
    }

    /// <summary>Lets some other actor send the victim a signal, mostly before that actor blocks itself.</summary>
    internal void AddAttack(ref Prng random, Program program, int victim)
    {
        var attacker = ChooseAttacker(ref random, program, victim);
        var process = program.Strands[victim].Process;
        var kind = Choice.Chance(ref random, 30) ? CallKind.Tgkill : CallKind.Kill;
        if (attacker < 0 || program.CallCount == Program.MaximumCalls || !options.Permits(kind))
        {
            return;
        }

        var call = SignalTo(attacker, kind, program, victim, CallMaker.ChooseSignal(ref random, program, process));
        call.WhenBlocked = (sbyte)(Choice.Chance(ref random, 40) ? victim : Program.None);
        call.WhenSettled = call.WhenBlocked >= 0 && Choice.Chance(ref random, 15);
        InsertMostlyBeforeBlocking(ref random, program, call, percent: 75);
    }

    /// <summary>
    /// Sends two signals into one blocked call of the victim, one to its process and one to its thread, because they wait in
    /// different queues and only one of them can end the call.
    /// </summary>
    internal void AddSignalPair(ref Prng random, Program program, int victim)
    {
        if (!options.Permits(CallKind.Kill) || !options.Permits(CallKind.Tgkill)
            || program.CallCount + 2 > Program.MaximumCalls)
        {
            return;
        }

        var attacker = ChooseAttacker(ref random, program, victim);
        var other = Choice.Chance(ref random, 70) ? attacker : ChooseAttacker(ref random, program, victim);
        if (attacker < 0 || other < 0)
        {
            return;
        }

        var process = program.Strands[victim].Process;
        var first = CallMaker.ChooseSignal(ref random, program, process);
        var rest = CallMaker.HandledBy(program, process) & ~SignalTable.MaskOf(first);
        var second = rest != 0 && Choice.Chance(ref random, 75) ? Choice.Bit(ref random, (uint)rest) : first;
        var toProcess = SignalTo(attacker, CallKind.Kill, program, victim, first);
        var toThread = SignalTo(other, CallKind.Tgkill, program, victim, second);
        var isThreadFirst = Choice.Chance(ref random, 50);
        toProcess.WhenBlocked = (sbyte)(!isThreadFirst || attacker != other ? victim : Program.None);
        toThread.WhenBlocked = (sbyte)(isThreadFirst || attacker != other ? victim : Program.None);
        program.AddCall(isThreadFirst ? toThread : toProcess);
        program.AddCall(isThreadFirst ? toProcess : toThread);
    }

    private static int ChooseAttacker(ref Prng random, Program program, int victim)
    {
        var attacker = Choice.Bit(ref random, Actors.Besides(program, victim));
        return attacker < 0 ? AddProcess(program) : attacker;
    }

    /// <summary>A call that sends a signal to a thread, or to its process.</summary>
    internal static Call SignalTo(int attacker, CallKind kind, Program program, int victim, int signal)
    {
        var call = Call.Of(attacker, kind);
        call.Argument0 = program.Strands[victim].Process;
        call.Argument1 = (short)(kind == CallKind.Tgkill ? victim : signal);
        call.Argument2 = (short)(kind == CallKind.Tgkill ? signal : 0);
        return call;
    }

    /// <summary>Inserts a call before the first one of its strand that can block, in so many cases, or else at the end.</summary>
    internal static void InsertMostlyBeforeBlocking(ref Prng random, Program program, in Call call, int percent)
    {
        var before = FirstBlocking(program, call.Strand);
        program.InsertCall(before >= 0 && Choice.Chance(ref random, percent) ? before : program.CallCount, call);
    }

    /// <summary>The first call of a strand that can block, or -1.</summary>
    internal static int FirstBlocking(Program program, int strand)
    {
        for (var i = 0; i < program.CallCount; i++)
        {
            if (program.Calls[i].Strand == strand && CallTable.Of(program.Calls[i].Kind).IsBlocking)
            {
                return i;
            }
        }

        return Program.None;
    }

    private void AddMeetings(ref Prng random, Program program)
    {
        if (!options.AllowsMeetings)
        {
            return;
        }

        for (var count = Choice.Pick(ref random, [50, 25, 15, 10]); count > 0; count--)
        {
            meetings.Add(ref random, program);
        }
    }

    private void AddHandlerBodies(ref Prng random, Program program)
    {
        var calls = program.CallCount;
        for (var i = 0; i < calls; i++)
        {
            // A copy: adding calls may move what a reference points to.
            var call = program.Calls[i];
            if (call.Kind == CallKind.Sigaction && call.Argument1 == (int)SignalDisposition.Handle
                && Choice.Chance(ref random, 35))
            {
                AddHandlerBody(ref random, program, program.Strands[call.Strand].Process, call.Argument0);
            }
        }
    }

    private void AddHandlerBody(ref Prng random, Program program, int process, int signal)
    {
        var existing = program.FindHandler(process, signal);
        var handler = existing >= 0 ? existing : program.AddStrand(Strand.ForHandler(process, signal));
        if (handler < 0)
        {
            return;
        }

        for (var count = Choice.Pick(ref random, [0, 75, 25]); count > 0; count--)
        {
            if (Choice.Chance(ref random, 25))
            {
                AddBlocking(ref random, program, handler);
            }
            else
            {
                AddOther(ref random, program, handler, 100);
            }
        }
    }

    private void AddCompletions(ref Prng random, Program program)
    {
        var calls = program.CallCount;
        for (var i = 0; i < calls; i++)
        {
            if (Choice.Chance(ref random, 45))
            {
                var call = program.Calls[i];
                AddCompletion(ref random, program, call);
            }
        }
    }

    /// <summary>Adds what would end a blocked call without a signal, by somebody else.</summary>
    private void AddCompletion(ref Prng random, Program program, in Call call)
    {
        switch (call.Kind)
        {
            case CallKind.Read or CallKind.Poll when program.Resources[call.Argument0].Kind == ResourceKind.Device:
                AddEnvironment(ref random, program, StrandKind.Line, ChooseLineCall(ref random), call.Strand);
                break;
            case CallKind.Read or CallKind.Poll when program.Resources[call.Argument0].Kind == ResourceKind.PipeRead:
                AddOtherEnd(ref random, program, call, CallKind.Write);
                break;
            case CallKind.Write when program.Resources[call.Argument0].Kind == ResourceKind.PipeWrite:
                AddOtherEnd(ref random, program, call, CallKind.Read);
                break;
            case CallKind.Waitpid when call.Argument0 >= 0 && program.Strands[call.Argument0].Kind == StrandKind.Child:
                TryAdd(ref random, program, call.Argument0, CallKind.Exit);
                break;
            case CallKind.Nanosleep:
                AddEnvironment(ref random, program, StrandKind.Time, CallKind.Advance, call.Strand);
                break;
            default:
                break;
        }
    }

    private CallKind ChooseLineCall(ref Prng random) =>
        options.Permits(CallKind.Crash) && Choice.Chance(ref random, 12) ? CallKind.Crash : CallKind.Raise;

    /// <summary>Lets somebody use the other end of a pipe, or now and then close it.</summary>
    private void AddOtherEnd(ref Prng random, Program program, in Call blocked, CallKind kind)
    {
        var actor = Choice.Bit(ref random, Actors.Besides(program, blocked.Strand));
        if (actor >= 0 && TryAdd(ref random, program, actor, Choice.Chance(ref random, 15) ? CallKind.Close : kind))
        {
            program.CallAt(program.CallCount - 1).Argument0 = (short)(blocked.Argument0 + (kind == CallKind.Write ? 1 : -1));
        }
    }

    private void AddEnvironment(ref Prng random, Program program, StrandKind kind, CallKind call, int blocked)
    {
        var existing = program.FindEnvironment(kind);
        var strand = existing >= 0 ? existing : program.AddStrand(Strand.ForEnvironment(kind));
        if (strand >= 0 && TryAdd(ref random, program, strand, call) && program.Strands[blocked].IsActor
            && Choice.Chance(ref random, 40))
        {
            program.CallAt(program.CallCount - 1).WhenBlocked = (sbyte)blocked;
        }
    }
}
