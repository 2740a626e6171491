// Lets one thread make the calls of another in the order of the lines, and takes the other away. Whoever named the other one now
// names the first. Only parties that exist from the start are merged: a created one goes with its creator.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Merges two parties into one.</summary>
internal sealed class PartyMerge : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Program program, Schedule schedule) => program.StrandCount * program.StrandCount;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Program program = candidate.Program;
        int gone = number / program.StrandCount;
        int stays = number % program.StrandCount;
        bool areInitial = program.StrandAt(gone).IsActor && !program.StrandAt(gone).IsCreated
            && program.StrandAt(stays).IsActor && !program.StrandAt(stays).IsCreated;
        if (stays >= gone || !areInitial || IsHost(program, gone))
        {
            return false;
        }

        sbyte process = program.StrandAt(stays).Process;
        for (int i = 0; i < program.CallCount; i++)
        {
            Redirect(ref program.CallAt(i), gone, stays, process);
        }

        program.StrandAt(gone).Kind = StrandKind.None;
        return true;
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
