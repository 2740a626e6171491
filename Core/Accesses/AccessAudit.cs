// The checked build of the access log: after every step it compares the slots of all slabs with their state before and
// demands that each changed slot was declared as written by that step. Partial-order reduction and explanation are only as
// good as these declarations, so tests run all seeds with the audit on. Exempt are words that only their owner ever looks at:
// a party may change its own thread, and what belongs to an object that was declared (activations to their thread,
// registrations and operations to the event, lane or queue they hang on).

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Accesses;

/// <summary>Checks that steps write only what they declare.</summary>
public sealed unsafe class AccessAudit
{
    private readonly World world;
    private byte[][] before = [];
    private uint firstAccess;
    private int party;
    private bool isActive;

    internal AccessAudit(World world)
    {
        this.world = world;
    }

    /// <summary>The first undeclared write of the run, in words, or null.</summary>
    public string? FirstUndeclared { get; private set; }

    /// <summary>Starts with the state as it is now; call when the world is ready to run.</summary>
    public void Reset()
    {
        FirstUndeclared = null;
        isActive = true;
        ReadOnlySpan<ArenaRegion> regions = world.Arena.Regions;
        if (before.Length != regions.Length)
        {
            before = new byte[regions.Length][];
        }

        TakeSnapshot();
    }

    /// <summary>Looks away while the world is reset and boots.</summary>
    internal void Suspend() => isActive = false;

    /// <summary>Ends the step that has just run.</summary>
    /// <param name="step">Its number.</param>
    internal void EndStep(uint step)
    {
        if (!isActive)
        {
            return;
        }

        ReadOnlySpan<ArenaRegion> regions = world.Arena.Regions;
        for (int i = 0; i < regions.Length && FirstUndeclared is null; i++)
        {
            CheckRegion(regions[i], before[i], step);
        }

        TakeSnapshot();
    }

    private static bool IsExempt(ObjectKind kind) => kind is ObjectKind.Activation or ObjectKind.Registration
        or ObjectKind.Operation or ObjectKind.File;

    private void CheckRegion(in ArenaRegion region, byte[] old, uint step)
    {
        if (IsExempt(region.Kind))
        {
            return;
        }

        for (int index = 0; index < region.Header->HighWater; index++)
        {
            int offset = index * region.SlotBytes;
            bool isNew = offset + region.SlotBytes > old.Length;
            var now = new ReadOnlySpan<byte>(region.Slots + offset, region.SlotBytes);
            if (isNew || now.SequenceEqual(old.AsSpan(offset, region.SlotBytes)) || IsDeclared(region.Kind, (uint)index))
            {
                continue;
            }

            FirstUndeclared = $"step {step} of party {party} changed {region.Kind} {index} without declaring it";
            return;
        }
    }

    private bool IsDeclared(ObjectKind kind, uint index)
    {
        if (kind == ObjectKind.Thread && world.Threads.All.At((int)index).Party == party)
        {
            return true;
        }

        for (uint number = firstAccess; number < world.Log.Count; number++)
        {
            Access access = world.Log[number];
            bool isSame = access.Kind == kind
                || (kind == ObjectKind.Thread && access.Kind is ObjectKind.ThreadPage or ObjectKind.Observer)
                || (kind == ObjectKind.Queue && access.Kind is ObjectKind.QueueOwner or ObjectKind.QueueSupply);
            if (access.IsWrite && isSame && access.Index == index)
            {
                return true;
            }
        }

        return false;
    }

    private void TakeSnapshot()
    {
        ReadOnlySpan<ArenaRegion> regions = world.Arena.Regions;
        for (int i = 0; i < regions.Length; i++)
        {
            int bytes = regions[i].SlotBytes * regions[i].Header->HighWater;
            before[i] = new byte[bytes];
            Unsafe.CopyBlock(ref MemoryMarshal.GetArrayDataReference(before[i]), ref *regions[i].Slots, (uint)bytes);
        }

        firstAccess = world.Log.Count;
        party = world.Scheduler.Current;
    }
}
