// The table of ratios, as the command prints it or writes it as a document. Ratios refer to the first line of their subject.
// Interleaved rounds bear much, but not everything: a line whose launches disagree, whose machine had no processor for it, or
// whose floor is slower than what it is the floor of is not believed.

using Managarm.Perf.Bench.Measurement;
using Managarm.Perf.Bench.Runner;

namespace Managarm.Perf.Bench.Ratios;

/// <summary>Result of measuring the line-ups.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="IsPinned">Whether all threads were bound to processors.</param>
/// <param name="Processors">Processors of the machine that could be used.</param>
/// <param name="Launches">Launches of each line-up.</param>
/// <param name="Machine">What else the machine did during the busiest line-up.</param>
/// <param name="Lines">Ours first in each line-up, then its rivals.</param>
public sealed record RatioReport(
    int Version, bool IsPinned, int Processors, int Launches, Quietness Machine, IReadOnlyList<RatioLine> Lines);

/// <summary>One contestant of a line-up.</summary>
/// <param name="Subject">Title of the line-up.</param>
/// <param name="Workload">The contestant.</param>
/// <param name="IsReference">Whether it is ours, which all ratios of the line-up refer to.</param>
/// <param name="Nanoseconds">Time per operation.</param>
/// <param name="BytesPerOperation">Allocated bytes per operation.</param>
/// <param name="Ratio">Its time as a multiple of ours.</param>
/// <param name="Lower">Lower end of the 95 % interval.</param>
/// <param name="Upper">Upper end of the 95 % interval.</param>
/// <param name="Aim">Smallest ratio that we aim for, or null.</param>
/// <param name="AimAnswer">met, missed or open; empty without an aim.</param>
/// <param name="IsTimeBelieved">Whether the time is worth to be shown.</param>
/// <param name="IsRatioBelieved">Whether the ratio is.</param>
public sealed record RatioLine(
    string Subject,
    string Workload,
    bool IsReference,
    double Nanoseconds,
    double BytesPerOperation,
    double Ratio,
    double Lower,
    double Upper,
    double? Aim,
    string AimAnswer,
    bool IsTimeBelieved,
    bool IsRatioBelieved)
{
    /// <summary>Figures of this line: the ratio of ours to itself is none.</summary>
    public int Figures => IsReference ? 1 : 2;

    /// <summary>Figures that are not believed.</summary>
    public int Missing => (IsTimeBelieved ? 0 : 1) + (IsRatioBelieved || IsReference ? 0 : 1);

    /// <summary>Makes the lines of a line-up.</summary>
    /// <param name="lineup">Who was measured.</param>
    /// <param name="result">What was found.</param>
    public static IReadOnlyList<RatioLine> Of(Lineup lineup, ContestResult result)
    {
        bool hasRoom = result.Machine.HasRoom;
        var lines = new List<RatioLine>();
        for (int contestant = 0; contestant < lineup.Workloads.Count; contestant++)
        {
            Rival? rival = contestant == 0 ? null : lineup.Rivals[contestant - 1];
            var ratio = result.Table.Ratio(contestant, 0);
            bool isFloorAbove = rival is { IsFloor: true } && ratio.Estimate > 1;
            bool isRatioBelieved = hasRoom && ratio.Steadiness.IsSteady && !isFloorAbove;
            lines.Add(new RatioLine(
                lineup.Title,
                lineup.Workloads[contestant],
                rival is null,
                result.Table.Nanoseconds(contestant),
                result.BytesPerOperation[contestant],
                ratio.Estimate,
                ratio.Lower,
                ratio.Upper,
                rival?.Aim,
                AnswerOf(ratio.Lower, ratio.Upper, rival?.Aim, isRatioBelieved),
                hasRoom && result.Table.SteadinessOf(contestant).IsSteady && !isFloorAbove,
                isRatioBelieved));
        }

        return lines;
    }

    private static string AnswerOf(double lower, double upper, double? aim, bool isBelieved) => aim switch
    {
        null => "",
        { } least when isBelieved && lower >= least => "met",
        { } least when isBelieved && upper < least => "missed",
        _ => "open",
    };
}
