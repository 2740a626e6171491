// An operation of a history: what was called, what came out, and between which two moments it took effect.

namespace Managarm.Perf.Fuzz;

/// <summary>A finished operation.</summary>
/// <param name="Thread">Who called it.</param>
/// <param name="Operation">What was called.</param>
/// <param name="Argument">Its argument.</param>
/// <param name="Result">Its result.</param>
/// <param name="Invoked">Moment of its first access.</param>
/// <param name="Responded">Moment after its last access.</param>
public readonly record struct OperationRecord(
    int Thread, PrimitiveOperation Operation, long Argument, long Result, int Invoked, int Responded);
