// An operation of a history: what was called, what came out, and what had ended before it began.

namespace Managarm.Perf.Fuzz;

/// <summary>An operation.</summary>
/// <param name="Thread">Who called it.</param>
/// <param name="Operation">What was called.</param>
/// <param name="Argument">Its argument.</param>
/// <param name="Result">Its result.</param>
/// <param name="Before">The operations that came before it, a bit for each in the order of the history.</param>
public readonly record struct OperationRecord(
    int Thread, PrimitiveOperation Operation, long Argument, long Result, ulong Before);
