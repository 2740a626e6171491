// The table of suspended coroutines of one world. It hands out Waiter words, which is what the arena stores: slot number plus
// a generation, so that a word kept too long resumes nobody. Slot numbers are handed out in a fixed order that starts afresh
// at reset, so they are equal in equal runs. At the end of a run unfinished coroutines are abandoned: their boxes go back to
// the pool without running another line, which is sound because the arena is reset as a whole.

namespace Managarm.Perf.Core;

/// <summary>Suspended coroutines of a world, by number.</summary>
public sealed class TaskTable
{
    /// <summary>Number of suspended coroutines at most, nested ones included.</summary>
    public const int Capacity = 1024;

    private const int SlotBits = 12;
    private const int GenerationMask = 0x3ffff;

    private readonly BoxSlot[] boxes = new BoxSlot[Capacity];
    private readonly int[] generations = new int[Capacity];
    private readonly short[] freeSlots = new short[Capacity];
    private readonly Scheduler scheduler;
    private int freeCount;
    private int highWater;

    /// <summary>Makes an empty table.</summary>
    /// <param name="scheduler">Tells which party is running.</param>
    public TaskTable(Scheduler scheduler)
    {
        this.scheduler = scheduler;
    }

    /// <summary>Number of coroutines that are suspended now.</summary>
    public int LiveCount => highWater - freeCount;

    /// <summary>The waiter word for a coroutine that is about to suspend; enters it into the table if it is new.</summary>
    /// <param name="box">Box of the coroutine.</param>
    /// <returns>A word below 2^30, never 0.</returns>
    internal int Adopt(KernelBox box)
    {
        int slot = box.Slot;
        if (slot < 0)
        {
            slot = freeCount > 0 ? freeSlots[--freeCount] : highWater++;
            Verify.That(slot < Capacity, "too many suspended coroutines");
            boxes[slot].Box = box;
            box.Slot = slot;
            box.Table = this;
            box.Party = (byte)scheduler.Current;
        }

        return ((generations[slot] & GenerationMask) << SlotBits) | (slot + 1);
    }

    /// <summary>Continues a suspended coroutine.</summary>
    /// <param name="waiter">Word from <see cref="Adopt"/>; a stale one resumes nobody.</param>
    public void Resume(int waiter) => Find(waiter)?.MoveNext();

    /// <summary>Party that owns a suspended coroutine.</summary>
    /// <param name="waiter">Word from <see cref="Adopt"/>.</param>
    /// <returns>The party, or -1 when the coroutine is gone.</returns>
    internal int PartyOf(int waiter) => Find(waiter)?.Party ?? -1;

    internal void Release(KernelBox box)
    {
        int slot = box.Slot;
        boxes[slot].Box = null;
        generations[slot]++;
        freeSlots[freeCount++] = (short)slot;
        box.Slot = -1;
    }

    /// <summary>Drops every coroutine of one party, as when the kernel reclaims a killed thread.</summary>
    /// <param name="party">The party.</param>
    internal void AbandonParty(byte party)
    {
        for (int slot = 0; slot < highWater; slot++)
        {
            if (boxes[slot].Box is { } box && box.Party == party)
            {
                Release(box);
                box.Recycle();
            }
        }
    }

    /// <summary>Drops every coroutine and starts numbering afresh.</summary>
    internal void Reset()
    {
        for (int slot = 0; slot < highWater; slot++)
        {
            generations[slot] = 0;
            boxes[slot].Box?.Recycle();
            boxes[slot].Box = null;
        }

        highWater = 0;
        freeCount = 0;
    }

    /// <summary>Wraps the reference, so that storing one needs no check of the array's element type.</summary>
    private struct BoxSlot
    {
        public KernelBox? Box;
    }

    private KernelBox? Find(int waiter)
    {
        int slot = (waiter & ((1 << SlotBits) - 1)) - 1;
        return slot >= 0 && (generations[slot] & GenerationMask) == waiter >> SlotBits ? boxes[slot].Box : null;
    }
}
