// Names of planted defects on the command line and in files: the enumeration's names in lower case with hyphens, such as
// flag-not-reset.

using Managarm.Perf.Core.Defects;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Defects by name.</summary>
public static class DefectNames
{
    /// <summary>Name of a defect.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>Words with hyphens.</returns>
    public static string Of(Defect defect) => HyphenName.Of(defect);

    /// <summary>Finds a defect.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="defect">The defect.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(string name, out Defect defect)
    {
        for (defect = 0; defect < Defect.Count; defect++)
        {
            if (Of(defect) == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Names of a set.</summary>
    /// <param name="defects">The set.</param>
    /// <returns>Names in the order of the enumeration.</returns>
    public static IReadOnlyList<string> List(DefectSet defects)
    {
        var names = new List<string>();
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            if (defects.Has(defect))
            {
                names.Add(Of(defect));
            }
        }

        return names;
    }
}
