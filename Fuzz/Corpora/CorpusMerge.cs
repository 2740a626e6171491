// Several corpora as one: each scenario once, those of the first corpus first, each in the order of its files. Files are called
// by their number and the scenario's hash, so that the order is that of the names, and are copied as they stand, with what
// their first lines say of where they come from.

using System.Globalization;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Merges corpora.</summary>
internal static class CorpusMerge
{
    /// <summary>Merges.</summary>
    /// <param name="folders">The corpora, in their order.</param>
    /// <param name="place">Where the new one is to be.</param>
    /// <param name="stop">Ends it; then nothing is there.</param>
    /// <returns>Of each corpus, the scenarios that it added.</returns>
    internal static IReadOnlyList<int> Run(IReadOnlyList<CorpusFolder> folders, string place, CancellationToken stop)
    {
        using NewFolder folder = NewFolder.Create(place);
        var parser = new ScenarioParser();
        var present = new HashSet<ulong>();
        var added = new List<int>();
        foreach (CorpusFolder corpus in folders)
        {
            int before = present.Count;
            foreach (string file in corpus.Files)
            {
                stop.ThrowIfCancellationRequested();
                ScenarioSource source = CorpusFolder.ReadWhole(parser, file);
                ulong hash = ScenarioHash.Of(source.File.Scenario);
                if (present.Add(hash))
                {
                    string number = (present.Count - 1).ToString("000000", CultureInfo.InvariantCulture);
                    string name = $"{number}-{CorpusFolder.NameOf(hash)}{CorpusStore.Extension}";
                    File.Copy(file, Path.Combine(folder.Location, name));
                }
            }

            added.Add(present.Count - before);
        }

        folder.Commit();
        return added;
    }
}
