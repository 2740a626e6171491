// `shrink`: make a violating scenario small and write it as a finding. It starts from a schedule line that violates; whoever has
// only a scenario lets `run` search one first. With --verify it shrinks nothing and checks instead that nothing can be left out
// any more; with --all it does a whole directory and prints what it took. The smallest form so far lies in a file from the
// first moment on, so that an end of any kind loses nothing; a signal ends it with a finding of that form.

using System.CommandLine;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Fuzz.Causes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Shrinking;

/// <summary>Shrinks a finding.</summary>
internal sealed class ShrinkCommand
{
    private const int MaximumJobs = 64;

    private readonly Argument<string> file = new("FINDING")
    {
        Description = "The folder of a finding, or a scenario file with a schedule line; with --all a directory of them.",
    };

    private readonly Option<bool> verify = new("--verify")
    {
        Description = "Check instead that every single deletion, searched again, loses the violation.",
    };

    private readonly Option<bool> all = new("--all")
    {
        Description = "Shrink all findings of a directory, or of the bank of windows, and print what it took; writes nothing.",
    };

    private readonly Option<string> jobs = CommandOptions.Make(
        "--jobs", "N", "Candidates tried at once (default: one per processor); the result is the same for any number.");

    private readonly Option<string> data = CommandOptions.MakeData();
    private readonly Option<string> defect = CommandOptions.MakeDefect();
    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private ShrinkCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new ShrinkCommand(context);
        var command = new Command(
            "shrink",
            "Makes a violating scenario as small as it gets and writes its finding.\n\n"
            + "Example:\n  shrink my-race.scn\n  shrink --verify .managarm-perf/findings/FOLDER\n"
            + "  shrink --all Corpus/windows --verify")
        {
            self.file, self.verify, self.all, self.jobs, self.data, self.defect, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        RefuseUseless(parsed);
        CommandOptions.DataDirectory(parsed, data, context);
        int runners = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs);
        string path = CommandOptions.RequiredPath(parsed, file);
        bool asJson = parsed.GetValue(json);
        if (parsed.GetValue(all))
        {
            if (!Directory.Exists(path))
            {
                throw CommandException.BadInput(file.Name, $"there is no directory '{path}'");
            }

            return new ShrinkAllMode(context, runners, parsed.GetValue(verify)).Run(path, asJson);
        }

        FindingInput input = FindingInput.Read(path, context);
        DefectSet? defects = parsed.GetValue(defect) is null ? null : CommandOptions.Defects(parsed, defect);
        using ShrinkSubject subject = ShrinkSubject.Of(input.Path, input, runners, defects);
        if (parsed.GetValue(verify))
        {
            return Check(subject, asJson);
        }

