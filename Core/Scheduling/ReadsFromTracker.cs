// Follows a run and notes who reads from whom: for each access the step that wrote the object last. It reads the access log
// and the step log as they grow, so that a strategy knows at each decision what a read would read now. Both tables are
// bounded; a run with more objects or pairs than fit is followed only in part, which costs guidance and nothing else.

using Managarm.Perf.Core.Accesses;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Pairs of a run, and the last writer of every object.</summary>
internal sealed class ReadsFromTracker
{
    /// <summary>Number of different pairs of a run that are noted at most.</summary>
    internal const int PairCapacity = 1024;

    private const int TableSize = 4096;
    private const int ObjectCapacity = TableSize / 2;

    private readonly uint[] objects = new uint[TableSize];
    private readonly uint[] objectRuns = new uint[TableSize];
    private readonly StepAnnouncement[] writers = new StepAnnouncement[TableSize];
    private readonly WordCounts seen = new(TableSize);
    private readonly ReadsFromPair[] pairs = new ReadsFromPair[PairCapacity];
    private World? world;
    private uint readAccesses;
    private uint run;
    private int objectCount;
    private int pairCount;

    /// <summary>Different pairs of the run so far, in the order in which they came.</summary>
    internal ReadOnlySpan<ReadsFromPair> Pairs => pairs.AsSpan(0, pairCount);

    /// <summary>Forgets the last run.</summary>
    /// <param name="runWorld">World of the next.</param>
    internal void Begin(World runWorld)
    {
        world = runWorld;
        readAccesses = runWorld.Log.Count;
        objectCount = 0;
        pairCount = 0;
        seen.Clear();
        run++;
    }

    /// <summary>Takes in what has happened since.</summary>
    /// <param name="constraints">Told of every read.</param>
    internal void Advance(AbstractSchedule constraints)
    {
        AccessLog log = world!.Log;
        uint number = Math.Max(readAccesses, log.Count - Math.Min(log.Count, AccessLog.Capacity));
        for (; number < log.Count; number++)
        {
            Access access = log[number];
            if (world.Scheduler.Steps - access.Step < StepLog.Capacity)
            {
                Take(access, world.Scheduler.StepLog[access.Step], constraints);
            }
        }

        readAccesses = log.Count;
    }

    /// <summary>Who wrote an object last.</summary>
    /// <param name="touched">The object, as a pair has it.</param>
    /// <returns>A step, or none.</returns>
    internal StepAnnouncement LastWriter(uint touched)
    {
        int slot = SlotOf(touched);
        return objectRuns[slot] == run ? writers[slot] : default;
    }

    private void Take(in Access access, StepAnnouncement step, AbstractSchedule constraints)
    {
        var pair = new ReadsFromPair(access, step, LastWriter(((uint)access.Kind << 20) | access.Index));
        if (pairCount < PairCapacity && seen.Add(pair.Word) == 1)
        {
            pairs[pairCount++] = pair;
        }

        constraints.Happened(pair.Read);
        if (access.IsWrite)
        {
            Write(pair.Object, step);
        }
    }

    private void Write(uint touched, StepAnnouncement step)
    {
        int slot = SlotOf(touched);
        if (objectRuns[slot] != run)
        {
            if (objectCount == ObjectCapacity)
            {
                return;
            }

            objectCount++;
            objectRuns[slot] = run;
            objects[slot] = touched;
        }

        writers[slot] = step;
    }

    private int SlotOf(uint touched)
    {
        uint slot = (touched * 0x9e3779b1u) >> 20;
        while (objectRuns[slot] == run && objects[slot] != touched)
        {
            slot = (slot + 1) & (TableSize - 1);
        }

        return (int)slot;
    }
}
