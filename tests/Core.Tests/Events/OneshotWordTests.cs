// The word of a oneshot event under all orders of await, raise and cancel: exactly one of raise and cancel wins, the waiter is
// told exactly once, the loser learns that it lost, and a stale generation changes nothing. Then the same with real threads.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Core.Tests.Events;

public sealed class OneshotWordTests
{
    private const uint Generation = 5;
    private const int Waiter = 77;

    private enum Operation
    {
        Await,
        Raise,
        Cancel,
        RaiseAgain,
    }

    [Fact]
    public void In_every_order_exactly_one_settles_and_the_waiter_is_told_once()
    {
        foreach (Operation[] order in Permutations([Operation.Await, Operation.Raise, Operation.Cancel, Operation.RaiseAgain]))
        {
            CheckOrder(order);
        }
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(6u)]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void A_stale_generation_is_an_answer_and_changes_nothing(uint stale)
    {
        long word = OneshotWord<PlainSync>.Fresh(Generation);
        Assert.Equal(OneshotResult.Stale, OneshotWord<PlainSync>.Raise(ref word, stale, out _));
        Assert.Equal(OneshotResult.Stale, OneshotWord<PlainSync>.Cancel(ref word, stale, out _));
        Assert.Equal(OneshotResult.Stale, OneshotWord<PlainSync>.Await(ref word, stale, Waiter));
        Assert.Equal(OneshotResult.Stale, OneshotWord<PlainSync>.Peek(ref word, stale));
        Assert.Equal(OneshotWord<PlainSync>.Fresh(Generation), word);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    public void Every_generation_works(uint generation)
    {
        long word = OneshotWord<PlainSync>.Fresh(generation);
        Assert.Equal(OneshotResult.Pending, OneshotWord<PlainSync>.Await(ref word, generation, (1 << 30) - 1));
        Assert.Equal(OneshotResult.Pending, OneshotWord<PlainSync>.Peek(ref word, generation));
        Assert.Equal(OneshotResult.Raised, OneshotWord<PlainSync>.Raise(ref word, generation, out int waiter));
        Assert.Equal((1 << 30) - 1, waiter);
        Assert.Equal(OneshotResult.AlreadySettled, OneshotWord<PlainSync>.Cancel(ref word, generation, out waiter));
        Assert.Equal(0, waiter);
        Assert.Equal(OneshotResult.Raised, OneshotWord<PlainSync>.Peek(ref word, generation));
    }

    [Fact]
    public void Threads_that_race_agree_on_one_winner()
    {
        using var race = new ThreadRace();
        race.Run(rounds: 2000);
        Assert.Equal(0, race.Defects);
    }

    private static void CheckOrder(Operation[] order)
    {
        long word = OneshotWord<PlainSync>.Fresh(Generation);
        OneshotResult settled = OneshotResult.Pending;
        int told = 0;
        foreach (Operation operation in order)
        {
            if (operation == Operation.Await)
            {
                OneshotResult seen = OneshotWord<PlainSync>.Await(ref word, Generation, Waiter);
                Assert.Equal(settled, seen);
                told += seen == OneshotResult.Pending ? 0 : 1;
                continue;
            }

            bool raises = operation is Operation.Raise or Operation.RaiseAgain;
            OneshotResult result = raises
                ? OneshotWord<PlainSync>.Raise(ref word, Generation, out int waiter)
                : OneshotWord<PlainSync>.Cancel(ref word, Generation, out waiter);
            told += waiter == Waiter ? 1 : 0;
            OneshotResult own = raises ? OneshotResult.Raised : OneshotResult.Cancelled;
            Assert.Equal(settled == OneshotResult.Pending ? own : OneshotResult.AlreadySettled, result);
            settled = settled == OneshotResult.Pending ? own : settled;
        }

        Assert.Equal(1, told);
        Assert.Equal(settled, OneshotWord<PlainSync>.Peek(ref word, Generation));
    }

    private static IEnumerable<Operation[]> Permutations(Operation[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)])
            .Select(rest => (Operation[])[first, .. rest]));

    // Three threads, one word per round. The judge waits for all three results of a round before it starts the next.
    private sealed class ThreadRace : IDisposable
    {
        private readonly OneshotResult[] results = new OneshotResult[3];
        private readonly int[] waiters = new int[3];
        private readonly Barrier barrier = new(3);
        private long word;
        private uint generation;
        private bool isOver;

        internal int Defects { get; private set; }

        internal void Run(int rounds)
        {
            var raiser = new Thread(() => Loop(1));
            var canceller = new Thread(() => Loop(2));
            raiser.Start();
            canceller.Start();
            for (int round = 0; round < rounds; round++)
            {
                generation = (uint)round + 1;
                word = OneshotWord<RealSync>.Fresh(generation);
                barrier.SignalAndWait();
                Act(0);
                barrier.SignalAndWait();
                Defects += Judge() ? 0 : 1;
            }

            isOver = true;
            barrier.SignalAndWait();
            raiser.Join();
            canceller.Join();
        }

        public void Dispose() => barrier.Dispose();

        private void Loop(int role)
        {
            while (true)
            {
                barrier.SignalAndWait();
                if (isOver)
                {
                    return;
                }

                Act(role);
                barrier.SignalAndWait();
            }
        }

        private void Act(int role)
        {
            results[role] = role switch
            {
                0 => OneshotWord<RealSync>.Await(ref word, generation, Waiter),
                1 => OneshotWord<RealSync>.Raise(ref word, generation, out waiters[1]),
                _ => OneshotWord<RealSync>.Cancel(ref word, generation, out waiters[2]),
            };
        }

        private bool Judge()
        {
            bool raised = results[1] == OneshotResult.Raised && results[2] == OneshotResult.AlreadySettled;
            bool cancelled = results[2] == OneshotResult.Cancelled && results[1] == OneshotResult.AlreadySettled;
            OneshotResult won = raised ? OneshotResult.Raised : OneshotResult.Cancelled;
            bool told = results[0] == OneshotResult.Pending
                ? waiters[raised ? 1 : 2] == Waiter && waiters[raised ? 2 : 1] == 0
                : results[0] == won && waiters[1] == 0 && waiters[2] == 0;
            return raised != cancelled && told && OneshotWord<RealSync>.Peek(ref word, generation) == won;
        }
    }
}
