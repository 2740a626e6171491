// The first violation of a run: enough to recognise it when the run is repeated and to name it in a signature.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>A violated invariant.</summary>
/// <param name="Invariant">Which one; none when the run was clean.</param>
/// <param name="Strand">Strand of the thread concerned, or -1.</param>
/// <param name="Call">Index of its call in the scenario, or -1.</param>
/// <param name="Kind">Class of that call.</param>
/// <param name="Step">Step at which it was noticed.</param>
/// <param name="Panic">The failed assertion, for panics.</param>
/// <param name="IsAtIdle">Whether it was noticed when nobody could run, rather than in that step.</param>
public readonly record struct Violation(
    Invariant Invariant, int Strand, int Call, CallKind Kind, uint Step, PanicCode Panic, bool IsAtIdle)
{
    /// <summary>For masks: the one that the thread should have, by table index.</summary>
    public ushort ExpectedMask { get; init; }

    /// <summary>For masks: the one that it has.</summary>
    public ushort ActualMask { get; init; }

    /// <summary>Whether the run was clean.</summary>
    public bool IsNone => Invariant == Invariant.None;

    /// <summary>Whether two violations are the same kind of violation: invariant, class of call, assertion.</summary>
    /// <param name="other">The other violation.</param>
    /// <returns>True when a reduced run may stand for the original.</returns>
    public bool IsSameKind(in Violation other) =>
        Invariant == other.Invariant && Kind == other.Kind && Panic == other.Panic;
}
