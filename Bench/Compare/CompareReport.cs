// The outcome of `compare`, as the command prints it or writes it as a document. Every comparison has a line of its own, so
// that a reader of the document can judge by another margin.

using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Compare;

/// <summary>Result of one or several comparisons.</summary>
/// <param name="Version">Version of this document.</param>
/// <param name="First">The reference.</param>
/// <param name="Second">What was compared with it.</param>
/// <param name="MarginPercent">Difference that does not matter.</param>
/// <param name="IsPinned">Whether all threads were bound to processors.</param>
/// <param name="Comparisons">One for each workload and repetition.</param>
internal sealed record CompareReport(
    int Version,
    string First,
    string Second,
    double MarginPercent,
    bool IsPinned,
    IReadOnlyList<ComparisonLine> Comparisons)
{
    /// <summary>Number of comparisons with an answer.</summary>
    internal int Count(ComparisonAnswer answer) => Comparisons.Count(line => line.Answer == answer.ToString());
}

/// <summary>One comparison.</summary>
/// <param name="FirstWorkload">Workload of the reference.</param>
/// <param name="SecondWorkload">Workload that was compared with it.</param>
/// <param name="FirstNanoseconds">Time per operation of the reference.</param>
/// <param name="SecondNanoseconds">Time per operation of the other.</param>
/// <param name="FirstBytes">Allocated bytes per operation of the reference.</param>
/// <param name="SecondBytes">Allocated bytes per operation of the other.</param>
/// <param name="Ratio">Time of the second as a multiple of the first.</param>
/// <param name="Lower">Lower end of the 95 % interval.</param>
/// <param name="Upper">Upper end of the 95 % interval.</param>
/// <param name="Launches">Launches behind it.</param>
/// <param name="Rounds">Rounds in all launches.</param>
/// <param name="Answer">Equal, Slower, Faster or Unclear, as said of the second.</param>
/// <param name="MoreLaunches">When unclear: about how many more launches would tell.</param>
internal sealed record ComparisonLine(
    string FirstWorkload,
    string SecondWorkload,
    double FirstNanoseconds,
    double SecondNanoseconds,
    double FirstBytes,
    double SecondBytes,
    double Ratio,
    double Lower,
    double Upper,
    int Launches,
    int Rounds,
    string Answer,
    int MoreLaunches);
