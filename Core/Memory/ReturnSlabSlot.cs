// A slot of a slab whose objects travel to another thread: what both sides use to agree on who owns it, then the object.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Core;

/// <summary>One slot of a <see cref="ReturnSlab{T, TSync}"/>.</summary>
/// <typeparam name="T">Type of the object.</typeparam>
[StructLayout(LayoutKind.Sequential)]
internal struct ReturnSlabSlot<T>
    where T : unmanaged
{
    /// <summary>Both sides: life of the slot, odd while an object lives in it.</summary>
    public long Generation;

    /// <summary>Owner only: number of the next free slot, or 0.</summary>
    public long NextFree;

    /// <summary>Whoever holds the handle: the object.</summary>
    public T Value;
}
