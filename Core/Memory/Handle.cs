// A handle names one object of one slab: slot index plus the generation that the slot had when it was handed out. Handles are
// what the arena stores instead of pointers. A stale handle is recognised by its generation and is an error code to whoever
// uses it, never another object: that is the property that makes descriptor reuse and late replies explorable at all.

namespace Managarm.Perf.Core.Memory;

/// <summary>A generation-checked reference to a <typeparamref name="T"/> in a <see cref="Slab{T}"/>. Eight bytes,
/// blittable.</summary>
/// <typeparam name="T">Type of the object that is named.</typeparam>
/// <param name="Index">Slot number in the slab.</param>
/// <param name="Generation">Generation of the slot; 0 only in <see cref="None"/>.</param>
public readonly record struct Handle<T>(uint Index, uint Generation)
    where T : unmanaged
{
    /// <summary>Names no object.</summary>
    public static Handle<T> None => default;

    /// <summary>Whether this handle names no object.</summary>
    public bool IsNone => Generation == 0;

    /// <summary>The handle as one word, as it travels in registers and messages.</summary>
    public ulong Bits => ((ulong)Generation << 32) | Index;

    /// <summary>Gives a stored handle its type back.</summary>
    /// <param name="handle">Stored handle.</param>
    public static implicit operator Handle<T>(UntypedHandle handle) => new(handle.Index, handle.Generation);

    /// <summary>Drops the type, to store a handle in an object of its own kind.</summary>
    /// <param name="handle">Typed handle.</param>
    public static implicit operator UntypedHandle(Handle<T> handle) => new(handle.Index, handle.Generation);

    /// <summary>The handle that <see cref="Bits"/> was taken from.</summary>
    /// <param name="bits">A word made by <see cref="Bits"/>.</param>
    /// <returns>The handle; any word is accepted, a wrong one is simply stale.</returns>
    public static Handle<T> FromBits(ulong bits) => new((uint)bits, (uint)(bits >> 32));
}

/// <summary>A handle without its type: how objects store handles where the types would form a cycle, since the runtime cannot
/// lay out
/// a struct that contains, however indirectly, a generic struct over itself. Converts both ways.</summary>
/// <param name="Index">Slot number in the slab.</param>
/// <param name="Generation">Generation of the slot; 0 names nothing.</param>
public readonly record struct UntypedHandle(uint Index, uint Generation)
{
    /// <summary>Whether this handle names no object.</summary>
    public bool IsNone => Generation == 0;
}
