// A corpus as the bytes that fuzzing engines start from: a file for each scenario, called by the scenario's hash. Bytes hold no
// names, comments or schedule lines, so what is imported again has the standard names.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Exports corpora.</summary>
internal static class CorpusExport
{
    /// <summary>Exports.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="place">Where the files are to be.</param>
    /// <param name="stop">Ends it; then nothing is there.</param>
    /// <returns>Number of files written.</returns>
    internal static int Run(CorpusFolder corpus, string place, CancellationToken stop)
    {
        using NewFolder folder = NewFolder.Create(place);
        var parser = new ScenarioParser();
        var present = new HashSet<ulong>();
        var bytes = new byte[ScenarioCodec.MaximumLength];
        var schedule = new Schedule();
        foreach (string file in corpus.Files)
        {
            stop.ThrowIfCancellationRequested();
            ScenarioSource source = CorpusFolder.ReadWhole(parser, file);
            ulong hash = ScenarioHash.Of(source.File.Scenario);
            if (present.Add(hash))
            {
                int length = ScenarioCodec.Encode(source.File.Scenario, schedule, bytes);
                folder.Write(CorpusFolder.NameOf(hash), bytes.AsSpan(0, length));
            }
        }

        folder.Commit();
        return present.Count;
    }
}
