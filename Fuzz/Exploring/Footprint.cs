// One access as a word: kind of the object, its index, and whether it is written. Four kinds say only that something comes
// after something else (a completion is taken after it was posted): they order transitions, but no other order of the two is
// possible, so they are no race.

using Managarm.Perf.Core.Accesses;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Accesses of transitions.</summary>
internal static class Footprint
{
    private const uint WriteBit = 1;

    /// <summary>An access as a word.</summary>
    internal static uint Of(in Access access) => Of(access.Kind, access.Index, access.IsWrite);

    /// <summary>An access as a word.</summary>
    internal static uint Of(ObjectKind kind, uint index, bool isWrite) =>
        ((((uint)kind << 20) | (index & 0xfffff)) << 1) | (isWrite ? WriteBit : 0);

    /// <summary>The object of an access.</summary>
    internal static uint ObjectOf(uint access) => access >> 1;

    /// <summary>Whether the object is written.</summary>
    internal static bool IsWrite(uint access) => (access & WriteBit) != 0;

    /// <summary>Whether the object only says that one thing comes after another.</summary>
    internal static bool IsOrderOnly(uint access) =>
        (ObjectKind)(access >> 21) is ObjectKind.Completion or ObjectKind.Posted or ObjectKind.Wake
            or ObjectKind.Observed;

    /// <summary>Whether two transitions depend on each other.</summary>
    internal static bool AreDependent(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right)
    {
        foreach (uint access in left)
        {
            if (IsOrderOnly(access))
            {
                continue;
            }

            foreach (uint other in right)
            {
                if (ObjectOf(access) == ObjectOf(other) && ((access | other) & WriteBit) != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
