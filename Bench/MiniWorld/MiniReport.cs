// The figures of the small worlds, as the command prints them or writes them as a document.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Result of a measurement of the small worlds.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="Rounds">Interleaved rounds.</param>
/// <param name="RunsPerSlice">Runs of each world in each round.</param>
/// <param name="StepsPerRun">Mean steps of a run.</param>
/// <param name="InterruptsPerRun">Mean number of reads per run that ended with EINTR.</param>
/// <param name="Machine">What else the machine did.</param>
/// <param name="Worlds">The worlds; the first is what ratios refer to.</param>
public sealed record MiniReport(
    int Version,
    int Rounds,
    int RunsPerSlice,
    double StepsPerRun,
    double InterruptsPerRun,
    Quietness Machine,
    IReadOnlyList<MiniWorldFigures> Worlds)
{
    /// <summary>Whether the times of a world are worth to be shown.</summary>
    internal bool Believes(MiniWorldFigures world) => Machine.HasRoom && new Steadiness(world.Spread).IsSteady;
}

/// <summary>Figures of one world.</summary>
/// <param name="Name">Name of the world.</param>
/// <param name="MinimumNanosecondsPerStep">Best round.</param>
/// <param name="MedianNanosecondsPerStep">Median round.</param>
/// <param name="StepsPerSecond">Steps per second in the median round.</param>
/// <param name="BytesPerRun">Allocated bytes per run.</param>
/// <param name="MinimumRatio">Smallest ratio of time per step to the first world within a round.</param>
/// <param name="MedianRatio">Median of these ratios.</param>
/// <param name="Spread">How much the rounds differ; see <see cref="Steadiness"/>, null for too few rounds.</param>
public sealed record MiniWorldFigures(
    string Name,
    double MinimumNanosecondsPerStep,
    double MedianNanosecondsPerStep,
    double StepsPerSecond,
    double BytesPerRun,
    double MinimumRatio,
    double MedianRatio,
    double? Spread);
