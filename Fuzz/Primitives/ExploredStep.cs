// What a step did, as far as it matters for whether another step could change places with it.

namespace Managarm.Perf.Fuzz;

/// <summary>A step that was executed.</summary>
/// <param name="Word">Word that it accessed.</param>
/// <param name="MayWrite">Whether its access is one that may write.</param>
/// <param name="Invokes">Whether an operation began with it.</param>
/// <param name="Responds">Whether an operation ended with it.</param>
internal readonly record struct ExploredStep(int Word, bool MayWrite, bool Invokes, bool Responds)
{
    /// <summary>Whether the order of two neighbouring steps of different threads can make a difference: to memory, or to
    /// whether one operation ended before another began, which linearizability judges.</summary>
    internal bool IsDependentOn(in ExploredStep other) =>
        (Word == other.Word && (MayWrite || other.MayWrite))
        || (Invokes && other.Responds)
        || (Responds && other.Invokes);
}
