// The access log records which shared objects each step reads and writes. It is a ring of eight-byte entries that is always on:
// shrinking, explanation and partial-order reduction read the tail they need. An entry is step (32 bits), write bit, object kind
// and index. Recording is two stores; the log lives outside the arena because it describes runs and is not part of their state.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Accesses;

/// <summary>Footprints of the steps of a run, newest entries last.</summary>
public sealed class AccessLog
{
    /// <summary>Number of entries that are kept; older ones are overwritten.</summary>
    public const int Capacity = 1 << 14;

    private const ulong WriteBit = 1UL << 31;

    private readonly ulong[] entries = new ulong[Capacity];
    private uint count;

    /// <summary>Whether accesses are recorded. Off only to measure what recording costs.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Number of accesses recorded since the last reset.</summary>
    public uint Count => count;

    /// <summary>Forgets everything.</summary>
    public void Reset() => count = 0;

    /// <summary>Records that the running step read an object.</summary>
    /// <param name="step">Number of the step.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="index">Index of the object in its slab.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Read(uint step, ObjectKind kind, uint index) => Append(((ulong)step << 32) | ((uint)kind << 20) | index);

    /// <summary>Records that the running step wrote an object.</summary>
    /// <param name="step">Number of the step.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="index">Index of the object in its slab.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(uint step, ObjectKind kind, uint index) =>
        Append(((ulong)step << 32) | WriteBit | ((uint)kind << 20) | index);

    /// <summary>Number of one of the events that follow each other on an object, as an index: its last twelve bits. Events that
    /// share a number are thousands of events apart.</summary>
    /// <param name="owner">Index of the object, below 256.</param>
    /// <param name="number">Number of the event.</param>
    /// <returns>An index for <see cref="Read"/> and <see cref="Write"/>.</returns>
    public static uint EventIndex(uint owner, uint number) => ((owner & 0xff) << 12) | (number & 0xfff);

    /// <summary>An entry by age.</summary>
    /// <param name="number">Number of the access since the reset; must be one of the last <see cref="Capacity"/>.</param>
    /// <returns>The access.</returns>
    public Access this[uint number]
    {
        get
        {
            Verify.That(number < count && count - number <= Capacity, "access is no longer in the log");
            ulong entry = entries[number & (Capacity - 1)];
            var kind = (ObjectKind)((entry >> 20) & 0x7ff);
            return new Access((uint)(entry >> 32), kind, (uint)entry & 0xfffff, (entry & WriteBit) != 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Append(ulong entry)
    {
        if (IsEnabled)
        {
            entries[count++ & (Capacity - 1)] = entry;
        }
    }
}

/// <summary>One access of one step.</summary>
/// <param name="Step">Number of the step.</param>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Index">Index of the object in its slab.</param>
/// <param name="IsWrite">Whether the object was written.</param>
public readonly record struct Access(uint Step, ObjectKind Kind, uint Index, bool IsWrite);
