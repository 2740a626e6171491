// How often each word came, in a bounded table that is emptied in one step: which pairs a run has shown, and how often a
// search has seen the same run. Slots are stamped with the round in which they were filled. Past three quarters of its size
// the table takes no new word, so whoever counts novelties by it stops counting instead of stopping.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Counts of 64-bit words, with open addressing.</summary>
/// <param name="size">Number of slots, a power of two.</param>
internal sealed class WordCounts(int size)
{
    private readonly ulong[] words = new ulong[size];
    private readonly uint[] rounds = new uint[size];
    private readonly uint[] counts = new uint[size];
    private uint round = 1;

    /// <summary>Number of different words.</summary>
    internal int Distinct { get; private set; }

    /// <summary>Forgets all words.</summary>
    internal void Clear()
    {
        round++;
        Distinct = 0;
    }

    /// <summary>How often a word came.</summary>
    /// <param name="word">The word.</param>
    internal uint this[ulong word]
    {
        get
        {
            int slot = SlotOf(word);
            return rounds[slot] == round ? counts[slot] : 0;
        }
    }

    /// <summary>Counts a word.</summary>
    /// <param name="word">The word.</param>
    /// <returns>How often it has come now; 0 when it is new and the table is full.</returns>
    internal uint Add(ulong word)
    {
        int slot = SlotOf(word);
        if (rounds[slot] == round)
        {
            return ++counts[slot];
        }

        if (Distinct >= size / 4 * 3)
        {
            return 0;
        }

        Distinct++;
        rounds[slot] = round;
        words[slot] = word;
        return counts[slot] = 1;
    }

    private int SlotOf(ulong word)
    {
        var slot = (int)(((word * 0x9e3779b97f4a7c15) >> 32) & (uint)(size - 1));
        while (rounds[slot] == round && words[slot] != word)
        {
            slot = (slot + 1) & (size - 1);
        }

        return slot;
    }
}
