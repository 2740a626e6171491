// From the document of `defects hunt` to records of the store: one per defect, all with the document's provenance, which names
// them. A document without one cannot be kept, since nobody could tell it from another.

using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Reads hunts for the store.</summary>
internal static class HuntImport
{
    /// <summary>Reads a document.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="CommandException">It is no such document, or says something that cannot be.</exception>
    internal static IReadOnlyList<HuntRecord> Read(string path)
    {
        DefectHuntRecord hunt = DefectHuntRecord.Read(path);
        ProvenanceRecord provenance = hunt.Provenance
            ?? throw CommandException.BadInput(path, "the document does not say where it comes from");
        long bound = hunt.Bound <= long.MaxValue
            ? (long)hunt.Bound
            : throw CommandException.BadInput(path, $"runsAtMost is {hunt.Bound}, more than a hunt can make");
        return [.. hunt.Results.Select(each => new HuntRecord
        {
            Provenance = provenance,
            Defect = each.Name,
            Protocol = each.Protocol,
            Profile = each.Profile,
            Corpus = hunt.Corpus,
            RunsAtMost = bound,
            Attempts = AttemptsOf(path, each),
        })];
    }

    private static HuntAttemptRecord[] AttemptsOf(string path, DefectHuntResult result)
    {
        IReadOnlyList<HuntAttempt> attempts = result.Tally.Attempts;
        return attempts.DistinctBy(each => each.Seed).Count() == attempts.Count
            ? [.. attempts.Select(each => new HuntAttemptRecord(each.Seed, (long)each.Runs, each.IsFound))]
            : throw CommandException.BadInput(path, $"{result.Name} has two attempts with one seed");
    }
}
