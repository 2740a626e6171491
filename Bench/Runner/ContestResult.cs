// What a contest found: times as logarithms by launch and round, bytes as sums. Commands turn it into tables and documents.

using Managarm.Perf.Results;

namespace Managarm.Perf.Bench;

/// <summary>Outcome of a contest.</summary>
/// <param name="Table">Times.</param>
/// <param name="BytesPerOperation">Bytes allocated per operation by each contestant's whole process; the runtime's own
/// background work is in it, some kilobytes over millions of operations.</param>
/// <param name="IsPinned">Whether all threads were bound to processors.</param>
/// <param name="Machine">What else the machine did.</param>
public sealed record ContestResult(
    ContestTable Table, IReadOnlyList<double> BytesPerOperation, bool IsPinned, Quietness Machine);
