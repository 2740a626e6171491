// The names under which the store keeps the kinds of causes. A kind that a hand has written into the file and nobody knows is
// damage, which the check of the table refuses before.

namespace Managarm.Perf.Results.Store;

/// <summary>Names in the store.</summary>
public static class StoreNames
{
    private static readonly string[] Kinds = ["window", "limit", "defect", "unattributed"];

    /// <summary>The name of a kind of cause.</summary>
    /// <param name="kind">The kind.</param>
    public static string Of(CauseKind kind) => Kinds[(int)kind];

    /// <summary>The kind of cause of a name.</summary>
    /// <param name="name">The name.</param>
    internal static CauseKind KindOf(string name) => (CauseKind)Array.IndexOf(Kinds, name);
}
