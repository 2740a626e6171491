// Who allocates, as one document. The bytes per pass are exact, from the runtime's counters. Types and call sites come from
// samples, so each site's share is an estimate whose error falls with the root of its samples.

namespace Managarm.Perf.Bench.Allocations;

/// <summary>The allocations of a workload or a test.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="Name">What was watched.</param>
/// <param name="BytesPerPass">Exact: what the pass allocates as it always runs.</param>
/// <param name="WatchedBytesPerPass">Exact: what it allocates without inlining, as it was watched; mostly the same.</param>
/// <param name="Passes">How often the pass ran while it was watched; 0 when there was nothing to look for.</param>
/// <param name="Samples">Samples that belong to the pass or to other code of the project.</param>
/// <param name="OtherSamples">Samples of the runtime's own threads and of the session's start, which are not counted.</param>
/// <param name="Sites">Who allocates, largest share first.</param>
public sealed record AllocationReport(
    int Version,
    string Name,
    PassBytes BytesPerPass,
    PassBytes WatchedBytesPerPass,
    long Passes,
    int Samples,
    int OtherSamples,
    IReadOnlyList<AllocationSite> Sites);

/// <summary>What the runtime's counters say of one pass.</summary>
/// <param name="Thread">Bytes allocated by the thread that runs the pass.</param>
/// <param name="Process">Bytes allocated by all threads in that time.</param>
public readonly record struct PassBytes(long Thread, long Process);

/// <summary>Allocations of one type at one place.</summary>
/// <param name="Type">Type of the objects.</param>
/// <param name="Method">Topmost method of the project on the stack.</param>
/// <param name="Source">File and line in it, or null without symbols.</param>
/// <param name="Through">Topmost method of all, when that is one of a library.</param>
/// <param name="Samples">Samples that show it.</param>
/// <param name="BytesPerPass">Estimated: its share of the exact bytes as watched.</param>
/// <param name="Share">Estimated: its part of all allocated bytes, 0 to 1.</param>
public sealed record AllocationSite(
    string Type, string Method, string? Source, string? Through, int Samples, double BytesPerPass, double Share);
