// What the kernel's side of the threaded host has counted since it booted. The counts are exact; only the times of a benchmark
// are noisy.

namespace Managarm.Perf.Servers;

/// <summary>Counts of the kernel's side.</summary>
/// <param name="UserEntries">Kernel entries by user threads.</param>
/// <param name="ServerEntries">Kernel entries by servers.</param>
/// <param name="SuperCalls">Supercalls, a subset of <paramref name="UserEntries"/>.</param>
/// <param name="Messages">Offers on lanes.</param>
/// <param name="SignalsAccepted">Signals accepted and not ignored.</param>
/// <param name="AllocatedBytes">Managed bytes that the kernel's OS thread has allocated.</param>
public readonly record struct HostCensus(
    uint UserEntries, uint ServerEntries, uint SuperCalls, uint Messages, uint SignalsAccepted, long AllocatedBytes);
