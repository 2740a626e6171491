// The litmus tests of the literature, each with the exact set of what its loads may see, under both memory models. A set is
// written as one word per outcome, one digit per load, threads in order; final values are loads of an observer that is woken when
// all others have ended. Load and Store are plain, Acquire and Release are those of Volatile, Exchange is Interlocked.

using Managarm.Perf.Fuzz.Primitives;
using static Managarm.Perf.Fuzz.Primitives.AccessKind;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Tests of the weak memory model by programs whose outcomes are known.</summary>
public sealed class LitmusTests
{
    private const PrimitiveOperation Look = PrimitiveOperation.Get;

    [Fact]
    public void Store_buffering_is_possible_with_volatile_and_not_with_a_full_fence()
    {
        LitmusAccess[][] plain = [[Store(0, 1), Load(1)], [Store(1, 1), Load(0)]];
        LitmusAccess[][] ordered = [[Release(0, 1), Acquire(1)], [Release(1, 1), Acquire(0)]];
        LitmusAccess[][] half = [[Exchange(0), Acquire(1)], [Release(1, 1), Acquire(0)]];
        LitmusAccess[][] full = [[Exchange(0), Acquire(1)], [Exchange(1), Acquire(0)]];
        LitmusAccess[][] between = [[Release(0, 1), Exchange(2), Acquire(1)], [Release(1, 1), Exchange(2), Acquire(0)]];
        Check("01 10 11", "00 01 10 11", plain);
        Check("01 10 11", "00 01 10 11", ordered);
        Check("01 10 11", "00 01 10 11", half);
        Check("01 10 11", "01 10 11", full);
        Check("01 10 11", "01 10 11", between);
    }

    [Fact]
    public void Store_buffering_is_possible_with_a_read_modify_write_that_has_lost_its_fence()
    {
        var lost = new Weakening(PrimitiveOperation.Send, CompareExchange, AccessWeakness.Fence);
        Check("01 10 11", "00 01 10 11", lost, [[Exchange(0), Acquire(1)], [Exchange(1), Acquire(0)]]);
    }

    [Fact]
    public void A_message_is_passed_by_release_and_acquire_and_by_neither_alone()
    {
        Check("00 01 11", "00 01 11", [[Store(0, 1), Release(1, 1)], [Acquire(1), Load(0)]]);
        Check("00 01 11", "00 01 10 11", [[Store(0, 1), Store(1, 1)], [Acquire(1), Load(0)]]);
        Check("00 01 11", "00 01 10 11", [[Store(0, 1), Release(1, 1)], [Load(1), Load(0)]]);
        Check("00 01 11", "00 01 11", [[Store(0, 1), Exchange(1)], [Acquire(1), Load(0)]]);
    }

    [Fact]
    public void A_full_fence_between_plain_accesses_passes_a_message_too()
    {
        LitmusAccess[][] threads = [[Store(0, 1), Exchange(2), Store(1, 1)], [Load(1), Exchange(3), Load(0)]];
        Check("00 01 11", "00 01 11", threads);
        Check("00 01 11", "00 01 10 11", [threads[0], [Load(1), Load(0)]]);
        Check("00 01 11", "00 01 10 11", [[Store(0, 1), Store(1, 1)], threads[1]]);
    }

    [Fact]
    public void Load_buffering_is_left_out()
    {
        Check("00 01 10", "00 01 10", [[Load(0), Store(1, 1)], [Load(1), Store(0, 1)]]);
        Check("00 01 10", "00 01 10", [[Acquire(0), Release(1, 1)], [Acquire(1), Release(0, 1)]]);
    }

