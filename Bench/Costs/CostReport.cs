// The figures of the seed corpus, as the command prints them or writes them as a document.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Costs;

/// <summary>Result of a measurement of the seed corpus.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="Scenarios">Number of scenarios.</param>
/// <param name="Machine">What else the machine did.</param>
/// <param name="Protocols">Figures by protocol.</param>
public sealed record CostReport(int Version, int Scenarios, Quietness Machine, IReadOnlyList<ProtocolCosts> Protocols)
{
    /// <summary>Whether a figure whose rounds differ so much is worth to be shown.</summary>
    internal bool Believes(double? spread) => Machine.HasRoom && new Steadiness(spread).IsSteady;
}

/// <summary>Figures of one protocol. Shares are medians over rounds, relative to the bare run.</summary>
/// <param name="Protocol">Name of the protocol.</param>
/// <param name="Rounds">Interleaved rounds.</param>
/// <param name="Variants">Speed by variant.</param>
/// <param name="OracleShare">Added time per step by the oracle.</param>
/// <param name="LogShare">Added time per step by the access log.</param>
/// <param name="WalkShare">Added time per step by random decisions and their recording.</param>
/// <param name="ResetBytes">Bytes that a reset copies.</param>
/// <param name="ResetShare">Time of a world's reset as a share of a run with everything on.</param>
/// <param name="BeginShare">Time to bring the system to the start of a scenario, reset included, as such a share.</param>
/// <param name="Spread">How much the rounds of the most unsteady share differ; null for too few rounds.</param>
public sealed record ProtocolCosts(
    string Protocol,
    int Rounds,
    IReadOnlyList<VariantSpeed> Variants,
    double OracleShare,
    double LogShare,
    double WalkShare,
    int ResetBytes,
    double ResetShare,
    double BeginShare,
    double? Spread);

/// <summary>Speed of one variant, from the median round.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="NanosecondsPerStep">Median time per step.</param>
/// <param name="MinimumNanosecondsPerStep">Time per step in the best round.</param>
/// <param name="RunsPerSecond">Runs per second.</param>
/// <param name="CallsPerSecond">System calls of scenarios per second.</param>
/// <param name="StepsPerSecond">Steps per second.</param>
/// <param name="DecisionsPerSecond">Decisions per second.</param>
/// <param name="BytesPerRun">Allocated bytes per run.</param>
/// <param name="Spread">How much the rounds differ; see <see cref="Steadiness"/>, null for too few rounds.</param>
public sealed record VariantSpeed(
    string Name,
    double NanosecondsPerStep,
    double MinimumNanosecondsPerStep,
    double RunsPerSecond,
    double CallsPerSecond,
    double StepsPerSecond,
    double DecisionsPerSecond,
    double BytesPerRun,
    double? Spread);
