// Universes and what may be done with the descriptors in them (thor universe.cpp; hel.cpp, helTransferDescriptor and
// helCloseDescriptor). A wrong number, a wrong kind and a missing right are three different errors, in this order, and none of
// them changes anything. An object with a reference count lives as long as a descriptor names it.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Descriptors;

/// <summary>The universes of a world.</summary>
public sealed class Universes
{
    private readonly World world;
    private readonly Slab<Universe> universes;

    internal Universes(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        universes = new Slab<Universe>(arena, options.UniverseCapacity, ObjectKind.Universe);
    }

    /// <summary>A universe.</summary>
    /// <param name="universe">A live universe.</param>
    public ref Universe this[Handle<Universe> universe] => ref universes[universe];

    /// <summary>Creates an empty universe (helCreateUniverse).</summary>
    /// <returns>Its handle.</returns>
    public Handle<Universe> Create()
    {
        Handle<Universe> universe = universes.Allocate();
        Verify.That(!universe.IsNone, "out of universes");
        world.Writes(ObjectKind.Universe, universe.Index);
        return universe;
    }

    /// <summary>Adds a descriptor; the object gets one more reference.</summary>
    /// <param name="universe">The universe.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="target">Handle of the object, as bits.</param>
    /// <param name="rights">What its holder may do.</param>
    /// <returns>The descriptor's number, or 0 when the table is full.</returns>
    public uint Attach(Handle<Universe> universe, DescriptorKind kind, ulong target, HelRights rights)
    {
        world.Writes(ObjectKind.Universe, universe.Index);
        ref Universe state = ref universes[universe];
        for (int slot = 0; slot < Universe.MaxDescriptors; slot++)
        {
            if (state.Descriptors[slot].Kind != DescriptorKind.None)
            {
                continue;
            }

            var added = new Descriptor { Kind = kind, Rights = rights, Target = target };
            Retain(added);
            added.Number = (++state.NextSerial << 8) | (uint)slot;
            state.Descriptors[slot] = added;
            state.DescriptorCount++;
            return added.Number;
        }

        return 0;
    }

    /// <summary>Finds the object that a descriptor names.</summary>
    /// <param name="universe">The universe.</param>
    /// <param name="number">Number of the descriptor.</param>
    /// <param name="kind">Kind that the object must have.</param>
    /// <param name="required">Rights that the descriptor must have.</param>
    /// <param name="target">Handle of the object, as bits; 0 on error.</param>
    /// <returns>NoDescriptor, BadDescriptor for another kind, or BadRights.</returns>
    public HelError Resolve(
        Handle<Universe> universe, uint number, DescriptorKind kind, HelRights required, out ulong target)
    {
        target = 0;
        HelError error = Inspect(universe, number, out Descriptor found);
        if (error != HelError.None)
        {
            return error;
        }

        if (found.Kind != kind)
        {
            return HelError.BadDescriptor;
        }

        if ((found.Rights & required) != required)
        {
            return HelError.BadRights;
        }

        target = found.Target;
        return HelError.None;
    }

    /// <summary>Reads a descriptor.</summary>
    /// <param name="universe">The universe; a dead one has no descriptors.</param>
    /// <param name="number">Number of the descriptor.</param>
    /// <param name="found">A copy; it holds no reference.</param>
    /// <returns>NoDescriptor when the number names nothing, or nothing any more.</returns>
    public HelError Inspect(Handle<Universe> universe, uint number, out Descriptor found)
    {
        found = default;
        if (!universes.IsLive(universe))
        {
            return HelError.NoDescriptor;
        }

        world.Reads(ObjectKind.Universe, universe.Index);
        ref Descriptor descriptor = ref SlotOf(universe, number);
        if (descriptor.Kind == DescriptorKind.None || descriptor.Number != number)
        {
            return HelError.NoDescriptor;
        }

        found = descriptor;
        return HelError.None;
    }

