// Lets one thread make the calls of another, all of them before some line or after all lines, and takes the other away. Whoever
// named the other one now names the first. Only parties that exist from the start are merged: a created one goes with its
// creator.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Merges two parties into one.</summary>
internal sealed class PartyMerge : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) =>
        scenario.StrandCount * scenario.StrandCount * (scenario.CallCount + 1);

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Scenario scenario = candidate.Scenario;
        int pair = number / (scenario.CallCount + 1);
        int place = scenario.CallCount - (number % (scenario.CallCount + 1));
        int gone = pair / scenario.StrandCount;
        int stays = pair % scenario.StrandCount;
        bool areInitial = scenario.StrandAt(gone).IsActor && !scenario.StrandAt(gone).IsCreated
            && scenario.StrandAt(stays).IsActor && !scenario.StrandAt(stays).IsCreated;
        if (stays == gone || !areInitial || IsHost(scenario, gone))
        {
            return false;
        }

        MoveCalls(scenario, gone, place);
        sbyte process = scenario.StrandAt(stays).Process;
        for (int i = 0; i < scenario.CallCount; i++)
        {
            Redirect(ref scenario.CallAt(i), gone, stays, process);
        }

        scenario.StrandAt(gone).Kind = StrandKind.None;
        return true;
    }

    /// <summary>Moves the calls of a strand together, in front of a line.</summary>
    private static void MoveCalls(Scenario scenario, int strand, int place)
    {
        int target = place;
        for (int call = place - 1; call >= 0; call--)
        {
            Call moved = scenario.CallAt(call);
            if (moved.Strand == strand)
            {
                scenario.RemoveCall(call);
                scenario.InsertCall(--target, moved);
            }
        }

        target = place;
        for (int call = place; call < scenario.CallCount; call++)
        {
            Call moved = scenario.CallAt(call);
            if (moved.Strand == strand)
            {
                scenario.RemoveCall(call);
                scenario.InsertCall(target++, moved);
            }
        }
    }

    /// <summary>Whether threads, children or handlers belong to a process.</summary>
    private static bool IsHost(Scenario scenario, int process)
    {
        for (int i = 0; i < scenario.StrandCount; i++)
        {
            ref Strand strand = ref scenario.StrandAt(i);
            if (i != process && (strand.Process == process || strand.Parent == process))
            {
                return true;
            }
        }

        return false;
    }

    private static void Redirect(ref Call call, int gone, int stays, int process)
    {
        call.Strand = call.Strand == gone ? (byte)stays : call.Strand;
        call.WhenBlocked = call.WhenBlocked == gone ? (sbyte)stays : call.WhenBlocked;
        ref readonly CallDescription description = ref CallTable.Of(call.Kind);
        for (int i = 0; i < description.ArgumentCount; i++)
        {
            ArgumentKind kind = description.ArgumentAt(i);
            if (CallTable.IsStrand(kind) && call.Argument(i) == gone)
            {
                call.SetArgument(i, kind == ArgumentKind.Thread ? stays : process);
            }
        }
    }
}