    [Fact]
    public void Two_readers_may_see_two_writers_in_different_orders_unless_they_fence()
    {
        LitmusAccess[][] writers = [[Release(0, 1)], [Release(1, 1)]];
        string[] all = [.. Enumerable.Range(0, 16).Select(static bits => Convert.ToString(bits, 2).PadLeft(4, '0'))];
        string sequential = string.Join(' ', all.Where(static outcome => outcome != "1010"));
        string weak = string.Join(' ', all);
        Check(sequential, weak, [.. writers, [Acquire(0), Acquire(1)], [Acquire(1), Acquire(0)]]);
        Check(sequential, sequential, [
            [Exchange(0)], [Exchange(1)], [Acquire(0), Exchange(2), Acquire(1)], [Acquire(1), Exchange(2), Acquire(0)]]);
    }

    [Fact]
    public void One_word_is_coherent()
    {
        // A reader never sees the stores to one word in two orders (CoRR), and neither its own store overtaken (CoWR).
        Check("00 01 02 11 12 22", "00 01 02 11 12 22", [[Store(0, 1), Store(0, 2)], [Load(0), Load(0)]]);
        Check("1 2", "1 2", [[Store(0, 2)], [Store(0, 1), Load(0)]]);
        string[] read = Weak([[Store(0, 1)], [Store(0, 2)], [Load(0), Load(0)], [Load(0), Load(0)]]);
        Assert.Contains("1212", read);
        Assert.DoesNotContain("1221", read);
        Assert.Equal(read, Sequential([[Store(0, 1)], [Store(0, 2)], [Load(0), Load(0)], [Load(0), Load(0)]]));
    }

    [Fact]
    public void Stores_of_one_thread_to_one_word_stay_in_order()
    {
        // CoWW, with the final value; and CoRW: what a thread has read comes before what it writes.
        Check("2", "2", Observed([Store(0, 1), Store(0, 2)], [], 0));
        Check("01 02 12", "01 02 12", Observed([Store(0, 1)], [Load(0), Store(0, 2)], 0));
    }

    [Fact]
    public void Stores_of_two_threads_to_two_words_may_both_be_overtaken()
    {
        // 2+2W: the final values of both words may be those that were stored first.
        LitmusAccess[][] plain = Observed([Store(0, 1), Store(1, 2)], [Store(1, 1), Store(0, 2)], 0, 1);
        LitmusAccess[][] ordered = Observed([Release(0, 1), Release(1, 2)], [Release(1, 1), Release(0, 2)], 0, 1);
        LitmusAccess[][] fenced = Observed(
            [Store(0, 1), Exchange(2), Store(1, 2)], [Store(1, 1), Exchange(2), Store(0, 2)], 0, 1);
        Check("12 21 22", "11 12 21 22", plain);
        Check("12 21 22", "11 12 21 22", ordered);
        Check("12 21 22", "12 21 22", fenced);
    }

    [Fact]
    public void A_late_store_may_be_overtaken_by_the_load_after_it()
    {
        // R: word 1 ends as the second thread's 2, which its load of word 0 did not wait for.
        LitmusAccess[][] ordered = Observed([Release(0, 1), Release(1, 1)], [Release(1, 2), Acquire(0)], 1);
        LitmusAccess[][] fenced = Observed(
            [Release(0, 1), Exchange(2), Release(1, 1)], [Release(1, 2), Exchange(2), Acquire(0)], 1);
        Check("01 11 12", "01 02 11 12", ordered);
        Check("01 11 12", "01 11 12", fenced);
    }

    [Fact]
    public void A_store_that_was_seen_came_before_what_is_stored_then()
    {
        // S: the second thread sees word 1 and overwrites word 0; may word 0 end as what was stored to it before?
        LitmusAccess[][] ordered = Observed([Store(0, 2), Release(1, 1)], [Acquire(1), Store(0, 1)], 0);
        LitmusAccess[][] plain = Observed([Store(0, 2), Store(1, 1)], [Load(1), Store(0, 1)], 0);
        Check("01 02 11", "01 02 11", ordered);
        Check("01 02 11", "01 02 11 12", plain);
    }

