// The table of ratios, as the command prints it or writes it as a document. Ratios refer to the first line of their subject.

namespace Managarm.Perf.Bench;

/// <summary>Result of measuring the line-ups.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="IsPinned">Whether all threads were bound to processors.</param>
/// <param name="Processors">Processors of the machine that could be used.</param>
/// <param name="Lines">Ours first in each line-up, then its rivals.</param>
internal sealed record RatioReport(int Version, bool IsPinned, int Processors, IReadOnlyList<RatioLine> Lines);

/// <summary>One contestant of a line-up.</summary>
/// <param name="Subject">Title of the line-up.</param>
/// <param name="Workload">The contestant.</param>
/// <param name="Nanoseconds">Time per operation.</param>
/// <param name="BytesPerOperation">Allocated bytes per operation.</param>
/// <param name="Ratio">Its time as a multiple of ours.</param>
/// <param name="Lower">Lower end of the 95 % interval.</param>
/// <param name="Upper">Upper end of the 95 % interval.</param>
/// <param name="Launches">Launches behind it.</param>
/// <param name="Aim">Smallest ratio that we aim for, or null.</param>
/// <param name="AimAnswer">met, missed or open; empty without an aim.</param>
internal sealed record RatioLine(
    string Subject,
    string Workload,
    double Nanoseconds,
    double BytesPerOperation,
    double Ratio,
    double Lower,
    double Upper,
    int Launches,
    double? Aim,
    string AimAnswer)
{
    /// <summary>Whether this is our own workload, which all ratios of the line-up refer to.</summary>
    internal bool IsReference => Ratio == 1 && Lower == 1 && Upper == 1;
}
