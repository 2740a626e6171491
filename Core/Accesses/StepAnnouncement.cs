// What is known of a step before it runs: who takes it, in which role, and which object it touches first. A point announces the
// step behind it; most strategies need no more than that, and all of it fits into one word.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Accesses;

/// <summary>A step in one word: role, party, first access. The default value announces nothing.</summary>
/// <param name="Word">Bit 56 says whether the access writes, bits 48 to 55 are the role, 40 to 47 the kind of the object, 32 to
/// 39 the party, 0 to 31 the index of the object.</param>
public readonly record struct StepAnnouncement(ulong Word)
{
    private const ulong WriteBit = 1UL << 56;

    /// <summary>Announces a step.</summary>
    /// <param name="kind">Role.</param>
    /// <param name="party">Who takes it.</param>
    /// <param name="objectKind">Kind of the object that is touched first.</param>
    /// <param name="index">Index of that object.</param>
    /// <param name="isWrite">Whether it is written.</param>
    internal StepAnnouncement(PointKind kind, int party, ObjectKind objectKind, uint index, bool isWrite)
        : this(((ulong)kind << 48) | ((ulong)objectKind << 40) | ((ulong)(uint)party << 32) | index | (isWrite ? WriteBit : 0))
    {
    }

    /// <summary>Whether nothing is announced.</summary>
    public bool IsNone => Word == 0;

    /// <summary>Role of the step.</summary>
    public PointKind Kind => (PointKind)(byte)(Word >> 48);

    /// <summary>Who takes it.</summary>
    public int Party => (byte)(Word >> 32);

    /// <summary>Kind of the object that is touched first.</summary>
    public ObjectKind ObjectKind => (ObjectKind)(byte)(Word >> 40);

    /// <summary>Index of that object.</summary>
    public uint Index => (uint)Word;

    /// <summary>Whether it is written.</summary>
    public bool IsWrite => (Word & WriteBit) != 0;

    /// <summary>The step without its write bit: what the trace hash takes in.</summary>
    internal ulong Identity => Word & ~WriteBit;

    /// <summary>Whether the announced access and one that has happened do not commute.</summary>
    /// <param name="access">The access that has happened.</param>
    /// <returns>True when both are to one object and one of them writes.</returns>
    public bool ConflictsWith(in Access access) =>
        (IsWrite || access.IsWrite) && access.Kind == ObjectKind && access.Index == Index;
}
