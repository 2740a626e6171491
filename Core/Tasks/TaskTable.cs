// The table of suspended coroutines of one world. It hands out Waiter words, which is what the arena stores: a number plus
// a generation, so that a word kept too long resumes nobody. Numbers are handed out in a fixed order that starts afresh
// at reset, so they are equal in equal runs. At the end of a run unfinished coroutines are abandoned: their boxes go back to
// the pool without running another line, which is sound because the arena is reset as a whole.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Tasks;

/// <summary>Suspended coroutines of a world, by number.</summary>
public sealed class TaskTable
{
    /// <summary>Number of suspended coroutines at most, nested ones included.</summary>
    public const int Capacity = 4095;

    private const int NumberBits = 12;
    private const int NumberMask = (1 << NumberBits) - 1;
    private const int GenerationMask = 0x3ffff;

    // Differs from every word and from the 0 of a box that never entered.
    private const int NoWaiter = -1;

    // Numbered as the low bits of a word are: from 1 on. The first holds NoWaiter, so that 0 finds nobody.
    private readonly Entry[] entries = new Entry[Capacity + 1];
    private readonly short[] freeNumbers = new short[Capacity];
    private readonly Scheduler scheduler;
    private int freeCount;
    private int highWater;

    /// <summary>Makes an empty table.</summary>
    /// <param name="scheduler">Tells which party is running.</param>
    public TaskTable(Scheduler scheduler)
    {
        this.scheduler = scheduler;
        entries[0].Waiter = NoWaiter;
    }

    /// <summary>Number of coroutines that are suspended now.</summary>
    public int LiveCount => highWater - freeCount;

    /// <summary>The waiter word for a coroutine that is about to suspend; enters it into the table if it is new.</summary>
    /// <param name="box">Box of the coroutine.</param>
    /// <returns>A word below 2^30, never 0.</returns>
    internal int Adopt(TaskBox box)
    {
        int waiter = box.Waiter;
        return waiter != 0 ? waiter : Enter(box);
    }

    /// <summary>Continues a suspended coroutine.</summary>
    /// <param name="waiter">Word from <see cref="Adopt"/>; a stale one resumes nobody.</param>
    public void Resume(int waiter) => Find(waiter)?.MoveNext();

    /// <summary>Party that owns a suspended coroutine.</summary>
    /// <param name="waiter">Word from <see cref="Adopt"/>.</param>
    /// <returns>The party, or -1 when the coroutine is gone.</returns>
    internal int PartyOf(int waiter) => Find(waiter)?.Party ?? -1;

    internal void Release(TaskBox box)
    {
        int number = box.Waiter & NumberMask;
        ref Entry entry = ref entries[number];
        Verify.That(entry.Waiter == box.Waiter, "a coroutine that is not suspended left the table");
        entry.Waiter = 0;
        entry.Generation++;
        freeNumbers[freeCount++] = (short)number;
    }

    /// <summary>Drops every coroutine of one party, as when the kernel reclaims a killed thread.</summary>
    /// <param name="party">The party.</param>
    internal void AbandonParty(byte party)
    {
        for (int number = 1; number <= highWater; number++)
        {
            ref Entry entry = ref entries[number];
            if (entry.Waiter != 0 && entry.Box!.Party == party)
            {
                Release(entry.Box);
                entry.Box.Recycle();
            }
        }
    }

    /// <summary>Drops every coroutine and starts numbering afresh.</summary>
    internal void Reset()
    {
        for (int number = 1; number <= highWater; number++)
        {
            ref Entry entry = ref entries[number];
            entry.Generation = 0;
            if (entry.Waiter != 0)
            {
                entry.Waiter = 0;
                entry.Box!.Recycle();
            }
        }

        highWater = 0;
        freeCount = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Enter(TaskBox box)
    {
        int number = freeCount > 0 ? freeNumbers[--freeCount] : ++highWater;
        Verify.That(number <= Capacity, "too many suspended coroutines");
        ref Entry entry = ref entries[number];
        int waiter = ((entry.Generation & GenerationMask) << NumberBits) | number;
        entry.Waiter = waiter;
        entry.Box = box;
        box.Waiter = waiter;
        box.Table = this;
        box.Party = (byte)scheduler.Current;
        return waiter;
    }

    private TaskBox? Find(int waiter)
    {
        ref Entry entry = ref entries[waiter & NumberMask];
        return entry.Waiter == waiter ? entry.Box : null;
    }

    // An entry that is free may keep its box; the word says whether it counts.
    private struct Entry
    {
        public TaskBox? Box;

        // The word that resumes the box, or 0 while the entry is free.
        public int Waiter;

        public int Generation;
    }
}
