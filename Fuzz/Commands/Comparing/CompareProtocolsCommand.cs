// `compare`: one scenario under two protocols, both runs side by side and what they cost. The message protocols run on the same
// servers, so what differs is the protocol; beside the monolithic kernel it shows what a message system has to do that another
// does not. Where the schedule line was recorded under one of the two, that side follows it to the letter.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Fuzz.Comparing;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Commands.Comparing;

/// <summary>Compares two protocols on one scenario.</summary>
internal sealed class CompareProtocolsCommand
{
    private const string DefaultSchedule = "default";

    private readonly Argument<string> file = new("FILE")
    {
        Description = "A scenario file, the folder of a finding, or - for standard input.",
    };

    private readonly Option<string> protocol = CommandOptions.Make("--protocol", "A,B", "The two protocols.");
    private readonly Option<string> profile = CommandOptions.MakeProfile();

    private readonly Option<string> schedule = CommandOptions.Make(
        "--schedule", "LINE", "Schedule line to follow instead of the file's, or default for the default order.");

    private readonly Option<bool> all = new("--all") { Description = "Show routine steps, too, as a trace does." };
    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly CommandContext context;

    private CompareProtocolsCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var self = new CompareProtocolsCommand(context);
        var command = new Command(
            "compare",
            "Runs a scenario under two protocols and shows both runs side by side, with their costs.\n\n"
            + "Example:\n  compare Corpus/seeds/read-signal.scn --protocol oneshot,tristate\n"
            + "  compare Corpus/seeds/waitpid-signal.scn --protocol monolithic,tristate --schedule default")
        {
            self.file, self.protocol, self.profile, self.schedule, self.all, self.json,
        };
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        (IProtocol first, IProtocol second) = ReadProtocols(parsed);
        FindingInput input = FindingInput.Read(CommandOptions.RequiredPath(parsed, file), context);
        if (input.File.Scenario.CallCount == 0)
        {
            throw CommandException.BadInput(input.Path, "the scenario has no calls");
        }

        string? line = parsed.GetValue(schedule);
        if (line is not null and not DefaultSchedule)
        {
            input.UseSchedule(schedule.Name, line);
        }

        bool usesSchedule = line != DefaultSchedule && input.File.Schedule.IsPresent;
        Profile rules = ReadProfile(parsed, input, usesSchedule);
        ComparedRun left = ComparedRun.Of(first, rules, input, usesSchedule);
        ComparedRun right = ComparedRun.Of(second, rules, input, usesSchedule);
        IReadOnlyList<AlignedRow> rows = StoryAlignment.Align(
            left.Story, Shown(parsed, left.Story), right.Story, Shown(parsed, right.Story));
        if (parsed.GetValue(json))
        {
            CompareDocument.Write(context.Output, left, right, rows);
        }
        else
        {
            Print(left, right, rows, usesSchedule);
        }

        bool isClean = left.Story.Violation.IsNone && right.Story.Violation.IsNone;
        return isClean ? CommandExit.Clean : CommandExit.Findings;
    }

    private (IProtocol First, IProtocol Second) ReadProtocols(ParseResult parsed)
    {
        string? text = parsed.GetValue(protocol);
        string[] names = text?.Split(',') ?? [];
        if (names.Length != 2)
        {
            throw CommandException.BadInput(protocol.Name, "two protocols are needed, such as oneshot,tristate");
        }

        IProtocol first = NamedThings.FindProtocol(protocol.Name, names[0]);
        IProtocol second = NamedThings.FindProtocol(protocol.Name, names[1]);
        return first != second
            ? (first, second)
            : throw CommandException.BadInput(protocol.Name, $"'{text}' is one protocol twice; two are needed");
    }

    private Profile ReadProfile(ParseResult parsed, FindingInput input, bool usesSchedule)
    {
        string? name = parsed.GetValue(profile);
        if (name is not null)
        {
            return NamedThings.ProfileOf(profile.Name, name);
        }

        Profile rules = Profile.Managarm;
        if (usesSchedule)
        {
            FindingInput.Refuse(input.Fit.FindProfile(out rules));
        }

        return rules;
    }

    private List<StoryEvent> Shown(ParseResult parsed, Story story) =>
        parsed.GetValue(all) ? story.Events : story.Events.FindAll(each => !each.IsRoutine);

    private void Print(ComparedRun left, ComparedRun right, IReadOnlyList<AlignedRow> rows, bool usesSchedule)
    {
        foreach (string line in new CompareText(left.Story, right.Story, context.Width).Lines(rows))
        {
            context.Output.WriteLine(line);
        }

        context.Output.WriteLine();
        foreach (ComparedRun run in usesSchedule ? (ReadOnlySpan<ComparedRun>)[left, right] : [])
        {
            context.Output.WriteLine(
                $"{run.Story.Protocol.Name}: {run.Taken} of {run.Asked} deviations of the schedule are possible and were taken");
        }

        PrintCosts(left.Story, right.Story);
    }

    private void PrintCosts(Story left, Story right)
    {
        var table = new TextTable("", ">" + left.Protocol.Name, ">" + right.Protocol.Name);
        foreach ((string name, Func<Story, uint> count) in CompareDocument.Counts)
        {
            table.Add(name, Number(count(left)), Number(count(right)));
        }

        for (int call = 0; call < left.Scenario.CallCount; call++)
        {
            // What the environment does has no result: clock and lines act, and nobody waits for them.
            StrandKind kind = left.Scenario.StrandAt(left.Scenario.CallAt(call).Strand).Kind;
            if (kind is StrandKind.Time or StrandKind.Line)
            {
                continue;
            }

            string name = StoryWords.CallText(left.Scenario, call);
            string caller = left.NameOf(left.Scenario.CallAt(call).Strand);
            table.Add($"{caller}: {name}", CompareDocument.ResultOf(left, call), CompareDocument.ResultOf(right, call));
        }

        table.Add("violated", Invariants.NameOf(left.Violation.Invariant), Invariants.NameOf(right.Violation.Invariant));
        table.Print(context.Output);
    }

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
