// Divides a list into pieces to be left out at once, as delta debugging does: halves first, then quarters, down to the smallest
// piece, each time from the end. What is large goes in a few attempts instead of one attempt per element.

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Numbered pieces of a list.</summary>
internal static class Chunks
{
    /// <summary>Number of pieces of all sizes.</summary>
    /// <param name="length">Length of the list.</param>
    /// <param name="smallest">Smallest size of a piece.</param>
    internal static int CountOf(int length, int smallest)
    {
        int count = 0;
        for (int size = length / 2; size >= smallest; size /= 2)
        {
            count += (length + size - 1) / size;
        }

        return count;
    }

    /// <summary>A piece.</summary>
    /// <param name="length">Length of the list.</param>
    /// <param name="smallest">Smallest size of a piece.</param>
    /// <param name="number">Number below <see cref="CountOf"/>.</param>
    /// <returns>First element and the one after the last.</returns>
    internal static (int Start, int End) At(int length, int smallest, int number)
    {
        int size = length / 2;
        while (size > smallest && number >= (length + size - 1) / size)
        {
            number -= (length + size - 1) / size;
            size /= 2;
        }

        int end = length - (number * size);
        return (Math.Max(0, end - size), end);
    }
}
