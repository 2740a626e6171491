// Descriptors on their way through a lane. A pushed descriptor is copied when the exchange is submitted, so that the sender may
// close its own at once; the copy, marked by number 0, is held by its item until it is handed over or dropped.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Descriptors that items hold.</summary>
internal sealed class PushedDescriptors
{
    private readonly World world;

    internal PushedDescriptors(World world)
    {
        this.world = world;
    }

    /// <summary>Copies the descriptors that are pushed, with the rights that the sender exposes.</summary>
    /// <param name="operation">A submitted exchange.</param>
    /// <returns>Why not; no copy is held then.</returns>
    internal HelError Take(ref Operation operation)
    {
        for (int position = 0; position < operation.ItemCount; position++)
        {
            ref Item item = ref operation.Items[position];
            if (item.Kind != ItemKind.Push)
            {
                continue;
            }

            HelError error = world.Universes.Inspect(operation.Universe, item.Descriptor.Number, out Descriptor found);
            if (error != HelError.None)
            {
                DropFirst(ref operation, position);
                return error;
            }

            found.Rights &= item.Descriptor.Rights;
            found.Number = 0;
            item.Descriptor = found;
            world.Universes.Retain(found);
        }

        return HelError.None;
    }

    /// <summary>Drops the copy that an item holds, if it holds one.</summary>
    /// <param name="item">Any item.</param>
    internal void Drop(ref Item item)
    {
        if (item.Kind == ItemKind.Push && item.Descriptor.Number == 0)
        {
            Descriptor dropped = item.Descriptor;
            item.Descriptor = default;
            world.Universes.Release(dropped);
        }
    }

    /// <summary>Attaches a copy to the receiver's universe and drops it.</summary>
    /// <param name="pushed">Item of the sender.</param>
    /// <param name="pulled">Item of the receiver; gets the new descriptor.</param>
    /// <param name="universe">Universe of the receiver.</param>
    /// <returns>The receiver's error.</returns>
    internal HelError HandOver(ref Item pushed, ref Item pulled, Handle<Universe> universe)
    {
        Descriptor descriptor = pushed.Descriptor;
        HelRights required = pulled.Descriptor.Rights;
        pulled.Descriptor = default;
        HelError error = HelError.None;
        if ((descriptor.Rights & required) != required)
        {
            error = HelError.BadRights;
        }
        else if (!world.Universes.IsLive(universe))
        {
            error = HelError.BadDescriptor;
        }
        else
        {
            pulled.Descriptor = descriptor;
            pulled.Descriptor.Number = world.Universes.Attach(universe, descriptor.Kind, descriptor.Target, descriptor.Rights);
            error = pulled.Descriptor.Number == 0 ? HelError.NoMemory : HelError.None;
        }

        Drop(ref pushed);
        return error;
    }

    private void DropFirst(ref Operation operation, int count)
    {
        for (int position = 0; position < count; position++)
        {
            Drop(ref operation.Items[position]);
        }
    }
}
