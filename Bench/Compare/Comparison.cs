// Compares two workloads, or the same workloads of two revisions, by contests of two.

using Managarm.Perf.Bench.Runner;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Statistics;

namespace Managarm.Perf.Bench.Compare;

/// <summary>Runs the contests of `compare`.</summary>
internal sealed class Comparison : IDisposable
{
    // One for each subject, chosen for the places that most changes go through.
    private static readonly string[] DefaultWorkloads =
    [
        "ring-same-thread-spsc", "event-word", "event-await-world", "token-unregister-world", "coroutine-call-model-task",
        "run-coroutines",
    ];

    private readonly CompareOptions options;
    private readonly CancellationToken stop;
    private readonly List<Revision> revisions = [];
    private readonly List<(Contestant First, Contestant Second)> pairs = [];

    private Comparison(CompareOptions options, CancellationToken stop)
    {
        this.options = options;
        this.stop = stop;
    }

    /// <summary>Finds out what is compared; builds revisions.</summary>
    /// <param name="options">What the user asked for.</param>
    /// <param name="progress">Told what takes long.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ChildException">A name means nothing, or a revision cannot be measured.</exception>
    internal static Comparison Prepare(CompareOptions options, Action<string> progress, CancellationToken stop)
    {
        var comparison = new Comparison(options, stop);
        try
        {
            comparison.Resolve(progress);
            return comparison;
        }
        catch
        {
            comparison.Dispose();
            throw;
        }
    }

    /// <summary>Measures all pairs, as often as was asked.</summary>
    /// <param name="progress">Told what is measured.</param>
    /// <param name="finished">Told of each that is finished.</param>
    /// <returns>The outcome; what was finished when it ended early.</returns>
    internal CompareReport Measure(Action<string> progress, Action<ComparisonLine> finished)
    {
        var lines = new List<ComparisonLine>();
        bool isPinned = true;
        for (int repetition = 0; repetition < options.Repeat; repetition++)
        {
            foreach ((Contestant first, Contestant second) in pairs)
            {
                progress($"measuring {first.Name} and {second.Name}");
                if (TryMeasure(first, second) is not { } result)
                {
                    return Report(isPinned, lines);
                }

                isPinned &= result.IsPinned;
                lines.Add(LineOf(first, second, result));
                finished(lines[^1]);
            }
        }

        return Report(isPinned, lines);
    }

    private CompareReport Report(bool isPinned, List<ComparisonLine> lines) =>
        new(1, options.First, options.Second, options.MarginPercent, isPinned, lines);

    private ContestResult? TryMeasure(Contestant first, Contestant second)
    {
        try
        {
            return Contest.Measure([first, second], options.Launches, options.Seconds, stop);
        }
        catch (ChildException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => revisions.ForEach(revision => revision.Dispose());

    private void Resolve(Action<string> progress)
    {
        bool isFirstWorkload = WorkloadCatalog.Names.Contains(options.First);
        if (isFirstWorkload != WorkloadCatalog.Names.Contains(options.Second))
        {
            string other = isFirstWorkload ? options.Second : options.First;
            throw new ChildException(
                $"'{other}' is not a workload: compare two workloads or two revisions", CommandExit.BadInput);
        }

        if (isFirstWorkload)
        {
            Contestant slowed = Contestant.Of(options.Second) with { SlowDownPercent = options.SlowDownPercent };
            pairs.Add((Contestant.Of(options.First), slowed));
            return;
        }

        string firstCommit = Commit(options.First);
        string secondCommit = Commit(options.Second);
        ChildProgram first = Build(firstCommit, progress);
        ChildProgram second = firstCommit == secondCommit ? first : Build(secondCommit, progress);
        foreach (string workload in options.Workloads.Count > 0 ? options.Workloads : DefaultWorkloads)
        {
            pairs.Add((
                new Contestant($"{workload} of {options.First}", first, workload),
                new Contestant($"{workload} of {options.Second}", second, workload, options.SlowDownPercent)));
        }
    }

    private static string Commit(string name) => Revision.Resolve(name)
        ?? throw new ChildException($"'{name}' is neither a workload (see list) nor a git revision", CommandExit.BadInput);

    private ChildProgram Build(string commit, Action<string> progress)
    {
        progress($"building {commit[..12]}");
        revisions.Add(Revision.Build(commit, options.DataRoot, stop));
        return revisions[^1].Program;
    }

    private ComparisonLine LineOf(Contestant first, Contestant second, ContestResult result)
    {
        RatioInterval ratio = result.Table.Ratio(1, 0);
        var verdict = Verdict.Of(ratio, options.MarginPercent / 100);
        return new ComparisonLine(
            first.Workload,
            second.Workload,
            result.Table.Nanoseconds(0),
            result.Table.Nanoseconds(1),
            result.BytesPerOperation[0],
            result.BytesPerOperation[1],
            ratio.Estimate,
            ratio.Lower,
            ratio.Upper,
            result.Table.Launches,
            result.Table.Rounds,
            verdict.Answer.ToString(),
            verdict.MoreLaunches);
    }
}

// The options of `compare`, as one value: what the user asked for, checked for its form but not yet for its meaning.
/// <summary>What to compare, and how.</summary>
/// <param name="First">The reference: a workload or a git revision.</param>
/// <param name="Second">What is compared with it: the same kind.</param>
/// <param name="Workloads">Workloads to measure of each revision.</param>
/// <param name="Seconds">About how long one comparison may take.</param>
/// <param name="Launches">Launches of each comparison.</param>
/// <param name="MarginPercent">Difference that does not matter.</param>
/// <param name="SlowDownPercent">Planted slow-down of the second side.</param>
/// <param name="Repeat">How often to compare.</param>
/// <param name="DataRoot">Where revisions are built.</param>
internal sealed record CompareOptions(
    string First,
    string Second,
    IReadOnlyList<string> Workloads,
    double Seconds,
    int Launches,
    double MarginPercent,
    int SlowDownPercent,
    int Repeat,
    string DataRoot);
