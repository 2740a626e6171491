// The set of switched-on defects of a world. It is one word in the hot arena so that a query is a load and a bit test.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core;

/// <summary>A set of <see cref="Defect"/>; the empty set is the default.</summary>
public struct DefectSet
{
    private ulong bits;

    /// <summary>Whether no defect is on.</summary>
    public readonly bool IsEmpty => bits == 0;

    /// <summary>Whether a defect is on.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>True when it is on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Has(Defect defect) => (bits >> (int)defect & 1) != 0;

    /// <summary>The set with one more defect.</summary>
    /// <param name="defect">The defect to switch on.</param>
    /// <returns>The larger set.</returns>
    public readonly DefectSet With(Defect defect) => new() { bits = bits | (1UL << (int)defect) };
}
