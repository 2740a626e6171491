// Whether a machine left room for a measurement: how many processors others used meanwhile, beside how many there are and how
// many threads measured. A thread that has to wait for a processor measures the wait. Where the system does not tell (anything
// but Linux) nothing is known, and only the rounds can be judged.

using System.Globalization;

namespace Managarm.Perf.Bench.Measurement;

/// <summary>What else the machine did during a measurement.</summary>
/// <param name="Threads">Threads that measured.</param>
/// <param name="Processors">Processors of the machine.</param>
/// <param name="OthersUsed">Processors that everything else used on average, or null when the system does not tell.</param>
public sealed record Quietness(int Threads, int Processors, double? OthersUsed)
{
    private const double Tolerance = 0.2;

    /// <summary>Whether there was a processor for every thread.</summary>
    public bool HasRoom => OthersUsed is not { } used || used <= Math.Max(0, Processors - Threads) + Tolerance;

    /// <summary>Why figures are missing, as a sentence that also says what to do.</summary>
    /// <param name="missing">Figures that are not believed.</param>
    /// <param name="all">All figures.</param>
    /// <returns>The sentence; empty when none is missing.</returns>
    public string Explain(int missing, int all)
    {
        if (missing == 0)
        {
            return "";
        }

        string others = OthersUsed is { } used
            ? string.Create(CultureInfo.InvariantCulture, $"; others used {used:0.0} of {Processors} processors")
            : "";
        return $"too noisy to tell: {missing} of {all} times are not believed and not shown{others}; measure for longer, or on a "
            + "quiet machine";
    }
}
