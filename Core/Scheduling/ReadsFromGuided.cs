// RFF, fuzzing over who reads from whom (Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox Fuzzing for Concurrency Testing",
// ASPLOS 2024). A corpus holds abstract schedules; a run takes one, changes it, and samples a schedule that meets it where it
// can. What gave a pair of writer and reader that no run had shown goes into the corpus. Entries take turns by AFLFast's
// cut-off exponential schedule: those whose set of pairs is more frequent than the mean are passed over, the others get twice
// as many children each time. One run in four has no constraints at all, so the search is never much worse than the partial
// order sampling below it. What a run does depends on all runs before it since the start of the search.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Sampling guided by reads-from pairs.</summary>
public sealed class ReadsFromGuided : IScheduleStrategy
{
    private const int CorpusCapacity = 256;
    private const int KnownCapacity = 8192;
    private const int ChildrenMax = 32;

    private readonly PartialOrderSampling sampling = new();
    private readonly ReadsFromTracker tracker = new();
    private readonly AbstractSchedule current = new();
    private readonly AbstractSchedule[] corpus = new AbstractSchedule[CorpusCapacity];
    private readonly ulong[] signatures = new ulong[CorpusCapacity];
    private readonly int[] turns = new int[CorpusCapacity];
    private readonly WordCounts knownPairs = new(KnownCapacity * 2);
    private readonly ReadsFromPair[] known = new ReadsFromPair[KnownCapacity];
    private readonly WordCounts runsBySignature = new(KnownCapacity);
    private World? world;
    private Prng random;
    private uint runs;
    private int knownCount;
    private int corpusCount;
    private int replaced;
    private int chosen;
    private int childrenLeft;

    /// <summary>Allocates all that a search needs.</summary>
    public ReadsFromGuided()
    {
        for (int i = 0; i < CorpusCapacity; i++)
        {
            corpus[i] = new AbstractSchedule();
        }
    }

    /// <summary>Different pairs that the search has shown so far.</summary>
    public ReadOnlySpan<ReadsFromPair> Known => known.AsSpan(0, knownCount);

    /// <summary>Different sets of pairs that runs have shown so far.</summary>
    public int Combinations => runsBySignature.Distinct;

    /// <summary>Starts a search.</summary>
    /// <param name="searchWorld">World of its runs; its access log must be on.</param>
    public void Restart(World searchWorld)
    {
        world = searchWorld;
        knownPairs.Clear();
        runsBySignature.Clear();
        runs = 0;
        knownCount = corpusCount = replaced = chosen = childrenLeft = 0;
    }

    /// <summary>Draws the abstract schedule of the next run and starts its stream of decisions.</summary>
    /// <param name="seed">Seed.</param>
    public void Seed(ulong seed)
    {
        Verify.That(world is not null, "the search has no world");
        random = new Prng(seed);
        sampling.Seed(random.NextUInt64(), world);
        current.Clear();
        if (corpusCount == 0 || random.NextBelow(4) == 0)
        {
            return;
        }

        Choose();
        current.CopyFrom(corpus[chosen]);
        for (uint changes = 1 + random.NextBelow(2); changes > 0; changes--)
        {
            current.Mutate(ref random, Known);
        }
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        Verify.That(world is not null, "the search has no world");
        sampling.Begin(partyCount);
        tracker.Begin(world);
        current.Begin();
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        sampling.Draw(decision.EnabledMask);
        tracker.Advance(current);
        uint free = decision.EnabledMask & ~current.Delayed(decision.EnabledMask, world!.Scheduler.StepLog, tracker);
        return sampling.Highest(free != 0 ? free : decision.EnabledMask);
    }

    /// <inheritdoc/>
    public void End()
    {
        tracker.Advance(current);
        ulong signature = 0;
        bool isNovel = false;
        foreach (ReadsFromPair pair in tracker.Pairs)
        {
            signature += Prng.Derive(pair.Word, 1);
            if (knownCount < KnownCapacity && knownPairs.Add(pair.Word) == 1)
            {
                known[knownCount++] = pair;
                isNovel = true;
            }
        }

        runs++;
        runsBySignature.Add(signature);
        if (isNovel)
        {
            Keep(signature);
        }
    }

    private void Keep(ulong signature)
    {
        int slot = corpusCount < CorpusCapacity ? corpusCount++ : replaced++ % CorpusCapacity;
        corpus[slot].CopyFrom(current);
        signatures[slot] = signature;
        turns[slot] = 0;
    }

    private void Choose()
    {
        if (childrenLeft-- > 0)
        {
            return;
        }

        uint mean = runs / (uint)Math.Max(runsBySignature.Distinct, 1);
        for (int tries = 0; tries < corpusCount; tries++)
        {
            chosen = (chosen + 1) % corpusCount;
            if (runsBySignature[signatures[chosen]] <= mean)
            {
                break;
            }
        }

        childrenLeft = Math.Min(1 << Math.Min(turns[chosen]++, 16), ChildrenMax) - 1;
    }
}
