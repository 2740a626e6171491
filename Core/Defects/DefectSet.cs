// The set of switched-on defects of a world. It is two words in the hot arena; which of them a query means is known when it is
// compiled, so that it is a load and a bit test.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core.Defects;

/// <summary>A set of <see cref="Defect"/>; the empty set is the default.</summary>
public struct DefectSet
{
    private const int WordBits = 64;

    private ulong low;
    private ulong high;

    /// <summary>Whether no defect is on.</summary>
    public readonly bool IsEmpty => (low | high) == 0;

    /// <summary>Whether a defect is on.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>True when it is on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Has(Defect defect) =>
        (((int)defect < WordBits ? low : high) >> ((int)defect % WordBits) & 1) != 0;

    /// <summary>The set with one more defect.</summary>
    /// <param name="defect">The defect to switch on.</param>
    /// <returns>The larger set.</returns>
    public readonly DefectSet With(Defect defect)
    {
        ulong bit = 1UL << ((int)defect % WordBits);
        return (int)defect < WordBits ? new() { low = low | bit, high = high } : new() { low = low, high = high | bit };
    }
}
