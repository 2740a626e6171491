// A workload that times its operations one by one, besides being timed as a whole. Two clocks on one thing are how a harness that
// is wrong shows: the mean of the single times and the time of the whole have to agree.

using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Workloads;

/// <summary>A workload with a distribution.</summary>
public interface ILatencyWorkload : IWorkload
{
    /// <summary>Receives the latencies, or null.</summary>
    LatencyHistogram? Latencies { get; set; }

    /// <summary>Ends its second thread, so that it takes no processor from whoever is measured next. May be prepared
    /// again.</summary>
    void Suspend();
}
