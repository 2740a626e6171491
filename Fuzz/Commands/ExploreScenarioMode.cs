// `explore FILE`: every distinguishable interleaving of a scenario under one protocol or several. What is clean and complete gets
// a certificate in the data root; what is violated is told like any finding; what is too large is stopped at the bound, says how
// much it has seen, and goes on with --resume. A certificate is a FILE, too: it is checked again.

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Explores scenarios for the command.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class ExploreScenarioMode(CommandContext context)
{
    /// <summary>Where certificates are kept in the data root.</summary>
    internal const string CertificateDirectory = "certificates";

    private const string StateDirectory = "explorations";

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

    /// <summary>Explores.</summary>
    /// <param name="paths">Scenario files, folders of findings, or certificates.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<string> paths)
    {
        RefuseForCertificates(paths);
        foreach (string path in paths)
        {
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                CheckCertificate(path);
            }
            else
            {
                ExploreFile(path);
            }

            if (context.Stop.IsCancellationRequested)
            {
                break;
            }
        }

        Print();
        if (rows.Exists(static row => row.IsBad))
        {
            return CommandExit.Findings;
        }

        return context.Stop.IsCancellationRequested ? CommandExit.Interrupted : CommandExit.Clean;
    }

    /// <summary>All inputs are looked at before the first exploration, which may take hours.</summary>
    private void RefuseForCertificates(IReadOnlyList<string> paths)
    {
        bool hasOptions = Protocols.Count > 0 || Rules is not null || Defects is not null || Resumes
            || Reduction != Reduction.Source;
        foreach (string path in paths)
        {
            if (!path.EndsWith(".json", StringComparison.Ordinal))
            {
                FindingInput.Read(path, context);
            }
            else if (hasOptions)
            {
                throw CommandException.BadInput(path, "a certificate names its protocol, profile, defects and reduction itself");
            }
        }
    }

    private void ExploreFile(string path)
    {
        FindingInput input = FindingInput.Read(path, context);
        if (input.Scenario.Program.CallCount == 0)
        {
            throw CommandException.BadInput(input.Path, "the scenario has no calls");
        }

        IReadOnlyList<IProtocol> protocols = Protocols;
        Profile rules = Rules ?? Profile.Managarm;
        if (input.Scenario.Schedule.IsPresent)
        {
            FindingInput.Refuse(input.Fit.FindProtocol(out IProtocol named));
            FindingInput.Refuse(input.Fit.FindProfile(out Profile namedRules));
            protocols = protocols.Count == 0 ? [named] : protocols;
            rules = Rules ?? namedRules;
        }

        foreach (IProtocol protocol in protocols.Count == 0 ? [CommandOptions.FindProtocol("--protocol", "tristate")] : protocols)
        {
            using var runner = new ScenarioRunner(protocol, rules);
            runner.System.JudgesAllCalls = input.JudgesAllCalls;
            rows.Add(Explore(runner, input.Path, input.Scenario.Program, Defects ?? input.Defects, expected: null));
        }
    }

    private void CheckCertificate(string path)
    {
        string text = ReadText(path);
        if (!Certificate.TryRead(text, out Certificate? certificate, out string error))
        {
            throw CommandException.BadInput(path, error);
        }

        IProtocol protocol = CommandOptions.FindProtocol(path, certificate!.Protocol);
        var scenario = new Scenario();
        if (!new ScenarioParser().TryParse(path, certificate.Scenario, scenario, out ScenarioError? mistake))
        {
            throw CommandException.BadInput(path, $"its scenario is damaged: {mistake}");
        }

        Profile rules = CommandOptions.ProfileOf(path, certificate.Profile);
        DefectSet defects = CommandOptions.DefectsOf(path, certificate.Defects.Split(',', StringSplitOptions.RemoveEmptyEntries));
        using var runner = new ScenarioRunner(protocol, rules);
        runner.System.JudgesAllCalls = certificate.Judged == "all";
        rows.Add(Explore(runner, path, scenario.Program, defects, certificate));
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

    private Row Explore(ScenarioRunner runner, string name, Program program, DefectSet defects, Certificate? expected)
    {
        if (AuditRuns > 0 && new OrderAudit(runner).FindDifference(program, defects, seed: 1, AuditRuns) is { } difference)
        {
            throw new ToolBugException($"an access is not declared: {difference}");
        }

        double schedules = ScheduleCount.Estimate(runner, program, defects);
        var explorer = new Explorer(runner, program, new ExploreOptions
        {
            RunsMax = RunsMax,
            Reduction = expected is null ? Reduction : Enum.Parse<Reduction>(expected.Reduction),
            Defects = defects,
            Stop = context.Stop,
        });
        string stateFile = StateFile(runner, program, defects, out string subject);
        if (Resumes && expected is null && File.Exists(stateFile))
        {
            explorer.Restore(ExploreState.Read(ReadText(stateFile), subject)
                ?? throw CommandException.BadInput(stateFile, "is damaged or of another model; delete it to begin again"));
        }

        var watch = Stopwatch.StartNew();
        ExploreResult result = explorer.Run();
        TimeSpan time = watch.Elapsed;
        var row = new Row(name, runner.System.Protocol.Name, result, time, schedules);
        Conclude(row, runner, program, defects, expected, stateFile, explorer, subject);
        return row;
    }

    private void Conclude(
        Row row, ScenarioRunner runner, Program program, DefectSet defects, Certificate? expected, string stateFile,
        Explorer explorer, string subject)
    {
        ExploreResult result = row.Result;
        if (result.Findings.Count > 0)
        {
            ExploreFinding finding = result.Findings[0];
            row.IsBad = true;
            row.Verdict = $"violated: {Invariants.NameOf(finding.Violation.Invariant)}, in run {finding.Run}";
            row.Story = FindingReplay.Tell(runner, program, finding.Schedule, defects);
            row.Line = RecordedLine.Of(runner, program).ToString();
            Forget(stateFile);
            return;
        }

        if (!result.IsComplete && expected is not null)
        {
            row.Verdict = "not complete: give more --runs to check it";
            row.IsBad = true;
            return;
        }

        if (!result.IsComplete)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(stateFile)!);
            AtomicFile.Write(stateFile, explorer.Save().Write(subject));
            row.Verdict = string.Create(
                CultureInfo.InvariantCulture, $"not complete: {result.SearchedShare:P2} of the tree; --resume goes on");
            return;
        }

        Reduction used = expected is null ? Reduction : Enum.Parse<Reduction>(expected.Reduction);
        Certificate present = Certificate.Of(runner.System, program, defects, used, result);
        if (expected is not null)
        {
            row.IsBad = present with { Model = expected.Model } != expected;
            row.Verdict = row.IsBad
                ? $"does not hold: {expected.Traces} traces of at most {expected.LongestRun} transitions were certified"
                : present.Model == expected.Model ? "holds" : "holds for another build of the model, too";
            return;
        }

        Forget(stateFile);
        string directory = Path.Combine(DataDirectory, CertificateDirectory);
        Directory.CreateDirectory(directory);
        string file = Path.Combine(directory, present.FileName());
        AtomicFile.Write(file, present.Write());
        row.Verdict = "certified: " + file;
    }

    private static void Forget(string stateFile)
    {
        if (File.Exists(stateFile))
        {
            File.Delete(stateFile);
        }
    }

    private string StateFile(ScenarioRunner runner, Program program, DefectSet defects, out string subject)
    {
        string set = string.Join(',', DefectNames.List(defects));
        subject = string.Create(
            CultureInfo.InvariantCulture,
            $"{runner.System.Protocol.Name}-{Profiles.NameOf(runner.System.Profile)}-{ScenarioHash.Of(program):x16}-{Reduction}-"
            + $"{ScenarioHash.Of($"{set} {runner.System.JudgesAllCalls}"):x16}-{Certificate.PresentModel}");
        return Path.Combine(DataDirectory, StateDirectory, subject + ".txt");
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
                Path.GetFileNameWithoutExtension(row.Name), row.Protocol, Count(result.Parties), Count(result.LongestRun),
                Rough(row.Schedules), Count(result.Traces), result.IsComplete ? Rough(row.Schedules / result.Traces) : "-",
                Count(result.Blocked), Count(result.IdleRuns),
                row.Time.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture),
                Count((long)(result.Runs / Math.Max(row.Time.TotalSeconds, 1e-6))), row.Verdict);
        }

        table.Print(context.Output);
        foreach (Row row in rows.Where(static row => row.Story is not null))
        {
            context.Output.WriteLine();
            foreach (string text in Digest.Write(row.Story!, row.Line))
            {
                context.Output.WriteLine(text);
            }
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
            json.WriteString("verdict", row.Verdict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rough(double value) => value.ToString(value < 100_000 ? "N0" : "0e0", CultureInfo.InvariantCulture);

    /// <summary>One exploration.</summary>
    private sealed record Row(string Name, string Protocol, ExploreResult Result, TimeSpan Time, double Schedules)
    {
        public string Verdict { get; set; } = "";

        public bool IsBad { get; set; }

        public Story? Story { get; set; }

        public string Line { get; set; } = "";
    }
}
