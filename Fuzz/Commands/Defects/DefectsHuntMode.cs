// `defects hunt`: how many runs of a campaign each planted defect takes, over all master seeds. A hunt takes long, so each defect
// is told when it is done, and what is done is kept when the hunt is interrupted.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Defects;

/// <summary>Hunts planted defects.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class DefectsHuntMode(CommandContext context)
{
    /// <summary>Hunts.</summary>
    /// <param name="defects">The defects.</param>
    /// <param name="options">Settings.</param>
    /// <param name="path">File for the result, or null.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<Defect> defects, DefectHuntOptions options, string? path, bool asJson)
    {
        var progress = new ProgressLines(context.Error, defects.Count);
        IReadOnlyList<DefectHuntResult> results = DefectHunt.Run(defects, options, progress, context.Stop);
        var record = new DefectHuntRecord(Describe(options), options.Runs, results);
        if (path is not null)
        {
            using var file = new StreamWriter(path);
            record.Write(file);
        }

        if (asJson)
        {
            record.Write(context.Output);
        }
        else
        {
            Print(record, options);
        }

        if (!context.Stop.IsCancellationRequested)
        {
            return CommandExit.Clean;
        }

        context.Error.WriteLine($"interrupted; {results.Count} of {defects.Count} defects were finished");
        return CommandExit.Interrupted;
    }

    /// <summary>What the hunt began from and how it differs from a campaign, so that nobody takes its figures for a
    /// campaign's.</summary>
    private static string Describe(DefectHuntOptions options)
    {
        string corpus = options.CorpusDirectory is null ? "empty" : options.CorpusDirectory.Replace('\\', '/');
        return corpus + (options.HasFeedback ? "" : " without feedback") + (options.IsTogether ? ", all planted at once" : "");
    }

    private void Print(DefectHuntRecord record, DefectHuntOptions options)
    {
        var table = new TextTable("defect", "protocol", ">found", ">median", ">worst", ">runs");
        foreach (DefectHuntResult each in record.Results)
        {
            HuntTally tally = each.Tally;
            table.Add(
                each.Name, each.Protocol, $"{tally.Found}/{tally.Attempts.Count}", tally.Describe(tally.Median),
                tally.Describe(tally.Worst), TextTable.Count((long)tally.Runs));
        }

        table.Print(context.Output);
        int foundByAll = record.Results.Count(each => each.Tally.Worst is not null);
        context.Output.WriteLine(
            $"{foundByAll} of {record.Results.Count} found by all seeds; corpus {record.Corpus}, {options.Seeds} seeds, at most "
            + $"{TextTable.Count((long)options.Runs)} runs each");
    }

    /// <summary>A line per finished defect.</summary>
    private sealed class ProgressLines(TextWriter error, int count) : IProgress<DefectHuntResult>
    {
        private readonly Lock gate = new();
        private int done;

        public void Report(DefectHuntResult value)
        {
            lock (gate)
            {
                done++;
                error.WriteLine(
                    $"{done}/{count} {value.Name}: {value.Tally.Found}/{value.Tally.Attempts.Count}, median "
                    + value.Tally.Describe(value.Tally.Median));
            }
        }
    }
}
