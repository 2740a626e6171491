// Layouts are pinned in a reviewed file, tests/Bench.Tests/Layout/pinned-layouts.txt, so that a field that grows a structure or
// moves to another line is seen in a review. The rules for what host threads share are checked on top, since a pin alone would
// accept a bad layout. That no structure is forgotten is checked against the compiled code: whatever it reserves in an arena.

using Managarm.Perf.Bench.Layout;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Managarm.Perf.Bench.Tests.Layout;

public sealed class LayoutTests
{
    private const string PinnedPath = "tests/Bench.Tests/Layout/pinned-layouts.txt";
    private const int LinePairBytes = 128;

    private static readonly LayoutReport Report = LayoutCommand.Measure(name: null, depth: 0);

    [Fact]
    public void Layouts_are_as_pinned() => PinnedFile.Check(PinnedPath, [.. Lines()]);

    [Fact]
    public void Everything_that_the_code_reserves_in_an_arena_is_shown()
    {
        string[] names = [.. Report.Structures.Select(structure => structure.Name)];
        string[] reserved = [.. Assemblies().SelectMany(ReservedTypes).Distinct()];
        Assert.Contains("Operation", reserved);
        Assert.Contains("WorldState", reserved);
        Assert.Empty(reserved.Except(names));
    }

    [Theory]
    [InlineData("RingHeader")]
    [InlineData("RingSlot")]
    public void The_structures_of_the_rings_are_shared_by_threads(string name) =>
        Assert.True(Find(name).IsSharedByThreads);

    [Fact]
    public void A_slot_of_a_ring_is_one_cache_line() => Assert.Equal(LayoutReport.LineBytes, Find("RingSlot").SizeBytes);

    [Fact]
    public void What_threads_share_consists_of_whole_lines_and_no_field_lies_in_two()
    {
        foreach (StructureLayout structure in Shared())
        {
            Assert.True(structure.SizeBytes % LayoutReport.LineBytes == 0, $"{structure.Name}: {structure.SizeBytes} bytes");
            Assert.All(structure.Fields, part => Assert.Equal(part.FirstLine, part.LastLine));
        }
    }

    [Fact]
    public void Every_field_that_threads_share_says_who_writes_it() => Assert.All(
        Shared().SelectMany(structure => structure.Fields, (structure, part) => (structure.Name, Field: part)),
        pair => Assert.True(pair.Field.WrittenBy is not null, $"{pair.Name}.{pair.Field.Name} has no [WrittenBy]"));

    // A slot changes hands as a whole, so only what is larger than a pair of lines can keep its writers apart.
    [Fact]
    public void Fields_of_different_writers_lie_in_different_pairs_of_lines()
    {
        StructureLayout[] headers = [.. Shared().Where(structure => structure.SizeBytes > LinePairBytes)];
        Assert.NotEmpty(headers);
        foreach (StructureLayout header in headers)
        {
            foreach (IGrouping<int, FieldLayout> pair in header.Fields.GroupBy(part => part.OffsetBytes / LinePairBytes))
            {
                string[] writers = [.. pair.Select(part => part.WrittenBy!).Distinct()];
                Assert.True(writers.Length == 1, $"{header.Name}: {string.Join(", ", writers)} share lines at {pair.Key}");
            }
        }
    }

    [Fact]
    public void Nested_structures_are_taken_apart_on_request()
    {
        StructureLayout queue = Assert.Single(LayoutCommand.Measure("IpcQueue", depth: 2).Structures);
        FieldLayout chunks = queue.Fields.Single(part => part.Name == "ChunkHeads");
        FieldLayout first = Assert.Single(chunks.Fields);
        Assert.Equal("[0]", first.Name);
        Assert.Equal(chunks.OffsetBytes, first.OffsetBytes);
        Assert.Equal(0, chunks.SizeBytes % first.SizeBytes);
        Assert.True(first.Fields[1].OffsetBytes > first.OffsetBytes);
    }

    [Fact]
    public void Fields_and_padding_fill_every_structure()
    {
        foreach (StructureLayout structure in Report.Structures)
        {
            int end = structure.Fields.Max(part => part.OffsetBytes + part.SizeBytes);
            Assert.Equal(structure.SizeBytes, end + structure.TailPaddingBytes);
            Assert.Equal(structure.SizeBytes, structure.PaddingBytes + structure.Fields.Sum(part => part.SizeBytes));
        }
    }

    private static IEnumerable<StructureLayout> Shared() => Report.Structures.Where(structure => structure.IsSharedByThreads);

    private static StructureLayout Find(string name) => Report.Structures.Single(structure => structure.Name == name);

    private static IEnumerable<string> Lines()
    {
        yield return "# Layout of every structure in unmanaged memory, in bytes: its size, alignment and slot in a slab, then";
        yield return "# offset, size and type of each field. docs/layout.md says how to accept a change; review it like code.";
        foreach (StructureLayout structure in Report.Structures)
        {
            string slot = structure.Slot is SlotLayout found ? $", slot {found.SizeBytes}, at {found.ObjectOffsetBytes}" : "";
            yield return $"{Pinned(structure.Name)} = {structure.SizeBytes}, align {structure.AlignmentBytes}{slot}";
            foreach (FieldLayout part in structure.Fields)
            {
                yield return $"{Pinned(structure.Name)} {part.Name} {part.OffsetBytes} {part.SizeBytes} {part.Type}";
            }
        }
    }

    private static string Pinned(string name) => name.Replace(" ", "", StringComparison.Ordinal);

    private static IEnumerable<string> Assemblies() => Directory
        .EnumerateFiles(Path.GetDirectoryName(typeof(BenchApplication).Assembly.Location)!, "Managarm.Perf.*.dll")
        .Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal));

    private static IEnumerable<string> ReservedTypes(string file)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(file);
        foreach (TypeDefinition type in assembly.Modules.SelectMany(module => module.GetTypes()))
        {
            foreach (Instruction instruction in type.Methods.Where(method => method.HasBody)
                .SelectMany(method => method.Body.Instructions))
            {
                if (instruction.Operand is MethodReference method && ReservedBy(method) is TypeReference reserved
                    && !reserved.ContainsGenericParameter && !reserved.IsPrimitive)
                {
                    yield return NameOf(reserved);
                }
            }
        }
    }

    private static TypeReference? ReservedBy(MethodReference method) => method switch
    {
        GenericInstanceMethod { Name: "ReserveHot" or "ReserveCold" } reserve => reserve.GenericArguments[0],
        { Name: ".ctor", DeclaringType: GenericInstanceType { Name: "Slab`1" } slab } => slab.GenericArguments[0],
        _ => null,
    };

    private static string NameOf(TypeReference type)
    {
        string name = type.Name.Split('`')[0];
        if (type is GenericInstanceType instance)
        {
            name += $"<{string.Join(", ", instance.GenericArguments.Select(NameOf))}>";
        }

        return type.DeclaringType is null ? name : $"{NameOf(type.DeclaringType)}.{name}";
    }
}
