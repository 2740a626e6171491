// Who touched an object last: the transition that wrote it, and since then the last transition of each party that read it.
// Whoever touches the object next depends on these and on nothing older, because older ones come before these. One open-addressed
// table, emptied by raising its stamp.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Last accesses of every object of a run.</summary>
internal sealed class ObjectHistory
{
    private const int Capacity = 1 << 12;

    private readonly uint[] keys = new uint[Capacity];
    private readonly int[] stamps = new int[Capacity];
    private readonly int[] lastWrites = new int[Capacity];
    private readonly uint[] readers = new uint[Capacity];
    private readonly int[] lastReads = new int[Capacity * Scheduler.MaxParties];
    private int stamp;
    private int used;

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        stamp++;
        used = 0;
    }

    /// <summary>Adds to a list the transitions that an access depends on, and notes the access.</summary>
    /// <param name="access">The access.</param>
    /// <param name="transition">Number of the transition that makes it.</param>
    /// <param name="party">Its party.</param>
    /// <param name="dependencies">Receives numbers of transitions.</param>
    internal void Add(uint access, int transition, int party, List<int> dependencies)
    {
        int slot = SlotOf(Footprint.ObjectOf(access));
        AddOther(lastWrites[slot], transition, dependencies);
        if (!Footprint.IsWrite(access))
        {
            readers[slot] |= 1u << party;
            lastReads[(slot * Scheduler.MaxParties) + party] = transition;
            return;
        }

        for (uint rest = readers[slot]; rest != 0; rest &= rest - 1)
        {
            int reader = System.Numerics.BitOperations.TrailingZeroCount(rest);
            AddOther(lastReads[(slot * Scheduler.MaxParties) + reader], transition, dependencies);
        }

        lastWrites[slot] = transition;
        readers[slot] = 0;
    }

    /// <summary>The same for an object that only orders: a read comes after the last write, and nothing else is said.</summary>
    /// <param name="access">The access.</param>
    /// <param name="transition">Number of the transition that makes it.</param>
    /// <param name="dependencies">Receives numbers of transitions.</param>
    internal void AddOrder(uint access, int transition, List<int> dependencies)
    {
        int slot = SlotOf(Footprint.ObjectOf(access));
        if (Footprint.IsWrite(access))
        {
            lastWrites[slot] = transition;
        }
        else
        {
            AddOther(lastWrites[slot], transition, dependencies);
        }
    }

    private static void AddOther(int found, int transition, List<int> dependencies)
    {
        if (found >= 0 && found != transition)
        {
            dependencies.Add(found);
        }
    }

    private int SlotOf(uint key)
    {
        int slot = (int)((key * 0x9e3779b1u) >> 20);
        while (stamps[slot] == stamp)
        {
            if (keys[slot] == key)
            {
                return slot;
            }

            slot = (slot + 1) & (Capacity - 1);
        }

        Verify.That(++used < Capacity, "a run touches too many objects");
        keys[slot] = key;
        stamps[slot] = stamp;
        lastWrites[slot] = -1;
        readers[slot] = 0;
        return slot;
    }
}
