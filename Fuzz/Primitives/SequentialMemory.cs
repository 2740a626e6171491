// Sequentially consistent memory: a load sees the last store, whoever made it. The values are the client's real memory, so the
// primitives find in it what their constructors wrote. Each word also carries the clock of what its last writer released; a
// read-modify-write continues what it found (a release sequence), a relaxed store breaks it off.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Memory in which the accesses of all threads have one order.</summary>
internal sealed unsafe class SequentialMemory : IMemoryModel
{
    private readonly long* words;
    private readonly int wordCount;
    private readonly VectorClock[] released;
    private readonly List<(long[] Words, VectorClock[] Released)> saved = [];

    internal SequentialMemory(long* words, int wordCount)
    {
        this.words = words;
        this.wordCount = wordCount;
        released = new VectorClock[wordCount];
    }

    /// <inheritdoc/>
    public int CountOutcomes(int thread, in MemoryAccess access) =>
        access.Kind == AccessKind.Sleep && words[access.Word] == 0 ? 0 : 1;

    /// <inheritdoc/>
    public int NameOf(int thread, in MemoryAccess access, int outcome) => outcome;

    /// <summary>Steps depend on each other when they touch one word and one of them may write it; and when an operation ends with
    /// one and another begins with the other, since linearizability judges that order.</summary>
    /// <param name="first">A step.</param>
    /// <param name="second">A step of another thread.</param>
    /// <returns>False when both orders lead to the same state and the same history.</returns>
    public bool AreDependent(in ExploredStep first, in ExploredStep second) =>
        (first.Word == second.Word && (first.MayWrite || second.MayWrite))
        || (first.Invokes && second.Responds)
        || (first.Responds && second.Invokes);

    /// <inheritdoc/>
    public PerformedAccess Perform(int thread, in MemoryAccess access, int outcome, ref VectorClock clock)
    {
        ref long word = ref words[access.Word];
        long found = word;
        bool hasWritten = access.MayWrite && (access.Kind != AccessKind.CompareExchange || found == access.Comparand);
        if (access.Acquires)
        {
            clock.Join(released[access.Word]);
        }

        var performed = new PerformedAccess(found, hasWritten, Source: 0, NewerStores: 0, Repeats: 0);
        if (!hasWritten)
        {
            return performed;
        }

        word = access.Kind switch
        {
            AccessKind.FetchAdd => found + access.Operand,
            AccessKind.FetchOr => found | access.Operand,
            AccessKind.FetchAnd => found & access.Operand,
            _ => access.Operand,
        };
        bool continues = access.Kind is not (AccessKind.Write or AccessKind.WriteRelease);
        if (!continues)
        {
            released[access.Word] = default;
        }

        if (access.Releases)
        {
            released[access.Word].Join(clock);
        }

        return performed;
    }

    /// <inheritdoc/>
    public void Save(int depth)
    {
        if (depth == saved.Count)
        {
            saved.Add((new long[wordCount], new VectorClock[wordCount]));
        }

        new ReadOnlySpan<long>(words, wordCount).CopyTo(saved[depth].Words);
        released.CopyTo(saved[depth].Released, 0);
    }

    /// <inheritdoc/>
    public void Restore(int depth)
    {
        saved[depth].Words.CopyTo(new Span<long>(words, wordCount));
        saved[depth].Released.CopyTo(released, 0);
    }
}
