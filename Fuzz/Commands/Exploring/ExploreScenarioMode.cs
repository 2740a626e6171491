// `explore FILE`: every distinguishable interleaving of a scenario under one protocol or several. What is clean and complete gets
// a certificate in the data root; what is violated is shrunk, written and told like any finding; what is too large is stopped at
// the bound, says how much it has seen, and goes on with --resume. A certificate is a FILE, too: it is checked again.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Exploring;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Exploring;

/// <summary>Explores scenarios for the command.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class ExploreScenarioMode(CommandContext context)
{
    /// <summary>Where certificates are kept in the data root.</summary>
    internal const string CertificateDirectory = "certificates";

    private const string StateDirectory = "explorations";

    private const string FindingDirectory = "findings";

    private readonly List<Row> rows = [];

    /// <summary>Protocols to explore under; empty: the schedule line's, else tristate.</summary>
    internal required IReadOnlyList<IProtocol> Protocols { get; init; }

    /// <summary>Profile, or null for the schedule line's, else managarm.</summary>
    internal required Profile? Rules { get; init; }

    /// <summary>Defects, or null for those of the finding.</summary>
    internal required DefectSet? Defects { get; init; }

    /// <summary>Runs at most per exploration.</summary>
    internal required long RunsMax { get; init; }

    /// <summary>How much is left out.</summary>
    internal required Reduction Reduction { get; init; }

    /// <summary>Whether a stopped search goes on.</summary>
    internal required bool Resumes { get; init; }

    /// <summary>Runs that are shuffled first to see that equal orders are equal.</summary>
    internal required int AuditRuns { get; init; }

    /// <summary>The data root.</summary>
    internal required string DataDirectory { get; init; }

    /// <summary>Whether one document is asked for.</summary>
    internal required bool AsJson { get; init; }

    /// <summary>Where the outcomes are written.</summary>
    internal IReadOnlyList<string> Directories =>
    [
        Path.Combine(DataDirectory, StateDirectory), Path.Combine(DataDirectory, CertificateDirectory),
        Path.Combine(DataDirectory, FindingDirectory),
    ];

    /// <summary>Explores.</summary>
    /// <param name="paths">Scenario files, folders of findings, or certificates.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<string> paths)
    {
        ExploreAll(ReadAll(paths));
        if (rows.Exists(static row => row.IsBad))
        {
            return CommandExit.Findings;
        }

        if (rows.Count > 0 && rows.TrueForAll(static row => row.IsNotExplored))
        {
            throw CommandException.BadInput(rows[0].Name, "cannot be explored: its machine has an HPET for deadlines");
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted; --resume goes on with what was not finished");
            return CommandExit.Interrupted;
        }

        return CommandExit.Clean;
    }

    /// <summary>Reads all, so that the mistakes of every file are told before the first search.</summary>
    private List<ExploreSubject> ReadAll(IReadOnlyList<string> paths)
    {
        List<ExploreSubject> subjects = [];
        List<string> mistakes = [];
        foreach (string path in paths)
        {
            try
            {
                subjects.AddRange(
                    path.EndsWith(".json", StringComparison.Ordinal) ? [ReadCertificate(path)] : ReadScenario(path));
            }
            catch (Exception failure) when (failure is CorpusException or CommandException { ExitCode: CommandExit.BadInput })
            {
                mistakes.AddRange(failure.Message.Split('\n'));
            }
        }

        return mistakes.Count == 0 ? subjects : throw CommandException.BadScenario(mistakes);
    }

    /// <summary>Explores all, and prints what is done whatever becomes of the rest.</summary>
    private void ExploreAll(List<ExploreSubject> subjects)
    {
        try
        {
            foreach (ExploreSubject subject in subjects)
            {
                rows.Add(Explore(subject));
                if (context.Stop.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        finally
        {
            Print();
        }

        if (AuditRuns > 0 && !AsJson)
        {
            context.Output.WriteLine($"audit: {AuditRuns} shuffled runs of each, and orders that are declared equal were equal");
        }
    }

    private IEnumerable<ExploreSubject> ReadScenario(string path)
    {
        FindingInput input = FindingInput.Read(path, context);
        if (input.File.Scenario.CallCount == 0)
        {
            throw CommandException.BadInput(input.Path, "the scenario has no calls");
        }

        IReadOnlyList<IProtocol> protocols = Protocols;
        Profile rules = Rules ?? Profile.Managarm;
        if (input.File.Schedule.IsPresent)
        {
            FindingInput.Refuse(input.Fit.FindProtocol(out IProtocol named));
            FindingInput.Refuse(input.Fit.FindProfile(out Profile namedRules));
            protocols = protocols.Count == 0 ? [named] : protocols;
            rules = Rules ?? namedRules;
        }

        protocols = protocols.Count == 0 ? [NamedThings.FindProtocol("--protocol", "tristate")] : protocols;
        return protocols.Select(protocol => new ExploreSubject(
            input.Path, input.File.Scenario, protocol, rules, input.JudgesAllCalls, Defects ?? input.Defects, Reduction,
            Expected: null));
    }

    private ExploreSubject ReadCertificate(string path)
    {
        bool hasOptions = Protocols.Count > 0 || Rules is not null || Defects is not null || Resumes
            || Reduction != Reduction.Source;
        if (hasOptions)
        {
            throw CommandException.BadInput(path, "a certificate names its protocol, profile, defects and reduction itself");
        }

        if (!Certificate.TryRead(ReadText(path), out Certificate? certificate, out string error))
        {
            throw CommandException.BadInput(path, error);
        }

        var file = new ScenarioFile();
        if (!new ScenarioParser().TryParse("its scenario", certificate!.Scenario, file, out ScenarioError? mistake))
        {
            throw CommandException.BadInput(path, mistake!.ToString());
        }

        return new ExploreSubject(
            path,
            file.Scenario,
            NamedThings.FindProtocol(path, certificate.Protocol),
            NamedThings.ProfileOf(path, certificate.Profile),
            certificate.Judged == "all",
            NamedThings.DefectsOf(path, certificate.Defects.Split(',', StringSplitOptions.RemoveEmptyEntries)),
            certificate.Reduction,
            certificate);
    }

    private string ReadText(string path)
    {
        try
        {
            context.InputFile = path;
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput(path, "cannot be read: " + failure.Message);
        }
    }

    private Row Explore(ExploreSubject subject)
    {
        using ScenarioRunner runner = subject.MakeRunner();
        if (subject.Scenario.Alarm == AlarmKind.Hpet)
        {
            return NotExplored(subject, runner);
        }

        var audit = new OrderAudit(runner);
        if (audit.FindDifference(subject.Scenario, subject.Defects, seed: 1, AuditRuns) is { } difference)
        {
            throw new ToolBugException($"an access is not declared: {difference}");
        }

        double schedules = ScheduleCount.Estimate(runner, subject.Scenario, subject.Defects);
        var explorer = new Explorer(runner, subject.Scenario, new ExploreOptions
        {
            RunsMax = RunsMax,
            Reduction = subject.Reduction,
            Defects = subject.Defects,
            Stop = context.Stop,
        });
        string stateFile = Path.Combine(DataDirectory, StateDirectory, subject.StateName + ".txt");
        ExploreState? kept = File.Exists(stateFile) ? ExploreState.Read(ReadText(stateFile), subject.StateName) : null;
        if (Resumes && File.Exists(stateFile))
        {
            explorer.Restore(kept
                ?? throw CommandException.BadInput(stateFile, "is damaged or of another model; delete it to begin again"));
        }

        var watch = Stopwatch.StartNew();
        context.Progress.Say(() => $"exploring {subject.Name} under {subject.Protocol.Name}: run {explorer.Visited}");
        ExploreResult result = explorer.Run();
        var row = new Row(subject.Name, subject.Protocol.Name, result, watch.Elapsed, schedules)
        {
            RunsBefore = Resumes && kept is not null ? kept.Visited + kept.IdleRuns : 0,
        };
        if (subject.Expected is not null)
        {
            Compare(row, subject, runner);
        }
        else
        {
            Conclude(row, subject, runner, explorer, new KeptState(stateFile, kept));
        }

        return row;
    }

    /// <summary>There are choices that are no step of a party: an order of steps says nothing of them.</summary>
    private static Row NotExplored(ExploreSubject subject, ScenarioRunner runner)
    {
        ExploreResult nothing = new Explorer(runner, subject.Scenario, new ExploreOptions { RunsMax = 0 }).Run();
        return new Row(subject.Name, subject.Protocol.Name, nothing, TimeSpan.Zero, 0)
        {
            Verdict = "not explored: that time passes while the HPET is written is no step of a party",
            IsNotExplored = true,
            IsBad = subject.Expected is not null,
        };
    }

    /// <summary>Says whether a certificate holds.</summary>
    private void Compare(Row row, ExploreSubject subject, ScenarioRunner runner)
    {
        Certificate expected = subject.Expected!;
        row.IsBad = true;
        if (row.Result.Findings.Count > 0)
        {
            Tell(row, subject, runner);
            return;
        }

        if (!row.Result.IsComplete)
        {
            row.Verdict = "not complete: give more --runs to check it";
            return;
        }

        Certificate present = Certificate.Of(runner.System, subject, row.Result);
        row.IsBad = present with { Model = expected.Model } != expected;
        row.Verdict = row.IsBad
            ? $"does not hold: {expected.Traces} traces of at most {expected.LongestRun} transitions were certified"
            : present.Model == expected.Model ? "holds" : "holds for another build of the model, too";
    }

    /// <summary>Keeps what there is to keep: a certificate, or the state of a search that goes on.</summary>
    private void Conclude(Row row, ExploreSubject subject, ScenarioRunner runner, Explorer explorer, KeptState kept)
    {
        if (row.Result.Findings.Count > 0)
        {
            Tell(row, subject, runner);
            Forget(kept.File);
            return;
        }

        if (!row.Result.IsComplete)
        {
            row.Verdict = string.Create(
                CultureInfo.InvariantCulture, $"not complete: {row.Result.SearchedShare:P2} of the tree; ")
                + Keep(explorer.Save(), kept, subject.StateName);
            return;
        }

        Forget(kept.File);
        Certificate certificate = Certificate.Of(runner.System, subject, row.Result);
        string directory = Path.Combine(DataDirectory, CertificateDirectory);
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, certificate.FileName());
        AtomicFile.Write(file, certificate.Write());
        row.Verdict = "certified: " + file;
    }

    /// <summary>Keeps a search that has stopped, unless the one that is kept has seen more.</summary>
    private static string Keep(ExploreState stopped, KeptState kept, string name)
    {
        if (kept.State is { } former && former.Visited > stopped.Visited)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"--resume goes on after the {former.Visited:N0} runs of an earlier search");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(kept.File)!);
        AtomicFile.Write(kept.File, stopped.Write(name));
        return "--resume goes on";
    }

    /// <summary>Shrinks, writes and tells a violation.</summary>
    private void Tell(Row row, ExploreSubject subject, ScenarioRunner runner)
    {
        ExploreFinding found = row.Result.Findings[0];
        row.IsBad = true;
        row.Verdict = $"violated: {Invariants.NameOf(found.Violation.Invariant)}, in run {found.Run}";
        ScenarioFile before = RawFinding.ScenarioOf(runner, subject.Scenario, found.Schedule);
        row.Line = before.Schedule.ToString();
        ShrinkResult shrunk = new Shrinker(runner, subject.Defects).Shrink(subject.Scenario, found.Schedule, found.Violation);
        Verify.That(shrunk.Reproduces, "a violation did not recur when its recorded schedule was replayed");
        row.Finding = RawFinding.Of(runner, shrunk, before, subject.Defects, found.Run);
        row.Folder = FindingWriter.Write(Path.Combine(DataDirectory, FindingDirectory), row.Finding);
    }

    private static void Forget(string stateFile)
    {
        if (File.Exists(stateFile))
        {
            File.Delete(stateFile);
        }
    }

    private void Print()
    {
        if (AsJson)
        {
            WriteJson();
            return;
        }

        var table = new TextTable(
            "scenario", "protocol", ">parties", ">longest", ">schedules", ">traces", ">reduction", ">given up", ">late time",
            ">seconds", ">traces/s", "verdict");
        foreach (Row row in rows)
        {
            ExploreResult result = row.Result;
            table.Add(
                Path.GetFileNameWithoutExtension(row.Name), row.Protocol, TextTable.Count(result.Parties),
                TextTable.Count(result.LongestRun), Rough(row.Schedules), TextTable.Count(result.Traces),
                result.IsComplete ? Rough(row.Schedules / result.Traces) : "-",
                TextTable.Count(result.Blocked), TextTable.Count(result.IdleRuns),
                row.Time.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture),
                TextTable.Count((long)((result.Runs - row.RunsBefore) / Math.Max(row.Time.TotalSeconds, 1e-6))), row.Verdict);
        }

        table.Print(context.Output);
        foreach (Row row in rows.Where(static row => row.Folder is not null))
        {
            context.Output.WriteLine();
            foreach (string text in Digest.Write(row.Folder!.Story, row.Finding!.File.Schedule.ToString()))
            {
                context.Output.WriteLine(text);
            }

            context.Output.WriteLine($"  more in {row.Folder.Path}: chart.svg, trace.txt, confirm.md");
        }
    }

    private void WriteJson()
    {
        using var document = new JsonDocumentWriter(context.Output, "explore");
        Utf8JsonWriter json = document.Json;
        json.WriteStartArray("explorations");
        foreach (Row row in rows)
        {
            json.WriteStartObject();
            json.WriteString("scenario", row.Name);
            json.WriteString("protocol", row.Protocol);
            json.WriteNumber("parties", row.Result.Parties);
            json.WriteNumber("longestRun", row.Result.LongestRun);
            json.WriteNumber("schedulesEstimate", row.Schedules);
            json.WriteNumber("traces", row.Result.Traces);
            json.WriteNumber("blocked", row.Result.Blocked);
            json.WriteNumber("lateTimeRuns", row.Result.IdleRuns);
            json.WriteNumber("steps", row.Result.Steps);
            json.WriteNumber("decisions", row.Result.Decisions);
            json.WriteNumber("searchedShare", row.Result.SearchedShare);
            json.WriteBoolean("isComplete", row.Result.IsComplete);
            json.WriteBoolean("isViolated", row.Result.Findings.Count > 0);
            json.WriteString("schedule", row.Line);
            json.WriteString("folder", row.Folder?.Path ?? "");
            json.WriteNumber("auditedRuns", AuditRuns);
            json.WriteString("verdict", row.Verdict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Rough(double value) => value.ToString(value < 100_000 ? "N0" : "0e0", CultureInfo.InvariantCulture);

    /// <summary>One exploration.</summary>
    private sealed record Row(string Name, string Protocol, ExploreResult Result, TimeSpan Time, double Schedules)
    {
        public string Verdict { get; set; } = "";

        public bool IsBad { get; set; }

        public bool IsNotExplored { get; init; }

        /// <summary>Runs of the search that this one goes on with.</summary>
        public long RunsBefore { get; init; }

        /// <summary>Schedule line that shows the violation in the scenario as it was given.</summary>
        public string Line { get; set; } = "";

        public RawFinding? Finding { get; set; }

        public FindingFolder? Folder { get; set; }
    }

    /// <summary>A search that was stopped earlier.</summary>
    /// <param name="File">Where its state is kept, if there is one.</param>
    /// <param name="State">The state; null when there is none that can be read.</param>
    private readonly record struct KeptState(string File, ExploreState? State);
}
