// Where a campaign keeps what it has seen and not shrunk yet: one scenario file per violation, with the schedule of its run, so
// that `shrink FILE` goes on where the campaign stopped. Empty after a campaign that came to its end.

using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Violations that wait for being shrunk.</summary>
/// <param name="directory">The folder.</param>
/// <param name="options">Settings of the campaign.</param>
internal sealed class PendingFolder(string directory, CampaignOptions options)
{
    /// <summary>Writes a violation.</summary>
    /// <param name="violation">The violation.</param>
    internal void Add(PendingViolation violation)
    {
        var text = new StringBuilder();
        Invariant invariant = violation.Violation.Invariant;
        text.Append("# Violates ").Append(Invariants.NameOf(invariant)).Append(": ");
        text.Append(Invariants.SentenceOf(invariant)).Append('\n');
        text.Append($"# Seen in run {violation.RunIndex} of a campaign with --seed {options.Seed}; not shrunk.\n");
        PlantedComment.Append(text, options.Defects);

        Directory.CreateDirectory(directory);
        AtomicFile.Write(PathOf(violation), text.Append(violation.File.Format()).ToString());
    }

    /// <summary>Removes a violation that was shrunk.</summary>
    /// <param name="violation">The violation.</param>
    internal void Remove(PendingViolation violation) => File.Delete(PathOf(violation));

    private string PathOf(PendingViolation violation)
    {
        var name = new StringBuilder(FindingWriter.ShortNameOf(violation.Protocol));
        name.Append('-').Append(Invariants.NameOf(violation.Violation.Invariant));
        if (violation.Violation.Kind != CallKind.None)
        {
            name.Append('-').Append(CallTable.Of(violation.Violation.Kind).Name);
        }

        name.Append($"-seed{options.Seed}-run{violation.RunIndex}.scn");
        return Path.Combine(directory, name.ToString());
    }
}
