// What a run of the small scenario amounts to. Equal seeds must give equal results in all worlds, so the record is compared as a
// whole; the hash covers every step in order.

namespace Managarm.Perf.Bench;

/// <summary>Outcome of one run.</summary>
/// <param name="Steps">Steps taken.</param>
/// <param name="Decisions">Steps at which more than one party was enabled.</param>
/// <param name="Bytes">Bytes that the client read.</param>
/// <param name="Interrupts">Reads that ended with EINTR.</param>
/// <param name="TraceHash">Hash over all steps.</param>
public readonly record struct MiniResult(uint Steps, uint Decisions, uint Bytes, uint Interrupts, ulong TraceHash);
