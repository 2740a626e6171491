// The tables of the command `layout`: one per structure, a row per field in order of offset, and what it all adds up to.

using System.Globalization;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Layout;

/// <summary>Layouts for people.</summary>
internal static class LayoutText
{
    internal static void Write(TextWriter output, LayoutReport report)
    {
        foreach (StructureLayout structure in report.Structures)
        {
            WriteStructure(output, structure);
        }

        if (report.SecondSource is SecondSource second)
        {
            output.WriteLine($"compared with {second.Name}, differences: {second.Differences.Count}");
            foreach (string difference in second.Differences)
            {
                output.WriteLine($"  {difference}");
            }
        }

        output.WriteLine(
            $"structures: {report.Structures.Count}, {report.Structures.Count(structure => structure.IsSharedByThreads)} of them "
            + $"shared by threads; {report.Structures.Sum(structure => structure.PaddingBytes)} of "
            + $"{report.Structures.Sum(structure => structure.SizeBytes)} bytes are padding");
    }

    private static void WriteStructure(TextWriter output, StructureLayout structure)
    {
        string lines = Range(structure.MinimumLines, structure.MaximumLines);
        output.WriteLine(
            $"{structure.Name}: {Plural.Of(structure.SizeBytes, "byte")}, align {structure.AlignmentBytes}, "
            + $"touches {lines} {(structure.MaximumLines == 1 ? "line" : "lines")}, "
            + $"shared by {(structure.IsSharedByThreads ? "threads" : "parties")}");
        output.WriteLine($"  held by {string.Join(", ", structure.HeldBy)}");
        if (structure.Slot is SlotLayout slot)
        {
            output.WriteLine(
                $"  in {slot.Name}: {Plural.Of(slot.SizeBytes, "byte")}, "
                + string.Join(", ", slot.Fields.Select(field => $"{field.Name} at {field.OffsetBytes}")));
        }

        output.WriteLine($"  {"offset",6} {"size",6} {"line",6} {"pad",4}  {"field",-28} {"type",-34} written by");
        WriteFields(output, structure.Fields, 0);
        if (structure.TailPaddingBytes > 0)
        {
            int start = structure.SizeBytes - structure.TailPaddingBytes;
            output.WriteLine($"  {start,6} {structure.TailPaddingBytes,6} {"",11}  (tail padding)");
        }

        output.WriteLine();
    }

    private static void WriteFields(TextWriter output, IReadOnlyList<FieldLayout> fields, int level)
    {
        foreach (FieldLayout field in fields)
        {
            string name = new string(' ', level * 2) + field.Name;
            string row = $"  {field.OffsetBytes,6} {field.SizeBytes,6} {Range(field.FirstLine, field.LastLine),6} "
                + $"{(field.PaddingBeforeBytes == 0 ? "" : field.PaddingBeforeBytes),4}  "
                + $"{name,-28} {field.Type,-34} {field.WrittenBy}";
            output.WriteLine(row.TrimEnd());
            WriteFields(output, field.Fields, level + 1);
        }
    }

    private static string Range(int first, int last) =>
        first == last ? first.ToString(CultureInfo.InvariantCulture) : $"{first}-{last}";
}