    /// <summary>Copies a descriptor into another universe (helTransferDescriptor, either direction).</summary>
    /// <param name="source">Universe that has it.</param>
    /// <param name="destination">Universe that gets a copy.</param>
    /// <param name="number">Its number in the source.</param>
    /// <param name="exposed">Rights that the copy keeps at most.</param>
    /// <param name="required">Rights that the copy must have.</param>
    /// <param name="copy">Number in the destination, or 0.</param>
    /// <returns>NoDescriptor, BadRights, or NoMemory when the destination is full.</returns>
    public HelError Transfer(
        Handle<Universe> source, Handle<Universe> destination, uint number, HelRights exposed, HelRights required, out uint copy)
    {
        copy = 0;
        HelError error = Inspect(source, number, out Descriptor found);
        if (error != HelError.None)
        {
            return error;
        }

        HelRights rights = found.Rights & exposed;
        if ((rights & required) != required)
        {
            return HelError.BadRights;
        }

        copy = Attach(destination, found.Kind, found.Target, rights);
        return copy == 0 ? HelError.NoMemory : HelError.None;
    }

    /// <summary>Closes a descriptor (helCloseDescriptor).</summary>
    /// <param name="universe">The universe.</param>
    /// <param name="number">Number of the descriptor.</param>
    /// <returns>NoDescriptor when there is none.</returns>
    public HelError Close(Handle<Universe> universe, uint number)
    {
        HelError error = Inspect(universe, number, out Descriptor closed);
        if (error != HelError.None)
        {
            return error;
        }

        world.Writes(ObjectKind.Universe, universe.Index);
        SlotOf(universe, number) = default;
        universes[universe].DescriptorCount--;
        Release(closed);
        return HelError.None;
    }

    /// <summary>Closes all descriptors and frees the universe.</summary>
    /// <param name="universe">The universe.</param>
    public void Destroy(Handle<Universe> universe)
    {
        world.Writes(ObjectKind.Universe, universe.Index);
        for (int slot = 0; slot < Universe.MaxDescriptors; slot++)
        {
            uint number = universes[universe].Descriptors[slot].Number;
            if (number != 0)
            {
                Close(universe, number);
            }
        }

        universes.Free(universe);
    }

    /// <summary>Whether a universe exists.</summary>
    /// <param name="universe">Any handle.</param>
    /// <returns>True while it lives.</returns>
    internal bool IsLive(Handle<Universe> universe) => universes.IsLive(universe);

    /// <summary>Takes a reference for a descriptor that is copied out of a universe.</summary>
    /// <param name="descriptor">The copy.</param>
    internal void Retain(in Descriptor descriptor)
    {
        switch (descriptor.Kind)
        {
            case DescriptorKind.Lane:
                world.Lanes.Retain(Handle<Lane>.FromBits(descriptor.Target));
                break;
            case DescriptorKind.OneshotEvent or DescriptorKind.BitsetEvent or DescriptorKind.Irq:
                world.KernelEvents.Retain(Handle<KernelEvent>.FromBits(descriptor.Target));
                break;
            default:
                break;
        }
    }

    /// <summary>Gives back the reference of a descriptor that is in no universe any more.</summary>
    /// <param name="descriptor">The descriptor; one of no kind has no reference.</param>
    internal void Release(in Descriptor descriptor)
    {
        switch (descriptor.Kind)
        {
            case DescriptorKind.Lane:
                world.Lanes.Release(Handle<Lane>.FromBits(descriptor.Target));
                break;
            case DescriptorKind.OneshotEvent or DescriptorKind.BitsetEvent or DescriptorKind.Irq:
                world.KernelEvents.Release(Handle<KernelEvent>.FromBits(descriptor.Target));
                break;
            default:
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Descriptor SlotOf(Handle<Universe> universe, uint number) =>
        ref universes[universe].Descriptors[(int)(number & (Universe.MaxDescriptors - 1))];
}
