// Tells whether a run did something new, as AFL does: a cell counts how often an edge was taken, counts are put into eight
// classes, and a class that a cell has not had before is new. The cells of two edges may be one, since SharpFuzz's numbers
// start again in each assembly; some news is missed for it and none is invented.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Fuzz.ByteEngines;

/// <summary>What was seen so far.</summary>
internal sealed class TraceFeedback
{
    private readonly byte[] seen = new byte[TraceMap.Size];

    /// <summary>Cells that were ever counted in.</summary>
    internal int SeenCells => seen.Count(static classes => classes != 0);

    /// <summary>Takes in the map of a run.</summary>
    /// <returns>Whether it has something new.</returns>
    internal bool Take()
    {
        bool isNew = false;
        Span<byte> cells = TraceMap.Cells;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(cells);
        for (int word = 0; word < words.Length; word++)
        {
            // Nearly all words are zero.
            for (int cell = word * 8; words[word] != 0 && cell < (word + 1) * 8; cell++)
            {
                int added = ClassOf(cells[cell]) & ~seen[cell];
                seen[cell] |= (byte)added;
                isNew |= added != 0;
            }
        }

        return isNew;
    }

    private static int ClassOf(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
