// `shrink`: make a violating scenario small and write it as a finding. It starts from a schedule line that violates;
// whoever has only a scenario lets `run` search one first.

using System.CommandLine;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Shrinks a finding.</summary>
internal sealed class ShrinkCommand
{
    private readonly Argument<string> file = new("FINDING")
    {
        Description = "The folder of a finding, or a scenario file with a schedule line.",
    };

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
            "Makes a violating scenario as small as it gets and writes its finding.\n\nExample:\n  shrink my-race.scn")
        {
            self.file, self.data, self.defect, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string findings = Path.Combine(CommandOptions.DataDirectory(parsed, data, context), "findings");
        FindingInput input = FindingInput.Read(CommandOptions.RequiredPath(parsed, file), context);
        DefectSet defects = parsed.GetValue(defect) is null ? input.Defects : CommandOptions.Defects(parsed, defect);
        var schedule = new Schedule();
        using ScenarioRunner runner = input.MakeRunner(schedule);
        var replay = new Replay();
        replay.Load(schedule, isStrict: false);
        RunResult before = runner.Run(input.Scenario.Program, replay, defects);
        if (before.Violation.IsNone)
        {
            throw CommandException.BadInput(input.Path, "nothing is violated under its schedule");
        }

        schedule.CopyFrom(runner.Recorded);
        ShrinkResult shrunk = new Shrinker(runner, defects).Shrink(input.Scenario.Program, schedule, before.Violation);
        Verify.That(shrunk.Reproduces, "a shrunk finding does not reproduce");
        FindingFolder folder = FindingWriter.Write(findings, RawFinding.Of(runner, shrunk, input.Scenario, defects, runIndex: 0));
        Print(input, shrunk, folder, parsed.GetValue(json));
        return CommandExit.Clean;
    }

    private void Print(FindingInput input, ShrinkResult shrunk, FindingFolder folder, bool asJson)
    {
        Program before = input.Scenario.Program;
        if (asJson)
        {
            using var document = new JsonDocumentWriter(context.Output, "shrink");
            document.Json.WriteString("folder", folder.Path);
            document.Json.WriteNumber("callsBefore", before.CallCount);
            document.Json.WriteNumber("calls", shrunk.Program.CallCount);
            document.Json.WriteNumber("deviationsBefore", input.Scenario.Schedule.Count);
            document.Json.WriteNumber("deviations", shrunk.Schedule.Count);
            document.Json.WriteNumber("candidatesTried", shrunk.Effort.Candidates);
            return;
        }

        ScenarioFile written = ScenarioInput.ReadValid(folder.Path, context);
        foreach (string text in Digest.Write(folder.Story, written.Scenario.Schedule.ToString()))
        {
            context.Output.WriteLine(text);
        }

        context.Output.WriteLine($"  more in {folder.Path}: chart.svg, trace.txt, confirm.md");
        context.Output.WriteLine(
            $"{before.CallCount} -> {shrunk.Program.CallCount} calls, {input.Scenario.Schedule.Count} -> {shrunk.Schedule.Count} "
            + $"deviations, {shrunk.Effort.Candidates} candidates tried");
    }
}
