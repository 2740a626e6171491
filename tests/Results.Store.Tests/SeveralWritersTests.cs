// Several write at once, each with a connection of its own: everybody gets their turn, everything that was committed is there,
// and a reader meanwhile sees whole changes only. Processes that are killed are tested with the program itself
// (StoreCommandTests).

namespace Managarm.Perf.Results.Store.Tests;

public sealed class SeveralWritersTests : IDisposable
{
    private const int Writers = 4;
    private const int Changes = 25;
    private const int RoundsPerChange = 10;

    private readonly StoreSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void Everything_that_was_committed_is_there()
    {
        sample.Put(writer => writer.Put(StoreSample.Campaign));
        int left = Writers;
        OwnThreads.Run(Writers + 1, number =>
        {
            if (number == Writers)
            {
                ReadWhile(() => Volatile.Read(ref left) > 0);
                return;
            }

            try
            {
                Write(number);
            }
            finally
            {
                Interlocked.Decrement(ref left);
            }
        });
        IReadOnlyList<RoundRecord> rounds = sample.Read(store => store.ReadRounds("night-1"));
        IEnumerable<int> expected = Enumerable.Range(1, Writers * Changes * RoundsPerChange);
        Assert.Equal(expected, rounds.Select(each => (int)each.Round));
        RawStore.AssertSound(sample.Store);
    }

    private void ReadWhile(Func<bool> isNeeded)
    {
        do
        {
            Assert.Equal(0, sample.Read(store => store.ReadRounds("night-1")).Count % RoundsPerChange);
        }
        while (isNeeded());
    }

    private void Write(int number)
    {
        using ResultsStore store = ResultsStore.Open(sample.Store, OpenMode.Write);
        for (int change = 0; change < Changes; change++)
        {
            using StoreWriter writer = store.Begin($"writer {number}");
            int first = ((number * Changes) + change) * RoundsPerChange;
            for (int round = 1; round <= RoundsPerChange; round++)
            {
                writer.Put(StoreSample.Round with { Round = first + round });
            }

            writer.Commit();
        }
    }
}
