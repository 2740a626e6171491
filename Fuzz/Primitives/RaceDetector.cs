// Finds data races by happens-before: two accesses to one word by different threads, at least one of them plain and at least
// one a write, neither of which is ordered before the other. Only what the primitives' own orderings establish counts, not the
// order in which the search happened to run them. So a message that is filled and read in place is checked although no
// atomic ever saw it, and so are the words that one side of a primitive keeps to itself.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Remembers when each thread last accessed each word, and how.</summary>
internal sealed class RaceDetector
{
    private readonly WordTimes[] words;
    private readonly List<WordTimes[]> saved = [];

    internal RaceDetector(int wordCount)
    {
        words = new WordTimes[wordCount];
    }

    /// <summary>Records an access and checks it against all earlier ones.</summary>
    /// <param name="thread">Who made it.</param>
    /// <param name="access">The access.</param>
    /// <param name="hasWritten">Whether it wrote.</param>
    /// <param name="clock">The thread's clock, with its own time of this access.</param>
    /// <returns>The thread that it races with, or -1.</returns>
    internal int Check(int thread, in MemoryAccess access, bool hasWritten, in VectorClock clock)
    {
        ref WordTimes times = ref words[access.Word];
        int other = FindLater(times.PlainWrites, clock);
        if (other < 0 && access.IsPlain)
        {
            other = FindLater(times.AtomicWrites, clock);
        }

        if (other < 0 && hasWritten)
        {
            other = FindLater(times.PlainReads, clock);
        }

        if (other < 0 && hasWritten && access.IsPlain)
        {
            other = FindLater(times.AtomicReads, clock);
        }

        ref VectorClock mine = ref (access.IsPlain
            ? ref hasWritten ? ref times.PlainWrites : ref times.PlainReads
            : ref hasWritten ? ref times.AtomicWrites : ref times.AtomicReads);
        mine[thread] = clock[thread];
        return other;
    }

    /// <summary>Remembers everything under a number.</summary>
    /// <param name="depth">Number, counted from 0 without gaps.</param>
    internal void Save(int depth)
    {
        if (depth == saved.Count)
        {
            saved.Add(new WordTimes[words.Length]);
        }

        words.CopyTo(saved[depth], 0);
    }

    /// <summary>Puts everything back as it was when it was saved.</summary>
    /// <param name="depth">A saved number.</param>
    internal void Restore(int depth) => saved[depth].CopyTo(words, 0);

    private static int FindLater(in VectorClock times, in VectorClock clock)
    {
        for (int thread = 0; thread < VectorClock.ThreadCapacity; thread++)
        {
            if (times[thread] > clock[thread])
            {
                return thread;
            }
        }

        return -1;
    }

    private struct WordTimes
    {
        public VectorClock PlainReads;
        public VectorClock PlainWrites;
        public VectorClock AtomicReads;
        public VectorClock AtomicWrites;
    }
}
