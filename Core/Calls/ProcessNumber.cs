// The number a process is known by in results of fork and waitpid. A child is created at most once in a scenario (its fork
// names it, and a handler cannot fork), so number and strand determine each other. Numbers start above every count a call can
// return, hence one signed result word is unambiguous: negated errno, small count, or process.

namespace Managarm.Perf.Core.Calls;

/// <summary>Conversion between the strand of a process and the number that calls return for it.</summary>
public static class ProcessNumber
{
    /// <summary>The number of the process with strand 0.</summary>
    public const int First = 1000;

    /// <summary>The number of the process whose main thread is <paramref name="strand"/>.</summary>
    public static int Of(int strand) => First + strand;

    /// <summary>The strand of the process that <paramref name="result"/> names, or -1 when it names none.</summary>
    public static int StrandOf(long result) =>
        result is >= First and < First + Scenario.MaximumStrands ? (int)result - First : Scenario.None;
}
