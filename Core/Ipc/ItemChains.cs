// The shape of an exchange: which items run one after the other on which lane. hel says it with two flags per item.

namespace Managarm.Perf.Core.Ipc;

/// <summary>Chains of the items of an operation.</summary>
internal static class ItemChains
{
    /// <summary>Finds out from the flags on which chain each item is. As in hel an ancillary chain comes right behind the item
    /// that opens it, the root chain goes on after that, and every chain must end.</summary>
    /// <param name="operation">A submitted exchange.</param>
    /// <returns>IllegalArgs when a chain does not end, or items follow the end of the last one.</returns>
    internal static HelError Link(ref Operation operation)
    {
        Span<byte> openChains = stackalloc byte[Operation.MaxItems + 1];
        int depth = 1;
        for (int position = 0; position < operation.ItemCount; position++)
        {
            if (depth == 0)
            {
                return HelError.IllegalArgs;
            }

            ref Item item = ref operation.Items[position];
            item.Parent = openChains[depth - 1];
            depth -= (item.Flags & ItemFlags.Chain) == 0 ? 1 : 0;
            if ((item.Flags & ItemFlags.Ancillary) != 0)
            {
                openChains[depth++] = (byte)(position + 1);
            }
        }

        return depth != 0 || operation.ItemCount == 0 ? HelError.IllegalArgs : HelError.None;
    }
}
