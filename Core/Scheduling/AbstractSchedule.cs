// An abstract schedule (Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox Fuzzing for Concurrency Testing", ASPLOS 2024): a
// few constraints over who reads from whom, each demanded or forbidden. It describes a set of schedules, and what is left open
// is drawn. During a run it says which parties had better wait. It is a wish, not a lock: when all wait, somebody runs, since
// a constraint may be impossible.

using System.Numerics;
using Managarm.Perf.Core.Accesses;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Constraints on reads.</summary>
internal sealed class AbstractSchedule
{
    /// <summary>Number of constraints at most.</summary>
    internal const int Capacity = 6;

    private readonly ReadsFromPair[] pairs = new ReadsFromPair[Capacity];
    private uint forbiddenMask;
    private uint openMask;

    /// <summary>Number of constraints.</summary>
    internal int Count { get; private set; }

    /// <summary>Prepares for a run.</summary>
    internal void Begin() => openMask = (1u << Count) - 1;

    /// <summary>Forgets all constraints.</summary>
    internal void Clear() => Count = 0;

    /// <summary>Makes this a copy.</summary>
    /// <param name="other">Of what.</param>
    internal void CopyFrom(AbstractSchedule other)
    {
        other.pairs.AsSpan(0, other.Count).CopyTo(pairs);
        forbiddenMask = other.forbiddenMask;
        Count = other.Count;
    }

    /// <summary>Changes one thing: a constraint comes, goes, is turned round, or is exchanged for another.</summary>
    /// <param name="random">What it draws from.</param>
    /// <param name="known">Pairs that are known to be possible, not empty.</param>
    internal void Mutate(ref Prng random, ReadOnlySpan<ReadsFromPair> known)
    {
        ReadsFromPair drawn = known[(int)random.NextBelow((uint)known.Length)];
        bool isForbidden = random.NextBelow(4) == 0;
        uint choice = random.NextBelow(8);
        if (Count == 0 || (choice < 4 && Count < Capacity))
        {
            Set(Count++, drawn, isForbidden);
            return;
        }

        var index = (int)random.NextBelow((uint)Count);
        if (choice < 6)
        {
            Set(index, drawn, isForbidden);
        }
        else if (choice == 6)
        {
            forbiddenMask ^= 1u << index;
        }
        else
        {
            Count--;
            Set(index, pairs[Count], (forbiddenMask >> Count & 1) != 0);
        }
    }

    /// <summary>Notes that a read has happened: its constraints have been met or can no longer be.</summary>
    /// <param name="read">The read.</param>
    internal void Happened(ulong read)
    {
        for (uint rest = openMask; rest != 0; rest &= rest - 1)
        {
            int index = BitOperations.TrailingZeroCount(rest);
            if (pairs[index].Read == read)
            {
                openMask &= ~(1u << index);
            }
        }
    }

    /// <summary>Which parties had better wait: those whose read would read the wrong thing now, and those whose write would
    /// come between a demanded write and its read.</summary>
    /// <param name="enabled">Enabled parties.</param>
    /// <param name="steps">What they announce.</param>
    /// <param name="tracker">Who wrote last.</param>
    /// <returns>A mask of parties.</returns>
    internal uint Delayed(uint enabled, StepLog steps, ReadsFromTracker tracker)
    {
        uint delayed = 0;
        for (uint rest = openMask; rest != 0; rest &= rest - 1)
        {
            int index = BitOperations.TrailingZeroCount(rest);
            bool isForbidden = (forbiddenMask >> index & 1) != 0;
            bool isWritten = pairs[index].IsWrittenBy(tracker.LastWriter(pairs[index].Object));
            if (isForbidden == isWritten)
            {
                delayed |= Readers(pairs[index], enabled, steps);
            }
            else if (isWritten)
            {
                delayed |= Overwriters(pairs[index], enabled, steps);
            }
        }

        return delayed;
    }

    private static uint Readers(ReadsFromPair pair, uint enabled, StepLog steps)
    {
        uint reader = enabled & (1u << pair.Reader);
        return reader != 0 && pair.MayBeReadBy(pair.Reader, steps.PendingOf(pair.Reader)) ? reader : 0;
    }

    private static uint Overwriters(ReadsFromPair pair, uint enabled, StepLog steps)
    {
        uint overwriters = 0;
        for (uint rest = enabled & ~(1u << pair.Reader); rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            StepAnnouncement pending = steps.PendingOf(party);
            if (pending.IsWrite && (((uint)pending.ObjectKind << 20) | pending.Index) == pair.Object)
            {
                overwriters |= 1u << party;
            }
        }

        return overwriters;
    }

    private void Set(int index, ReadsFromPair pair, bool isForbidden)
    {
        pairs[index] = pair;
        forbiddenMask = (forbiddenMask & ~(1u << index)) | (isForbidden ? 1u << index : 0);
    }
}
