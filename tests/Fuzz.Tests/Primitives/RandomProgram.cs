// Random programs for the explorer: two or three threads of up to three accesses to two words.

using Managarm.Perf.Fuzz.Primitives;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Draws litmus programs.</summary>
internal static class RandomProgram
{
    /// <summary>The accesses that are full fences.</summary>
    public static AccessKind[] Interlocked { get; } =
        [AccessKind.CompareExchange, AccessKind.FetchAdd, AccessKind.FetchOr, AccessKind.FetchAnd];

    /// <summary>The accesses that are scheduling points everywhere.</summary>
    public static AccessKind[] Atomic { get; } = [AccessKind.ReadAcquire, AccessKind.WriteRelease, .. Interlocked];

    /// <summary>Accesses of all strengths, the weaker ones more often.</summary>
    public static AccessKind[] Mixed { get; } =
    [
        AccessKind.Read, AccessKind.Read, AccessKind.Write, AccessKind.Write, AccessKind.ReadAcquire, AccessKind.ReadAcquire,
        AccessKind.WriteRelease, AccessKind.WriteRelease, .. Interlocked,
    ];

    /// <summary>Draws a program.</summary>
    /// <param name="random">State of the generator.</param>
    /// <param name="kinds">Accesses to draw from.</param>
    public static LitmusClient Make(ref ulong random, AccessKind[] kinds)
    {
        var threads = new LitmusAccess[2 + (int)Draw(ref random, 2)][];
        for (int thread = 0; thread < threads.Length; thread++)
        {
            threads[thread] = new LitmusAccess[1 + (int)Draw(ref random, 3)];
            for (int index = 0; index < threads[thread].Length; index++)
            {
                threads[thread][index] = new LitmusAccess(
                    kinds[Draw(ref random, (ulong)kinds.Length)], (int)Draw(ref random, 2), 1 + (long)Draw(ref random, 3))
                {
                    IfLast = Draw(ref random, 3) == 0 ? (long)Draw(ref random, 2) : null,
                };
            }
        }

        return new LitmusClient(threads) { AccessesPerOperation = 1 + (int)Draw(ref random, 3) };
    }

    private static ulong Draw(ref ulong random, ulong bound)
    {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        return random % bound;
    }
}
