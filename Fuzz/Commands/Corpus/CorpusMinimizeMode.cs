// `corpus minimize`: the corpus before and after in one table, so that everybody sees what was gained and that nothing was lost.

using Managarm.Perf.Fuzz.Corpora;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Corpus;

/// <summary>Makes a corpus smaller.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CorpusMinimizeMode(CommandContext context)
{
    /// <summary>Makes a corpus smaller.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="place">Where the smaller one is to be; null to replace it.</param>
    /// <param name="options">How it is measured.</param>
    /// <returns>Exit code.</returns>
    internal int Run(CorpusFolder corpus, string? place, MeasureOptions options)
    {
        MinimizeReport report = CorpusMinimizer.Run(corpus, place, options, context.Stop);
        var table = new TextTable("", ">scenarios", ">features", ">steps", ">bytes");
        Add(table, "before", report.Before);
        Add(table, "after", report.After);
        table.Print(context.Output);
        context.Output.WriteLine(
            $"{place ?? corpus.Root}: measured again, all {Plural.Of(report.After.Features, "feature")} are kept");
        return CommandExit.Clean;
    }

    private static void Add(TextTable table, string name, CorpusTotals totals) => table.Add(
        name, TextTable.Count(totals.Entries), TextTable.Count(totals.Features), TextTable.Count(totals.Steps),
        TextTable.Count(totals.Bytes));
}
