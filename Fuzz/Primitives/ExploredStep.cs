// What a step did, as far as it matters for whether another step could change places with it; which steps may is for the memory
// model to say.

namespace Managarm.Perf.Fuzz;

/// <summary>A step that was executed.</summary>
/// <param name="Word">Word that it accessed.</param>
/// <param name="MayWrite">Whether its access is one that may write.</param>
/// <param name="IsFence">Whether its access has a full fence.</param>
/// <param name="Invokes">Whether an operation began with it.</param>
/// <param name="Responds">Whether an operation ended with it.</param>
internal readonly record struct ExploredStep(int Word, bool MayWrite, bool IsFence, bool Invokes, bool Responds);
