// Replaces a signal everywhere by a plainer one: by one that is there already, which merges the two, or by the plainest that is
// not.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Merges signals and makes them plainer.</summary>
internal sealed class SignalReplacement : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => SignalTable.Count * SignalTable.Count;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        int before = number / SignalTable.Count;
        int after = number % SignalTable.Count;
        uint used = UsedIn(candidate.Scenario);
        bool isUsed = (used >> before & 1) != 0;
        bool isTarget = (used >> after & 1) != 0 || after == PlainestBeside(used);
        if (!isUsed || !isTarget || PlainSignals.RankOf(after) >= PlainSignals.RankOf(before))
        {
            return false;
        }

        Replace(candidate.Scenario, before, after);
        return true;
    }

    private static int PlainestBeside(uint used)
    {
        int best = -1;
        for (int signal = 0; signal < SignalTable.Count; signal++)
        {
            bool isFree = (used >> signal & 1) == 0;
            best = isFree && (best < 0 || PlainSignals.RankOf(signal) < PlainSignals.RankOf(best)) ? signal : best;
        }

        return best;
    }

    private static uint UsedIn(Scenario scenario)
    {
        uint used = 0;
        foreach (ref readonly Strand strand in scenario.Strands)
        {
            used |= strand.Kind == StrandKind.Handler ? 1u << strand.Signal : 0;
        }

        foreach (ref readonly Call call in scenario.Calls)
        {
            ref readonly CallDescription description = ref CallTable.Of(call.Kind);
            for (int i = 0; i < description.ArgumentCount; i++)
            {
                used |= description.ArgumentAt(i) switch
                {
                    ArgumentKind.Signal => 1u << call.Argument(i),
                    ArgumentKind.SignalSet => (ushort)call.Argument(i),
                    _ => 0,
                };
            }
        }

        return used;
    }

    private static void Replace(Scenario scenario, int before, int after)
    {
        for (int i = 0; i < scenario.StrandCount; i++)
        {
            ref Strand strand = ref scenario.StrandAt(i);
            if (strand.Kind != StrandKind.Handler || strand.Signal != before)
            {
                continue;
            }

            // A process has one handler per signal: the plainer signal keeps its own.
            bool isTaken = scenario.FindHandler(strand.Process, after) >= 0;
            strand.Kind = isTaken ? StrandKind.None : strand.Kind;
            strand.Signal = (sbyte)after;
        }

        for (int i = 0; i < scenario.CallCount; i++)
        {
            Replace(ref scenario.CallAt(i), before, after);
        }
    }

    private static void Replace(ref Call call, int before, int after)
    {
        ref readonly CallDescription description = ref CallTable.Of(call.Kind);
        for (int i = 0; i < description.ArgumentCount; i++)
        {
            int value = call.Argument(i);
            if (description.ArgumentAt(i) == ArgumentKind.Signal && value == before)
            {
                call.SetArgument(i, after);
            }
            else if (description.ArgumentAt(i) == ArgumentKind.SignalSet && (value >> before & 1) != 0)
            {
                call.SetArgument(i, (value & ~(1 << before)) | (1 << after));
            }
        }
    }
}
