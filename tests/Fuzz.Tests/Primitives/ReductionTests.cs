// Sleep sets leave out interleavings, and the tests here are why one may believe that they leave out nothing else: on the
// clients that are small enough and on random programs, the search without reduction sees exactly the same outcomes, real-time
// order included, and catches every planted fault as well.

namespace Managarm.Perf.Fuzz.Tests;

/// <summary>Compares the reduced search with the one that leaves out nothing.</summary>
public sealed class ReductionTests
{
    private const ulong Seed = 20251124;

    public static TheoryData<string, long> SmallClients => new()
    {
        { "spsc-one-slot", 50 },
        { "oneshot", 281 },
        { "notify", 210 },
        { "alert", 1391 },
        { "slab", 1450 },
        { "slab-contested", 39 },
    };

    public static TheoryData<string> Faults => [.. FaultCatalog.All.Select(static fault => fault.Name)];

    [Theory]
    [MemberData(nameof(SmallClients))]
    public void Both_searches_see_the_same_outcomes(string name, long interleavings)
    {
        IPrimitiveClient client = ClientCatalog.Find(name)!;
        ExplorationResult reduced = Explore(client, reduces: true);
        ExplorationResult every = Explore(client, reduces: false);
        Assert.Equal(interleavings, every.Interleavings);
        Assert.InRange(reduced.Interleavings, 1, every.Interleavings);
        Assert.Equal(every.Outcomes.Order(), reduced.Outcomes.Order());
    }

    [Fact]
    public void Both_searches_see_the_same_outcomes_of_random_programs()
    {
        ulong random = Seed;
        long saved = 0;
        for (int program = 0; program < 150; program++)
        {
            LitmusClient client = MakeProgram(ref random);
            ExplorationResult reduced = Explore(client, reduces: true);
            ExplorationResult every = Explore(client, reduces: false);
            Assert.Equal(ClientVerdict.Clean, every.Verdict);
            Assert.Equal(every.Outcomes.Order(), reduced.Outcomes.Order());
            Assert.Equal(0, every.Pruned);
            saved += every.Interleavings - reduced.Interleavings;
        }

        Assert.True(saved > 0, "the reduction reduces nothing");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_caught_without_the_reduction_too(string name)
    {
        PlantedFault fault = FaultCatalog.Find(name)!;
        ExplorationResult result = Exploration.Explore(
            ClientCatalog.Find(fault.Client)!, new ExplorationOptions { Fault = fault, Reduces = false });
        Assert.Equal(fault.Expected, result.Verdict);
    }

    private static ExplorationResult Explore(IPrimitiveClient client, bool reduces) =>
        Exploration.Explore(client, new ExplorationOptions { Reduces = reduces, CollectsOutcomes = true });

    private static LitmusClient MakeProgram(ref ulong random)
    {
        AccessKind[] kinds =
        [
            AccessKind.ReadAcquire, AccessKind.WriteRelease, AccessKind.CompareExchange, AccessKind.FetchAdd,
            AccessKind.FetchOr, AccessKind.FetchAnd,
        ];
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
