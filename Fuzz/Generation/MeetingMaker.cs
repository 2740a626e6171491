// Lets calls meet that the rest of a scenario would rarely bring together: another call of any kind beside one that is there, on
// the same pipe or device, against the same process, by a sibling thread, somebody else or the caller itself; or a signal that
// is pending while its target does whatever it does. Every kind of call has the same chance here, because what nobody
// thought of is what a weight would leave out. Generator and mutator share it.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

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
    /// <param name="scenario">The scenario; what is added may need <see cref="ScenarioRepair"/>.</param>
    internal void Add(ref Prng random, Scenario scenario)
    {
        if (Choice.Chance(ref random, 20))
        {
            AddPending(ref random, scenario);
        }
        else
        {
            AddMeeting(ref random, scenario);
        }
    }

    private void AddMeeting(ref Prng random, Scenario scenario)
    {
        int met = ChooseCall(ref random, scenario);
        if (met < 0 || scenario.CallCount == Scenario.MaximumCalls)
        {
            return;
        }

        Call other = scenario.Calls[met];
        int caller = ChooseCaller(ref random, scenario, other.Strand);
        if (caller < 0 || !TryMake(ref random, scenario, caller, out Call call))
        {
            return;
        }

        Share(ref random, scenario, other, ref call);
        if (caller == other.Strand)
        {
            scenario.InsertCall(met + Choice.Below(ref random, 2), call);
            return;
        }

        bool isGated = CallTable.Of(other.Kind).IsBlocking && scenario.Strands[other.Strand].IsActor;
        call.WhenBlocked = isGated && Choice.Chance(ref random, 40) ? (sbyte)other.Strand : Scenario.None;
        call.WhenSettled = call.WhenBlocked >= 0 && Choice.Chance(ref random, 25);
        CallPlaces.InsertMostlyBeforeBlocking(ref random, scenario, call, percent: 60);
    }

    private bool TryMake(ref Prng random, Scenario scenario, int strand, out Call call)
    {
        call = default;
        return kindWeights.AsSpan().ContainsAnyExcept((byte)0)
            && CallMaker.TryMake(ref random, scenario, strand, (CallKind)Choice.Pick(ref random, kindWeights), out call);
    }

    /// <summary>Blocks a signal, sends it, and mostly lets it in again somewhere later.</summary>
    private static void AddPending(ref Prng random, Scenario scenario)
    {
        int met = ChooseCall(ref random, scenario);
        if (met < 0 || scenario.CallCount + 3 > Scenario.MaximumCalls)
        {
            return;
        }

        int strand = scenario.Calls[met].Strand;
        int signal = CallMaker.ChooseSignal(ref random, scenario, scenario.Strands[strand].Process);
        var mask = Call.Of(strand, CallKind.Sigprocmask);
        mask.Argument0 = (short)MaskChange.Block;
        mask.Argument1 = (short)SignalTable.MaskOf(signal);
        Call open = mask;
        open.Argument0 = (short)MaskChange.Unblock;
        bool isForThread = scenario.Strands[strand].IsActor && Choice.Chance(ref random, 50);
        Call send = AttackMaker.SignalTo(strand, isForThread ? CallKind.Tgkill : CallKind.Kill, scenario, strand, signal);
        scenario.InsertCall(met, mask);
        scenario.InsertCall(met + 1, send);
        if (Choice.Chance(ref random, 70))
        {
            scenario.InsertCall(met + 2 + Choice.Below(ref random, scenario.CallCount - met - 1), open);
        }
    }

    /// <summary>A call of an actor or a handler, mostly one that can block; -1 when there is none.</summary>
    private static int ChooseCall(ref Prng random, Scenario scenario)
    {
        int count = Count(scenario, blockingOnly: true);
        bool isBlocking = count > 0 && Choice.Chance(ref random, 70);
        count = isBlocking ? count : Count(scenario, blockingOnly: false);
        int rest = count == 0 ? -1 : Choice.Below(ref random, count);
        for (int i = 0; i < scenario.CallCount && rest >= 0; i++)
        {
            rest -= MayBeMet(scenario, i, isBlocking) ? 1 : 0;
            if (rest < 0)
            {
                return i;
            }
        }

        return Scenario.None;
    }

    private static int Count(Scenario scenario, bool blockingOnly)
    {
        int count = 0;
        for (int i = 0; i < scenario.CallCount; i++)
        {
            count += MayBeMet(scenario, i, blockingOnly) ? 1 : 0;
        }

        return count;
    }

    private static bool MayBeMet(Scenario scenario, int call, bool blockingOnly) =>
        scenario.Strands[scenario.Calls[call].Strand].Kind is not (StrandKind.Time or StrandKind.Line)
        && (!blockingOnly || CallTable.Of(scenario.Calls[call].Kind).IsBlocking);

    /// <summary>A sibling of a thread, somebody else, or itself. Where there is no sibling, one is added if it can be.</summary>
    private static int ChooseCaller(ref Prng random, Scenario scenario, int strand)
    {
        int choice = Choice.Pick(ref random, [50, 25, 25]);
        if (choice == 2)
        {
            return strand;
        }

        int process = scenario.Strands[strand].Process;
        uint others = Actors.Besides(scenario, strand);
        uint siblings = others & Actors.InProcess(scenario, process);
        others &= ~siblings;
        if (choice == 0 && siblings == 0 && scenario.Strands[process].Kind == StrandKind.Process)
        {
            return scenario.AddStrand(Strand.ForThread(process, default));
        }

        uint wanted = choice == 0 ? siblings : others;
        return Choice.Bit(ref random, wanted != 0 ? wanted : siblings | others);
    }

    /// <summary>Points a call at what another one uses.</summary>
    private static void Share(ref Prng random, Scenario scenario, in Call other, ref Call call)
    {
        ref readonly CallDescription description = ref CallTable.Of(call.Kind);
        if (description.Has(CallFlags.SendsSignal))
        {
            call.Argument0 = scenario.Strands[other.Strand].Process;
            call.Argument1 = call.Kind == CallKind.Tgkill ? other.Strand : call.Argument1;
        }

        int shared = ResourceOf(other);
        if (shared < 0 || description.ArgumentAt(0) is not (ArgumentKind.Descriptor or ArgumentKind.PollDescriptor)
            || !Choice.Chance(ref random, 85))
        {
            return;
        }

        call.Argument0 = (short)EndFor(ref random, scenario, call.Kind, shared);
        if (call.Kind == CallKind.Poll)
        {
            bool isWriteEnd = scenario.Resources[call.Argument0].Kind == ResourceKind.PipeWrite;
            call.Argument1 = (short)(isWriteEnd ? PollEvents.Out : PollEvents.In);
        }
    }

    private static int ResourceOf(in Call call) =>
        CallTable.IsResource(CallTable.Of(call.Kind).ArgumentAt(0)) ? call.Argument0 : Scenario.None;

    /// <summary>The end of a pipe that a call is made for; of those that take either, mostly the same.</summary>
    private static int EndFor(ref Prng random, Scenario scenario, CallKind kind, int resource)
    {
        ResourceKind end = scenario.Resources[resource].Kind;
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
