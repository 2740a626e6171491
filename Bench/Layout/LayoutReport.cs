// What the command `layout` measured, as one document: structures, their fields, and who keeps them where. Offsets and sizes are
// in bytes, lines are cache lines of 64 bytes counted from the start of the structure.

namespace Managarm.Perf.Bench.Layout;

/// <summary>The layouts of all shared structures.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="CacheLineBytes">Bytes of a line.</param>
/// <param name="SecondSource">Outcome of the comparison with a second source, or null when there is none.</param>
/// <param name="Structures">The structures, by name.</param>
public sealed record LayoutReport(
    int Version, int CacheLineBytes, SecondSource? SecondSource, IReadOnlyList<StructureLayout> Structures)
{
    /// <summary>Bytes of a cache line on x86-64 and on most of ARM64.</summary>
    public const int LineBytes = 64;
}

/// <summary>Somebody else's measurement of the same structures.</summary>
/// <param name="Name">Who measured.</param>
/// <param name="Differences">One line for each size or offset that differs.</param>
public sealed record SecondSource(string Name, IReadOnlyList<string> Differences);

/// <summary>One structure.</summary>
/// <param name="Name">Its name in C#.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="AlignmentBytes">What the runtime aligns it to inside others.</param>
/// <param name="IsSharedByThreads">Whether host threads share it, rather than parties of one world.</param>
/// <param name="HeldBy">Fields that point to it, or structures that contain it.</param>
/// <param name="Slot">The slot of a slab that it lives in, or null.</param>
/// <param name="MinimumLines">Cache lines that one object touches at best.</param>
/// <param name="MaximumLines">Cache lines that one object touches at worst, given where objects can start.</param>
/// <param name="TailPaddingBytes">Bytes after the last field.</param>
/// <param name="Fields">Its fields in order of offset.</param>
public sealed record StructureLayout(
    string Name,
    int SizeBytes,
    int AlignmentBytes,
    bool IsSharedByThreads,
    IReadOnlyList<string> HeldBy,
    SlotLayout? Slot,
    int MinimumLines,
    int MaximumLines,
    int TailPaddingBytes,
    IReadOnlyList<FieldLayout> Fields)
{
    /// <summary>Bytes that hold nothing: before fields and at the end.</summary>
    public int PaddingBytes => TailPaddingBytes + Fields.Sum(part => part.PaddingBeforeBytes);
}

/// <summary>The slot of a slab around a structure.</summary>
/// <param name="Name">Type of the slot.</param>
/// <param name="SizeBytes">Distance from slot to slot.</param>
/// <param name="ObjectOffsetBytes">Where the object starts in it.</param>
/// <param name="Fields">All fields of the slot, the object included.</param>
public sealed record SlotLayout(string Name, int SizeBytes, int ObjectOffsetBytes, IReadOnlyList<FieldLayout> Fields);

/// <summary>One field.</summary>
/// <param name="Name">Its name; the element of an array is [0].</param>
/// <param name="Type">Its type in C#; arrays say how many elements they hold.</param>
/// <param name="OffsetBytes">Distance from the start of the outermost structure.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="FirstLine">Line of its first byte.</param>
/// <param name="LastLine">Line of its last byte.</param>
/// <param name="PaddingBeforeBytes">Unused bytes between the field before and this one.</param>
/// <param name="WrittenBy">Side that writes it, where the code says so.</param>
/// <param name="Fields">What it consists of, as deep as was asked for.</param>
public sealed record FieldLayout(
    string Name,
    string Type,
    int OffsetBytes,
    int SizeBytes,
    int FirstLine,
    int LastLine,
    int PaddingBeforeBytes,
    string? WrittenBy,
    IReadOnlyList<FieldLayout> Fields);
