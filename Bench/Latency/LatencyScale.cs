// The axis on which distributions are drawn: four columns per power of two, from 64 ns to about 4 ms, the same for all, so that
// one can be read against another. A column's character says how full it is, compared with the fullest.

using System.Text;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Latency;

/// <summary>Columns of a drawn distribution.</summary>
public static class LatencyScale
{
    /// <summary>Number of columns; the last one takes all that is longer.</summary>
    public const int Columns = 64;

    private const int ColumnsPerOctave = 4;
    private const int FirstOctave = 6;
    private const string Levels = " .:-=+*#%@";

    /// <summary>End of a column.</summary>
    /// <param name="column">Its number.</param>
    /// <returns>Longest latency in it, in nanoseconds.</returns>
    public static long BoundNanoseconds(int column) => column == Columns - 1
        ? LatencyHistogram.RangeNanoseconds
        : (long)Math.Pow(2, FirstOctave + ((column + 1.0) / ColumnsPerOctave));

    /// <summary>Counts per column.</summary>
    /// <param name="latencies">The distribution.</param>
    /// <returns>One count for each column.</returns>
    public static long[] Split(LatencyHistogram latencies)
    {
        var counts = new long[Columns];
        long before = 0;
        for (int column = 0; column < Columns; column++)
        {
            long upTo = latencies.CountUpTo(BoundNanoseconds(column));
            counts[column] = upTo - before;
            before = upTo;
        }

        return counts;
    }

    /// <summary>Draws a distribution as one line.</summary>
    /// <param name="counts">Counts per column.</param>
    /// <returns>One character per column; a column that is not empty never looks empty.</returns>
    public static string Draw(IReadOnlyList<long> counts)
    {
        long fullest = Math.Max(1, counts.Max());
        var line = new StringBuilder(Columns);
        foreach (long count in counts)
        {
            line.Append(Levels[(int)(((count * (Levels.Length - 1)) + fullest - 1) / fullest)]);
        }

        return line.ToString();
    }

    /// <summary>The axis under the lines.</summary>
    /// <returns>A line with marks where a decimal power begins.</returns>
    public static string DrawAxis()
    {
        var line = new StringBuilder(new string(' ', Columns));
        (long Nanoseconds, string Name)[] marks =
            [(100, "|100ns"), (1_000, "|1us"), (10_000, "|10us"), (100_000, "|100us"), (1_000_000, "|1ms")];
        foreach ((long nanoseconds, string name) in marks)
        {
            int column = 0;
            while (BoundNanoseconds(column) < nanoseconds)
            {
                column++;
            }

            line.Remove(column, name.Length).Insert(column, name);
        }

        return line.ToString().TrimEnd();
    }
}
