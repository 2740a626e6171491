// Measures layouts instead of computing them: generated code asks the runtime for the address of a field (ldflda) and for the
// size of a type (sizeof), the same instructions that compiled code uses. Nothing is read from attributes, so an offset here is
// what the processor sees.

using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Rings;

namespace Managarm.Perf.Bench.Layout;

/// <summary>Sizes and offsets by generated code.</summary>
internal static class LayoutMeter
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // Where regions of the arena and slots of rings start.
    private const int ArenaAlignmentBytes = 16;
    private const int SlotsToTry = 64;

    internal static FieldInfo[] FieldsOf(Type type) => type.GetFields(InstanceFields);

    internal static bool IsFixedBuffer(Type type) => type.IsDefined(typeof(UnsafeValueTypeAttribute))
        && type.Name.Contains("e__FixedBuffer", StringComparison.Ordinal);

    /// <summary>Measures a structure.</summary>
    /// <param name="found">Which one.</param>
    /// <param name="depth">How many levels of nested structures to take apart.</param>
    internal static StructureLayout Measure(FoundStructure found, int depth)
    {
        int size = SizeOf(found.Type);
        FieldLayout[] fields = FieldsAt(found.Type, 0, depth);
        SlotLayout? slot = found.Slot is null ? null : MeasureSlot(found.Slot, found.Type);
        (int minimum, int maximum) = Lines(found, size, slot);
        return new StructureLayout(
            TypeName.Of(found.Type), size, AlignmentOf(found.Type), found.IsSharedByThreads, [.. found.HeldBy], slot,
            minimum, maximum, size - EndOf(fields, 0), fields);
    }

    /// <summary>Distance of a field from the start of its structure.</summary>
    internal static int OffsetOf(FieldInfo field)
    {
        var method = new DynamicMethod("offset", typeof(nint), [], typeof(LayoutMeter).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        LocalBuilder instance = code.DeclareLocal(field.DeclaringType!);
        code.Emit(OpCodes.Ldloca, instance);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Ldloca, instance);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Ret);
        return (int)method.CreateDelegate<Func<nint>>()();
    }

    /// <summary>Size of a type, as an element of an array has it.</summary>
    internal static int SizeOf(Type type)
    {
        if (type.IsPointer || type.IsFunctionPointer)
        {
            return nint.Size;
        }

        var method = new DynamicMethod("size", typeof(int), [], typeof(LayoutMeter).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Sizeof, type);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }

    private static int AlignmentOf(Type type) =>
        OffsetOf(typeof(AlignmentProbe<>).MakeGenericType(type).GetField(nameof(AlignmentProbe<int>.Value))!);

    private static SlotLayout MeasureSlot(Type slot, Type content)
    {
        FieldInfo value = FieldsOf(slot).Single(field => field.FieldType == content);
        return new SlotLayout(TypeName.Of(slot), SizeOf(slot), OffsetOf(value), FieldsAt(slot, 0, depth: 0));
    }

    private static FieldLayout[] FieldsAt(Type type, int start, int depth)
    {
        int end = start;
        var fields = new List<FieldLayout>();
        foreach ((FieldInfo field, int offset) in FieldsOf(type).Select(field => (field, start + OffsetOf(field)))
            .OrderBy(pair => pair.Item2))
        {
            fields.Add(FieldAt(field, offset, Math.Max(0, offset - end), depth));
            end = Math.Max(end, offset + fields[^1].SizeBytes);
        }

        return [.. fields];
    }

    private static FieldLayout FieldAt(FieldInfo field, int offset, int padding, int depth)
    {
        Type type = field.FieldType;
        int size = SizeOf(type);
        RingSides? sides = field.GetCustomAttribute<WrittenByAttribute>()?.Sides;
        FieldLayout[] parts = depth > 0 && type.IsValueType && !type.IsPrimitive && !type.IsEnum
            ? PartsOf(type, offset, depth - 1)
            : [];
        return new FieldLayout(
            TypeName.OfField(field.Name), NameWithLength(type, size), offset, size, offset / LayoutReport.LineBytes,
            (offset + Math.Max(size, 1) - 1) / LayoutReport.LineBytes, padding,
            sides?.ToString().Replace(", ", " and ", StringComparison.Ordinal).ToLowerInvariant(), parts);
    }

    private static FieldLayout[] PartsOf(Type type, int offset, int depth)
    {
        FieldLayout[] parts = FieldsAt(type, offset, depth);
        return IsArray(type) ? [parts[0] with { Name = "[0]" }] : parts;
    }

    private static bool IsArray(Type type) => type.IsDefined(typeof(InlineArrayAttribute)) || IsFixedBuffer(type);

    private static string NameWithLength(Type type, int size)
    {
        if (!IsArray(type))
        {
            return TypeName.Of(type);
        }

        Type element = FieldsOf(type)[0].FieldType;
        return $"{TypeName.Of(element)}[{size / SizeOf(element)}]";
    }

    private static int EndOf(FieldLayout[] fields, int start) =>
        fields.Length == 0 ? start : fields.Max(field => field.OffsetBytes + field.SizeBytes);

    // The memory of a ring starts at a pair of lines, a region of the arena at 16 bytes.
    private static (int Minimum, int Maximum) Lines(FoundStructure found, int size, SlotLayout? slot)
    {
        int stride = slot?.SizeBytes ?? size;
        int step = found.IsSharedByThreads ? LayoutReport.LineBytes : ArenaAlignmentBytes;
        int minimum = int.MaxValue;
        int maximum = 0;
        for (int start = 0; start < LayoutReport.LineBytes; start += step)
        {
            for (int index = 0; index < SlotsToTry; index++)
            {
                int first = start + (index * stride) + (slot?.ObjectOffsetBytes ?? 0);
                int lines = ((first + size - 1) / LayoutReport.LineBytes) - (first / LayoutReport.LineBytes) + 1;
                minimum = Math.Min(minimum, lines);
                maximum = Math.Max(maximum, lines);
            }
        }

        return (minimum, maximum);
    }

    /// <summary>A byte before a value: the value's offset is its alignment.</summary>
    private struct AlignmentProbe<T>
        where T : unmanaged
    {
#pragma warning disable CS0649 // Only the place of the fields matters; no instance ever exists.
        public byte Before;
        public T Value;
#pragma warning restore CS0649
    }
}
