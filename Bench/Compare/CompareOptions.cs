// The options of `compare`, as one value: what the user asked for, checked for its form but not yet for its meaning.

namespace Managarm.Perf.Bench;

/// <summary>What to compare, and how.</summary>
/// <param name="First">The reference: a workload or a git revision.</param>
/// <param name="Second">What is compared with it: the same kind.</param>
/// <param name="Workloads">Workloads to measure of each revision.</param>
/// <param name="Seconds">About how long one comparison may take.</param>
/// <param name="Launches">Launches of each comparison.</param>
/// <param name="MarginPercent">Difference that does not matter.</param>
/// <param name="SlowDownPercent">Planted slow-down of the second side.</param>
/// <param name="Repeat">How often to compare.</param>
/// <param name="DataRoot">Where revisions are built.</param>
internal sealed record CompareOptions(
    string First,
    string Second,
    IReadOnlyList<string> Workloads,
    double Seconds,
    int Launches,
    double MarginPercent,
    int SlowDownPercent,
    int Repeat,
    string DataRoot);
