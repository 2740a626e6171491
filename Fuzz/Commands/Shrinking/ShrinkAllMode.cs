// `shrink --all`: shrinks every finding of a directory from what it was when it was found, writes nothing, and prints a table of
// what it took: sizes before and after, candidates, runs, memo hits, seconds; with --verify also whether each is minimal. The
// directory holds finding folders, or files of the bank of windows.

using System.Globalization;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Shrinking;

/// <summary>Shrinks many findings.</summary>
internal sealed class ShrinkAllMode
{
    private readonly CommandContext context;
    private readonly int jobs;
    private readonly bool verifies;

    internal ShrinkAllMode(CommandContext context, int jobs, bool verifies)
    {
        this.context = context;
        this.jobs = jobs;
        this.verifies = verifies;
    }

    /// <summary>Shrinks the findings of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="asJson">Whether the table is a document.</param>
    /// <returns>Exit code: findings when one is not minimal.</returns>
    internal int Run(string directory, bool asJson)
    {
        var rows = new List<ShrinkRow>();
        foreach (ShrinkSubject subject in Subjects(directory))
        {
            string doing = verifies ? "shrinking and checking" : "shrinking";
            context.Progress.Say($"{doing} finding {rows.Count + 1}, {subject.Name}");
            using (subject)
            {
                rows.Add(Shrink(subject));
            }

            if (context.Stop.IsCancellationRequested)
            {
                break;
            }
        }

        if (rows.Count == 0)
        {
            throw CommandException.BadInput("FINDING", $"there is no finding in '{directory}'");
        }

        Print(rows, asJson);
        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted; the last line of the table is of a finding that could be smaller");
            return CommandExit.Interrupted;
        }

        return rows.Exists(row => row.Surviving.Count > 0) ? CommandExit.Findings : CommandExit.Clean;
    }

    private IEnumerable<ShrinkSubject> Subjects(string directory)
    {
        string[] folders = [.. Directory.GetDirectories(directory)
            .Where(folder => File.Exists(Path.Combine(folder, FindingWriter.DocumentName))).Order(StringComparer.Ordinal)];
        foreach (string folder in folders)
        {
            string found = Path.Combine(folder, FindingWriter.FoundName);
            string file = File.Exists(found) ? found : folder;
            yield return ShrinkSubject.Of(Path.GetFileName(folder), FindingInput.Read(file, context), jobs, defects: null);
        }

        if (folders.Length == 0)
        {
            foreach (KnownWindow window in WindowBank.Read(directory, "FINDING").Where(window => !window.IsBenign))
            {
                yield return ShrinkSubject.Of(window, jobs);
            }
        }
    }

    private ShrinkRow Shrink(ShrinkSubject subject)
    {
        Violation violation = subject.Replay();
        if (violation.IsNone)
        {
            throw CommandException.BadInput(subject.Name, "nothing is violated under its schedule");
        }

        ShrinkResult shrunk = new Shrinker(subject.Runners, subject.Defects).Shrink(
            subject.Scenario, subject.Schedule, violation);
        Verify.That(shrunk.Reproduces, "a shrunk finding does not reproduce");
        string text = ScenarioFormatter.Format(shrunk.Scenario);
        MinimalityReport? report = verifies
            ? MinimalityCheck.Of(subject.Runners[0], shrunk.Scenario, shrunk.Schedule, subject.Defects)
            : null;
        return new ShrinkRow(subject.Name, text, shrunk.Effort, report?.Surviving ?? []);
    }

    private void Print(List<ShrinkRow> rows, bool asJson)
    {
        if (asJson)
        {
            ShrinkDocument.Write(context.Output, rows, jobs);
            return;
        }

        var table = new TextTable("finding", ">before", ">after", ">candidates", ">memo hits", ">runs", ">seconds");
        foreach (ShrinkRow row in rows)
        {
            table.Add(
                row.Name, row.Effort.Before.ToShortText(), row.Effort.After.ToShortText(), Text(row.Effort.Candidates),
                Text(row.Effort.MemoHits), Text(row.Effort.Runs), Seconds(row.Effort.Elapsed));
        }

        table.Print(context.Output);
        foreach (ShrinkRow row in rows)
        {
            foreach (string what in row.Surviving)
            {
                context.Output.WriteLine($"{row.Name}: still violated without {what}");
            }
        }

        context.Output.WriteLine(
            $"{Plural.Of(rows.Count, "finding")}, sizes in calls/parties/signals/deviations/arguments/ticks; "
            + $"{Text(rows.Sum(row => row.Effort.Candidates))} candidates, {Text(rows.Sum(row => row.Effort.Runs))} runs, "
            + $"{Seconds(TimeSpan.FromTicks(rows.Sum(row => row.Effort.Elapsed.Ticks)))} s"
            + (verifies ? $", {rows.Count(row => row.Surviving.Count == 0)} minimal" : ""));
    }

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}

// A row of the table of `shrink --all`. It holds text rather than a scenario, since the shrinker owns that until its next use.
/// <summary>What became of one finding.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Scenario">What is left, in normal form.</param>
/// <param name="Effort">What it took.</param>
/// <param name="Surviving">Single deletions that still show the violation; empty when it is minimal or was not checked.</param>
internal sealed record ShrinkRow(string Name, string Scenario, ShrinkEffort Effort, IReadOnlyList<string> Surviving);