        string findings = Path.Combine(CommandOptions.DataDirectory(parsed, data, context), "findings");
        Violation before = RequireViolation(subject);
        CommandOptions.PrepareData(data, findings);
        var best = new BestSoFar(Path.Combine(findings, "..", "shrinking"), subject);
        best.Keep(subject.Scenario, subject.Schedule);
        context.Progress.Say($"shrinking; the best so far is in {best.Path}");
        var shrinker = new Shrinker(subject.Runners, subject.Defects) { Stop = context.Stop, Improved = best.Keep };
        ShrinkResult shrunk = shrinker.Shrink(subject.Scenario, subject.Schedule, before);
        Verify.That(shrunk.Reproduces, "a shrunk finding does not reproduce");
        var finding = RawFinding.Of(subject.Runners[0], shrunk, input.File, subject.Defects, runIndex: 0);
        finding = finding with { Cause = context.Stop.IsCancellationRequested ? null : CauseOf(subject, finding, shrunk) };
        FindingFolder folder = FindingWriter.Write(findings, finding);
        best.Remove();
        Print(finding, shrunk, folder, asJson);
        return context.Stop.IsCancellationRequested ? CommandExit.Interrupted : CommandExit.Clean;
    }

    private static Cause CauseOf(ShrinkSubject subject, RawFinding finding, ShrinkResult shrunk)
    {
        ModelSystem system = subject.Runners[0].System;
        using var worlds = new RepairedWorlds(
            finding.Protocol, finding.Profile, finding.JudgesAllCalls, system.RelaxesDispatch);
        return new Attribution(worlds).Find(
            shrunk.Scenario, shrunk.Schedule, shrunk.Violation, subject.Defects, isRepaired: false);
    }

    /// <summary>Refuses options that would have no effect beside others.</summary>
    private void RefuseUseless(ParseResult parsed)
    {
        Option? useless = null;
        if (parsed.GetValue(all))
        {
            useless = Array.Find([data, defect], option => parsed.GetResult(option) is { Implicit: false });
        }
        else if (parsed.GetValue(verify))
        {
            useless = Array.Find([data, jobs], option => parsed.GetResult(option) is { Implicit: false });
        }

        if (useless is not null)
        {
            string mode = parsed.GetValue(all) ? all.Name : verify.Name;
            throw CommandException.BadInput(useless.Name, $"has no effect with {mode}");
        }
    }

    private static Violation RequireViolation(ShrinkSubject subject)
    {
        Violation violation = subject.Replay();
        return violation.IsNone
            ? throw CommandException.BadInput(subject.Name, "nothing is violated under its schedule")
            : violation;
    }

    private int Check(ShrinkSubject subject, bool asJson)
    {
        RequireViolation(subject);
        MinimalityReport report = MinimalityCheck.Of(subject.Runners[0], subject.Scenario, subject.Schedule, subject.Defects);
        Verify.That(report.IsViolated, "a recorded schedule does not show its violation");
        if (asJson)
        {
            using var document = new JsonDocumentWriter(context.Output, "shrink");
            document.Json.WriteBoolean("minimal", report.IsMinimal);
            document.Json.WriteNumber("deletions", report.Deletions);
            document.Json.WriteNumber("runs", report.Runs);
            ShrinkDocument.WriteSurviving(document.Json, report.Surviving);
            return report.IsMinimal ? CommandExit.Clean : CommandExit.Findings;
        }

        foreach (string what in report.Surviving)
        {
            context.Output.WriteLine($"still violated without {what}");
        }

        string verdict = report.IsMinimal ? "minimal" : "NOT minimal";
        context.Output.WriteLine($"{verdict}: {Plural.Of(report.Deletions, "single deletion")}, {Plural.Of(report.Runs, "run")}");
        return report.IsMinimal ? CommandExit.Clean : CommandExit.Findings;
    }

    private void Print(RawFinding finding, ShrinkResult shrunk, FindingFolder folder, bool asJson)
    {
        if (asJson)
        {
            using var document = new JsonDocumentWriter(context.Output, "shrink");
            document.Json.WriteString("folder", folder.Path);
            document.Json.WriteString("cause", finding.Cause?.ToString());
            document.Json.WriteBoolean("interrupted", context.Stop.IsCancellationRequested);
            ShrinkDocument.WriteEffort(document.Json, shrunk.Effort);
            return;
        }

        foreach (string text in Digest.Write(folder.Story, finding.File.Schedule.ToString()))
        {
            context.Output.WriteLine(text);
        }

        ShrinkEffort effort = shrunk.Effort;
        context.Output.WriteLine($"  more in {folder.Path}: chart.svg, trace.txt, confirm.md");
        context.Output.WriteLine($"before: {effort.Before}");
        context.Output.WriteLine($"after:  {effort.After}");
        context.Output.WriteLine(
            $"{Plural.Of(effort.Candidates, "candidate")} tried in {Plural.Of(effort.Runs, "run")}, "
            + $"{effort.MemoHits} known from before");
        PrintCause(finding);
    }

    private void PrintCause(RawFinding finding)
    {
        if (finding.Cause is not { } cause)
        {
            context.Output.WriteLine("interrupted; the finding could be smaller, and its cause was not looked for");
            return;
        }

        KnownFinding? known = CorpusLocation.LoadKnown().Find(
            finding.Protocol.Name, cause, DateOnly.FromDateTime(DateTime.UtcNow));
        context.Output.WriteLine($"cause:  {cause}, {(known is null ? "new" : $"known: {known.Reason}")}");
    }
}
