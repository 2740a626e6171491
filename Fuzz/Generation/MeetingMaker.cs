// Lets calls meet that the rest of a program would rarely bring together: another call of any kind beside one that is there, on
// the same pipe or device, against the same process, by a sibling thread, somebody else or the caller itself; or a signal that
// is pending while its target does whatever it does. Every kind of call has the same chance here, because what nobody
// thought of is what a weight would leave out. Generator and mutator share it.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Adds calls that meet others.</summary>
internal sealed class MeetingMaker
{
    private readonly byte[] kindWeights;

    /// <summary>Makes what the options permit.</summary>
    /// <param name="options">Bounds.</param>
    internal MeetingMaker(GenerationOptions options)
    {
        kindWeights = new byte[CallTable.Count];
        for (int i = 1; i < kindWeights.Length; i++)
        {
            bool isOfActors = CallTable.Of((CallKind)i).MayBeMadeBy(StrandKind.Process);
            kindWeights[i] = isOfActors && options.Permits((CallKind)i) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Adds one meeting or one pending signal, if there is room.</summary>
    /// <param name="random">Stream.</param>
    /// <param name="program">The program; what is added may need <see cref="ProgramRepair"/>.</param>
    internal void Add(ref Prng random, Program program)
    {
        if (Choice.Chance(ref random, 20))
        {
            AddPending(ref random, program);
        }
        else
        {
            AddMeeting(ref random, program);
        }
    }

    private void AddMeeting(ref Prng random, Program program)
    {
        int met = ChooseCall(ref random, program);
        if (met < 0 || program.CallCount == Program.MaximumCalls)
        {
            return;
        }

        Call other = program.Calls[met];
        int caller = ChooseCaller(ref random, program, other.Strand);
        if (caller < 0 || !TryMake(ref random, program, caller, out Call call))
        {
            return;
        }

        Share(ref random, program, other, ref call);
        if (caller == other.Strand)
        {
            program.InsertCall(met + Choice.Below(ref random, 2), call);
            return;
        }

        bool isGated = CallTable.Of(other.Kind).IsBlocking && program.Strands[other.Strand].IsActor;
        call.WhenBlocked = isGated && Choice.Chance(ref random, 40) ? (sbyte)other.Strand : Program.None;
        call.WhenSettled = call.WhenBlocked >= 0 && Choice.Chance(ref random, 25);
        ProgramGenerator.InsertMostlyBeforeBlocking(ref random, program, call, percent: 60);
    }

    private bool TryMake(ref Prng random, Program program, int strand, out Call call)
    {
        call = default;
        return kindWeights.AsSpan().ContainsAnyExcept((byte)0)
            && CallMaker.TryMake(ref random, program, strand, (CallKind)Choice.Pick(ref random, kindWeights), out call);
    }

    /// <summary>Blocks a signal, sends it, and mostly lets it in again somewhere later.</summary>
    private static void AddPending(ref Prng random, Program program)
    {
        int met = ChooseCall(ref random, program);
        if (met < 0 || program.CallCount + 3 > Program.MaximumCalls)
        {
            return;
        }

        int strand = program.Calls[met].Strand;
        int signal = CallMaker.ChooseSignal(ref random, program, program.Strands[strand].Process);
        var mask = Call.Of(strand, CallKind.Sigprocmask);
        mask.Argument0 = (short)MaskChange.Block;
        mask.Argument1 = (short)SignalTable.MaskOf(signal);
        Call open = mask;
        open.Argument0 = (short)MaskChange.Unblock;
        bool isForThread = program.Strands[strand].IsActor && Choice.Chance(ref random, 50);
        Call send = ProgramGenerator.SignalTo(strand, isForThread ? CallKind.Tgkill : CallKind.Kill, program, strand, signal);
        program.InsertCall(met, mask);
        program.InsertCall(met + 1, send);
        if (Choice.Chance(ref random, 70))
        {
            program.InsertCall(met + 2 + Choice.Below(ref random, program.CallCount - met - 1), open);
        }
    }

    /// <summary>A call of an actor or a handler, mostly one that can block; -1 when there is none.</summary>
    private static int ChooseCall(ref Prng random, Program program)
    {
        int count = Count(program, blockingOnly: true);
        bool isBlocking = count > 0 && Choice.Chance(ref random, 70);
        count = isBlocking ? count : Count(program, blockingOnly: false);
        int rest = count == 0 ? -1 : Choice.Below(ref random, count);
        for (int i = 0; i < program.CallCount && rest >= 0; i++)
        {
            rest -= MayBeMet(program, i, isBlocking) ? 1 : 0;
            if (rest < 0)
            {
                return i;
            }
        }

        return Program.None;
    }

    private static int Count(Program program, bool blockingOnly)
    {
        int count = 0;
        for (int i = 0; i < program.CallCount; i++)
        {
            count += MayBeMet(program, i, blockingOnly) ? 1 : 0;
        }

        return count;
    }

    private static bool MayBeMet(Program program, int call, bool blockingOnly) =>
        program.Strands[program.Calls[call].Strand].Kind is not (StrandKind.Time or StrandKind.Line)
        && (!blockingOnly || CallTable.Of(program.Calls[call].Kind).IsBlocking);

    /// <summary>A sibling of a thread, somebody else, or itself. Where there is no sibling, one is added if it can be.</summary>
    private static int ChooseCaller(ref Prng random, Program program, int strand)
    {
        int choice = Choice.Pick(ref random, [50, 25, 25]);
        if (choice == 2)
        {
            return strand;
        }

        int process = program.Strands[strand].Process;
        uint others = Actors.Besides(program, strand);
        uint siblings = others & Actors.InProcess(program, process);
        others &= ~siblings;
        if (choice == 0 && siblings == 0 && program.Strands[process].Kind == StrandKind.Process)
        {
            return program.AddStrand(Strand.ForThread(process, default));
        }

        uint wanted = choice == 0 ? siblings : others;
        return Choice.Bit(ref random, wanted != 0 ? wanted : siblings | others);
    }

    /// <summary>Points a call at what another one uses.</summary>
    private static void Share(ref Prng random, Program program, in Call other, ref Call call)
    {
        ref readonly CallDescription description = ref CallTable.Of(call.Kind);
        if (description.Has(CallFlags.SendsSignal))
        {
            call.Argument0 = program.Strands[other.Strand].Process;
            call.Argument1 = call.Kind == CallKind.Tgkill ? other.Strand : call.Argument1;
        }

        int shared = ResourceOf(other);
        if (shared < 0 || description.ArgumentAt(0) is not (ArgumentKind.Descriptor or ArgumentKind.PollDescriptor)
            || !Choice.Chance(ref random, 85))
        {
            return;
        }

        call.Argument0 = (short)EndFor(ref random, program, call.Kind, shared);
        if (call.Kind == CallKind.Poll)
        {
            bool isWriteEnd = program.Resources[call.Argument0].Kind == ResourceKind.PipeWrite;
            call.Argument1 = (short)(isWriteEnd ? PollEvents.Out : PollEvents.In);
        }
    }

    private static int ResourceOf(in Call call) =>
        CallTable.IsResource(CallTable.Of(call.Kind).ArgumentAt(0)) ? call.Argument0 : Program.None;

    /// <summary>The end of a pipe that a call is made for; of those that take either, mostly the same.</summary>
    private static int EndFor(ref Prng random, Program program, CallKind kind, int resource)
    {
        ResourceKind end = program.Resources[resource].Kind;
        bool isPipe = end is ResourceKind.PipeRead or ResourceKind.PipeWrite;
        ResourceKind wanted = kind switch
        {
            CallKind.Read => ResourceKind.PipeRead,
            CallKind.Write => ResourceKind.PipeWrite,
            _ => Choice.Chance(ref random, 70) ? end : ResourceKind.None,
        };
        if (!isPipe || end == wanted)
        {
            return resource;
        }

        return end == ResourceKind.PipeRead ? resource + 1 : resource - 1;
    }
}
