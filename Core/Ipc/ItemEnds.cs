// How the items of an exchange end. Each ends once, with an error of its own; an item that fails takes the chain with it that
// would have run on its conversation, and drops the descriptor that it pushes. When the last item has ended the operation
// completes, which posts one element to its queue.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Ipc;

/// <summary>Ends items, and with the last one their operation.</summary>
internal sealed class ItemEnds(World world, Slab<Operation> operations, PushedDescriptors pushedDescriptors)
{
    /// <summary>Ends an item; with the last one its operation completes.</summary>
    internal void FinishItem(int reference, HelError error)
    {
        int index = ItemReference.Operation(reference);
        ref Operation operation = ref operations.At(index);
        ref Item item = ref operation.Items[ItemReference.Position(reference)];
        item.Error = error;
        if (error != HelError.None)
        {
            pushedDescriptors.Drop(ref item);
        }

        if (--operation.ItemsLeft == 0)
        {
            world.Queues.Post(operations.HandleAt(index));
        }
    }

    /// <summary>Ends two items that have met in the same way.</summary>
    internal void FinishPair(int left, int right, HelError error)
    {
        FinishItem(left, error);
        FinishItem(right, error);
    }

    /// <summary>Ends an item and the chain that would have run on its conversation.</summary>
    internal void FailItem(int reference, HelError error)
    {
        Handle<Operation> operation = operations.HandleAt(ItemReference.Operation(reference));
        int position = ItemReference.Position(reference);
        if ((operations[operation].Items[position].Flags & ItemFlags.Ancillary) != 0)
        {
            FailChain(operation, position + 1, error);
        }

        FinishItem(reference, error);
    }

    /// <summary>Kernel: ends an operation of any kind of which nothing is queued.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="error">Why.</param>
    internal void FailAll(Handle<Operation> operation, HelError error)
    {
        ref Operation state = ref operations[operation];
        for (int position = 0; position < state.ItemCount; position++)
        {
            state.Items[position].Error = error;
            pushedDescriptors.Drop(ref state.Items[position]);
        }

        state.Error = error;
        state.ItemsLeft = 0;
        world.Queues.Post(operation);
    }

    private void FailChain(Handle<Operation> operation, int parent, HelError error)
    {
        int count = operations[operation].ItemCount;
        for (int position = parent; position < count; position++)
        {
            if (operations[operation].Items[position].Parent == parent)
            {
                FailItem(ItemReference.Of(operation.Index, position), error);
            }
        }
    }
}
