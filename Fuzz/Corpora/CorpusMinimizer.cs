// A smaller corpus with the same features. The entries that are kept are copied as they stand, measured again where they were
// copied to, and put in place only when they show every feature that all entries showed. Without a place of its own the new
// corpus replaces the old one, which is refused where that would lose something: files that are no scenarios, damaged ones, or
// the corpus of a campaign, whose state counts its files.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Fuzz.Campaigns;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Makes corpora smaller.</summary>
internal static class CorpusMinimizer
{
    /// <summary>Makes a corpus smaller.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="place">Where the smaller one is to be; null to replace it.</param>
    /// <param name="options">How it is measured.</param>
    /// <param name="stop">Ends it; then nothing has changed.</param>
    internal static MinimizeReport Run(CorpusFolder corpus, string? place, MeasureOptions options, CancellationToken stop)
    {
        if (place is null)
        {
            RequireReplaceable(corpus);
        }
        else
        {
            NewFolder.RequireFree(place);
        }

        CorpusMeasured before = CorpusMeasure.Run(corpus.Files, options, stop);
        if (before.Damages.Count > 0)
        {
            throw new CorpusException(before.Damages[0]);
        }

        IReadOnlyList<MeasuredEntry> kept = SetCover.Choose(before.Entries);
        using NewFolder folder = place is null ? NewFolder.Replace(corpus.Root) : NewFolder.Create(place);
        var copies = new List<string>();
        foreach (MeasuredEntry entry in kept)
        {
            stop.ThrowIfCancellationRequested();
            string copy = Path.Combine(folder.Location, Path.GetRelativePath(corpus.Root, entry.Path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(entry.Path, copy);
            copies.Add(copy);
        }

        CorpusMeasured after = CorpusMeasure.Run(copies, options, stop);
        var report = new MinimizeReport(CorpusTotals.Of(before.Entries), CorpusTotals.Of(after.Entries));
        bool isWhole = before.CountFeatures().Zip(after.CountFeatures()).All(static pair => pair.First == 0 || pair.Second > 0);
        Verify.That(isWhole, "the smaller corpus lacks a feature of the larger one");
        folder.Commit();
        return report;
    }

    private static void RequireReplaceable(CorpusFolder corpus)
    {
        if (corpus.Campaign is not null)
        {
            throw new CorpusException(
                $"{corpus.Root}: the corpus belongs to the campaign in {corpus.CampaignRoot}, which counts its files; give -o");
        }

        string? foreign = Directory.EnumerateFiles(corpus.Root, "*", SearchOption.AllDirectories)
            .FirstOrDefault(static file => Path.GetExtension(file) != CorpusStore.Extension);
        if (foreign is not null)
        {
            throw new CorpusException($"{foreign}: this is no scenario, and would be lost where the corpus is replaced; give -o");
        }
    }
}

/// <summary>A corpus before and after.</summary>
/// <param name="Before">All entries.</param>
/// <param name="After">Those that were kept.</param>
internal sealed record MinimizeReport(CorpusTotals Before, CorpusTotals After);

/// <summary>Sums over entries.</summary>
/// <param name="Entries">Entries.</param>
/// <param name="Features">Features that at least one shows.</param>
/// <param name="Single">Features that exactly one shows.</param>
/// <param name="Steps">Steps of all runs.</param>
/// <param name="Bytes">Length of all files.</param>
internal sealed record CorpusTotals(int Entries, int Features, int Single, long Steps, long Bytes)
{
    /// <summary>Sums.</summary>
    /// <param name="entries">The entries.</param>
    internal static CorpusTotals Of(IReadOnlyList<MeasuredEntry> entries)
    {
        int[] counts = FeatureCounts.Of(entries);
        return new CorpusTotals(
            entries.Count, counts.Count(static count => count > 0), counts.Count(static count => count == 1),
            entries.Sum(static entry => entry.Steps), entries.Sum(static entry => entry.Bytes));
    }
}
