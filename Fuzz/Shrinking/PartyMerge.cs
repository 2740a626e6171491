// Lets one thread make the calls of another, all of them before some line or after all lines, and takes the other away. Whoever
// named the other one now names the first. Only parties that exist from the start are merged: a created one goes with its
// creator.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Merges two parties into one.</summary>
internal sealed class PartyMerge : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) =>
        program.StrandCount * program.StrandCount * (program.CallCount + 1);

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Program program = candidate.Program;
        int pair = number / (program.CallCount + 1);
        int place = program.CallCount - (number % (program.CallCount + 1));
        int gone = pair / program.StrandCount;
        int stays = pair % program.StrandCount;
        bool areInitial = program.StrandAt(gone).IsActor && !program.StrandAt(gone).IsCreated
            && program.StrandAt(stays).IsActor && !program.StrandAt(stays).IsCreated;
        if (stays == gone || !areInitial || IsHost(program, gone))
        {
            return false;
        }

        MoveCalls(program, gone, place);
        sbyte process = program.StrandAt(stays).Process;
        for (int i = 0; i < program.CallCount; i++)
        {
            Redirect(ref program.CallAt(i), gone, stays, process);
        }

        program.StrandAt(gone).Kind = StrandKind.None;
        return true;
    }

    /// <summary>Moves the calls of a strand together, in front of a line.</summary>
    private static void MoveCalls(Program program, int strand, int place)
    {
        int target = place;
        for (int call = place - 1; call >= 0; call--)
        {
            Call moved = program.CallAt(call);
            if (moved.Strand == strand)
            {
                program.RemoveCall(call);
                program.InsertCall(--target, moved);
            }
        }

        target = place;
        for (int call = place; call < program.CallCount; call++)
        {
            Call moved = program.CallAt(call);
            if (moved.Strand == strand)
            {
                program.RemoveCall(call);
                program.InsertCall(target++, moved);
            }
        }
    }

    /// <summary>Whether threads, children or handlers belong to a process.</summary>
    private static bool IsHost(Program program, int process)
    {
        for (int i = 0; i < program.StrandCount; i++)
        {
            ref Strand strand = ref program.StrandAt(i);
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
