// Attacks: signals that somebody sends to a thread that is going to wait. Most of them come before the attacker waits for
// something itself, since an attacker that never gets to its signal attacks nobody; some wait until the victim is blocked. Two
// of them at once, to the process and to the thread, meet in one call.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Adds signals that meet a call that waits.</summary>
internal sealed class AttackMaker(GenerationOptions options)
{
    /// <summary>Lets some other actor send the victim a signal, mostly before that actor blocks itself.</summary>
    internal void Add(ref Prng random, Scenario scenario, int victim)
    {
        var attacker = ChooseAttacker(ref random, scenario, victim);
        var process = scenario.Strands[victim].Process;
        var kind = Choice.Chance(ref random, 30) ? CallKind.Tgkill : CallKind.Kill;
        if (attacker < 0 || scenario.CallCount == Scenario.MaximumCalls || !options.Permits(kind))
        {
            return;
        }

        var call = SignalTo(attacker, kind, scenario, victim, CallMaker.ChooseSignal(ref random, scenario, process));
        call.WhenBlocked = (sbyte)(Choice.Chance(ref random, 40) ? victim : Scenario.None);
        call.WhenSettled = call.WhenBlocked >= 0 && Choice.Chance(ref random, 15);
        CallPlaces.InsertMostlyBeforeBlocking(ref random, scenario, call, percent: 75);
    }

    /// <summary>
    /// Sends two signals into one blocked call of the victim, one to its process and one to its thread, because they wait in
    /// different queues and only one of them can end the call.
    /// </summary>
    internal void AddPair(ref Prng random, Scenario scenario, int victim)
    {
        if (!options.Permits(CallKind.Kill) || !options.Permits(CallKind.Tgkill)
            || scenario.CallCount + 2 > Scenario.MaximumCalls)
        {
            return;
        }

        var attacker = ChooseAttacker(ref random, scenario, victim);
        var other = Choice.Chance(ref random, 70) ? attacker : ChooseAttacker(ref random, scenario, victim);
        if (attacker < 0 || other < 0)
        {
            return;
        }

        var process = scenario.Strands[victim].Process;
        var first = CallMaker.ChooseSignal(ref random, scenario, process);
        var rest = CallMaker.HandledBy(scenario, process) & ~SignalTable.MaskOf(first);
        var second = rest != 0 && Choice.Chance(ref random, 75) ? Choice.Bit(ref random, (uint)rest) : first;
        var toProcess = SignalTo(attacker, CallKind.Kill, scenario, victim, first);
        var toThread = SignalTo(other, CallKind.Tgkill, scenario, victim, second);
        var isThreadFirst = Choice.Chance(ref random, 50);
        toProcess.WhenBlocked = (sbyte)(!isThreadFirst || attacker != other ? victim : Scenario.None);
        toThread.WhenBlocked = (sbyte)(isThreadFirst || attacker != other ? victim : Scenario.None);
        scenario.AddCall(isThreadFirst ? toThread : toProcess);
        scenario.AddCall(isThreadFirst ? toProcess : toThread);
    }

    /// <summary>A call that sends a signal to a thread, or to its process.</summary>
    internal static Call SignalTo(int attacker, CallKind kind, Scenario scenario, int victim, int signal)
    {
        var call = Call.Of(attacker, kind);
        call.Argument0 = scenario.Strands[victim].Process;
        call.Argument1 = (short)(kind == CallKind.Tgkill ? victim : signal);
        call.Argument2 = (short)(kind == CallKind.Tgkill ? signal : 0);
        return call;
    }

    private static int ChooseAttacker(ref Prng random, Scenario scenario, int victim)
    {
        var attacker = Choice.Bit(ref random, Actors.Besides(scenario, victim));
        return attacker < 0 ? scenario.AddStrand(Strand.ForProcess(scenario.StrandCount, default)) : attacker;
    }
}
