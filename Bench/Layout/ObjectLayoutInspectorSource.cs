// A second source for the same table: the package ObjectLayoutInspector, where the feed has it. The package is asked for only
// with -p:UseObjectLayoutInspector=true, so a restore without that switch needs no such package. It is asked for size and
// offsets of every structure and compared with what LayoutMeter measured; where they differ, one of the two is wrong.

namespace Managarm.Perf.Bench.Layout;

/// <summary>Comparison with the package ObjectLayoutInspector.</summary>
internal static class ObjectLayoutInspectorSource
{
#if USE_OBJECT_LAYOUT_INSPECTOR
    /// <summary>Compares all structures.</summary>
    /// <param name="structures">Those that were measured.</param>
    /// <returns>What differs, or null when this build lacks the package.</returns>
    internal static SecondSource? Compare(IReadOnlyList<FoundStructure> structures) =>
        new("ObjectLayoutInspector", [.. structures.SelectMany(structure => Differences(structure.Type))]);

    private static IEnumerable<string> Differences(Type type)
    {
        var theirs = ObjectLayoutInspector.TypeLayout.GetLayout(type);
        string name = TypeName.Of(type);
        if (theirs.Size != LayoutMeter.SizeOf(type))
        {
            yield return $"{name}: {LayoutMeter.SizeOf(type)} bytes, not {theirs.Size}";
        }

        foreach (var field in theirs.Fields.OfType<ObjectLayoutInspector.FieldLayout>())
        {
            int own = LayoutMeter.OffsetOf(field.FieldInfo);
            if (own != field.Offset)
            {
                yield return $"{name}.{TypeName.OfField(field.FieldInfo.Name)}: at {own}, not {field.Offset}";
            }
        }
    }
#else
    /// <summary>This build lacks the package.</summary>
    internal static SecondSource? Compare(IReadOnlyList<FoundStructure> structures)
    {
        _ = structures;
        return null;
    }
#endif
}
