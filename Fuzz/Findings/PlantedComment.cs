// Planted defects as comments of a scenario file: a line for each, so that a file that was carried elsewhere still says what its
// violation needs.

using System.Text;
using Managarm.Perf.Core.Defects;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Writes and reads the comments.</summary>
internal static class PlantedComment
{
    private const string Beginning = "# Planted defect: ";

    /// <summary>Writes a line for each defect.</summary>
    /// <param name="text">Receives them.</param>
    /// <param name="defects">The defects.</param>
    internal static void Append(StringBuilder text, DefectSet defects)
    {
        foreach (string name in DefectNames.List(defects))
        {
            text.Append(Beginning).Append(name).Append('\n');
        }
    }

    /// <summary>Reads the names that a file has.</summary>
    /// <param name="text">The file.</param>
    /// <returns>Names, of defects or not.</returns>
    internal static IEnumerable<string> NamesIn(string text) => text.Split('\n')
        .Where(static line => line.StartsWith(Beginning, StringComparison.Ordinal))
        .Select(static line => line[Beginning.Length..].TrimEnd());
}
