// Which entries are enough: a weighted set cover. Greedy: the entry that shows the most features not yet covered for a step is
// taken, then the next; of equals the one with fewer calls, then fewer bytes, then the lesser hash, so that the choice does not
// depend on the order of the files. What the greedy choice has taken too early is removed at the end, the dearest first, when
// the others show all that it shows. Nothing that somebody shows is lost; that the result is the smallest is not promised.

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Chooses entries.</summary>
internal static class SetCover
{
    /// <summary>Chooses.</summary>
    /// <param name="entries">All entries.</param>
    /// <returns>Those that are enough, in their order.</returns>
    internal static IReadOnlyList<MeasuredEntry> Choose(IReadOnlyList<MeasuredEntry> entries)
    {
        List<int> chosen = ChooseGreedily(entries);
        int[] counts = FeatureCounts.Of(chosen.Select(number => entries[number]));
        chosen.Sort((left, right) => CompareCosts(entries[right], entries[left]));
        var kept = new List<int>();
        foreach (int number in chosen)
        {
            ushort[] features = entries[number].Features;
            if (Array.TrueForAll(features, feature => counts[feature] > 1))
            {
                Array.ForEach(features, feature => counts[feature]--);
            }
            else
            {
                kept.Add(number);
            }
        }

        kept.Sort();
        return [.. kept.Select(number => entries[number])];
    }

    /// <summary>Gains only shrink, so an entry whose gain is still what it was when it was queued is the best.</summary>
    private static List<int> ChooseGreedily(IReadOnlyList<MeasuredEntry> entries)
    {
        var queue = new PriorityQueue<int, Offer>(Comparer<Offer>.Create(Compare));
        for (int number = 0; number < entries.Count; number++)
        {
            queue.Enqueue(number, new Offer(entries[number], entries[number].Features.Length));
        }

        var isCovered = new bool[FeatureCounts.Room];
        var chosen = new List<int>();
        while (queue.TryDequeue(out int number, out Offer offer))
        {
            int gain = offer.Entry.Features.Count(feature => !isCovered[feature]);
            if (gain == 0)
            {
                continue;
            }

            if (gain < offer.Gain)
            {
                queue.Enqueue(number, offer with { Gain = gain });
                continue;
            }

            chosen.Add(number);
            Array.ForEach(offer.Entry.Features, feature => isCovered[feature] = true);
        }

        return chosen;
    }

    private static int Compare(Offer left, Offer right)
    {
        // More features for a step come first: left.Gain / left.Steps against right.Gain / right.Steps, without rounding.
        Int128 mine = (Int128)left.Gain * right.Entry.Steps;
        Int128 other = (Int128)right.Gain * left.Entry.Steps;
        return mine != other ? other.CompareTo(mine) : CompareCosts(left.Entry, right.Entry);
    }

    private static int CompareCosts(MeasuredEntry left, MeasuredEntry right) =>
        (left.Steps, left.Calls, left.Bytes, left.Hash).CompareTo((right.Steps, right.Calls, right.Bytes, right.Hash));

    private readonly record struct Offer(MeasuredEntry Entry, int Gain);
}