    [Fact]
    public void A_read_modify_write_continues_a_release_and_a_store_breaks_it_off()
    {
        var relaxed = new Weakening(PrimitiveOperation.Claim, FetchAdd, AccessWeakness.Ordering);
        LitmusAccess add = new(FetchAdd, 1, 1, PrimitiveOperation.Claim);
        LitmusAccess[] producer = [Store(0, 1), Release(1, 1)];
        LitmusAccess[] consumer = [Acquire(1), Load(0) with { IfLast = 2 }];
        string[] continued = Run(MemoryKind.Weak, relaxed, [producer, [add], consumer]);
        string[] broken = Run(MemoryKind.Weak, null, [producer, [Store(1, 2)], consumer]);
        Assert.Contains("21", continued);
        Assert.DoesNotContain("20", continued);
        Assert.Contains("20", broken);
        Assert.DoesNotContain("20", Run(MemoryKind.Sequential, relaxed, [producer, [add], consumer]));
    }

    [Fact]
    public void Read_modify_writes_are_atomic_and_nothing_comes_between_them_and_what_they_read()
    {
        LitmusAccess[] add = [new(FetchAdd, 0, 1, Look)];
        Check("01 10", "01 10", [add, add]);
        LitmusAccess[][] counted = Observed([.. add, .. add], [Store(0, 5)], 0);
        Check("015 056 567", "015 056 567", counted);
    }

    private static LitmusAccess Store(int word, long value) => new(Write, word, value);

    private static LitmusAccess Release(int word, long value) => new(WriteRelease, word, value);

    private static LitmusAccess Acquire(int word) => new(ReadAcquire, word, 0, Look);

    private static LitmusAccess Load(int word) => new(Read, word, 0, Look);

    private static LitmusAccess Exchange(int word) => new(CompareExchange, word);

    // Two threads, and an observer that looks at words when both have ended.
    private static LitmusAccess[][] Observed(LitmusAccess[] first, LitmusAccess[] second, params int[] words) =>
    [
        [.. first, new(Wake, 1)],
        [.. second, new(Sleep), new(Wake, 2)],
        [new(Sleep), .. words.Select(Acquire)],
    ];

    private static void Check(string sequential, string weak, LitmusAccess[][] threads) =>
        Check(sequential, weak, null, threads);

    private static void Check(string sequential, string weak, Weakening? lost, LitmusAccess[][] threads)
    {
        Assert.Equal(sequential, string.Join(' ', Run(MemoryKind.Sequential, lost, threads)));
        Assert.Equal(weak, string.Join(' ', Run(MemoryKind.Weak, lost, threads)));
    }

    private static string[] Sequential(LitmusAccess[][] threads) => Run(MemoryKind.Sequential, null, threads);

    private static string[] Weak(LitmusAccess[][] threads) => Run(MemoryKind.Weak, null, threads);

    private static string[] Run(MemoryKind memory, Weakening? lost, LitmusAccess[][] threads)
    {
        var defect = new PlantedDefect
        {
            Name = "litmus",
            Summary = "an access has lost something",
            Client = "litmus",
            Expected = ClientVerdict.Clean,
            Weakening = lost,
        };
        ExplorationResult[] results = [.. new[] { true, false }.Select(reduces => InterleavingSearch.Explore(
            new LitmusClient(threads), new ExplorationOptions
            {
                Defect = defect,
                Memory = memory,
                JudgesRaces = false,
                Reduces = reduces,
                CollectsOutcomes = true,
            }))];
        Assert.All(results, static result => Assert.True(result.IsComplete));
        string[] reduced = [.. LooksOf(results[0])];
        Assert.Equal(LooksOf(results[1]), reduced);
        return reduced;
    }

    private static IEnumerable<string> LooksOf(ExplorationResult result) => result.Outcomes
        .Select(static outcome => string.Concat(outcome.Split(" after ")[0].Split(' ')
            .Where(static operation => operation.Contains(":Get(", StringComparison.Ordinal))
            .Select(static operation => operation.Split('=')[1])))
        .Distinct().Order(StringComparer.Ordinal);
}
