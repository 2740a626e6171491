// `triage DIR`: what a folder of scenarios, findings or engine crashes is due to. A line per cause with its files, what is known
// counted only, and one of each kind shrunk and written as a finding; only what is new is told at length and makes it fail.

using System.CommandLine;
using System.Text.Json;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Triage;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Triaging;

/// <summary>Triages a folder.</summary>
internal sealed class TriageCommand
{
    private const int MaximumJobs = 256;
    private const int NamesShown = 3;

    private readonly Argument<string> directory = new("DIR")
    {
        Description = "Directory of scenarios, findings, a campaign or an engine's crashes, in it or below.",
    };

    private readonly Option<string> protocol = CommandOptions.MakeProtocol(
        "Protocols for what names none, separated by commas, or all (default tristate).");

    private readonly Option<string> profile = CommandOptions.MakeProfile();
    private readonly Option<string> jobs = CommandOptions.Make("--jobs", "N", "Worker threads (default: one per processor).");
    private readonly Option<string> data = CommandOptions.MakeData();
    private readonly Option<bool> json = CommandOptions.MakeJson();
    private readonly KnownFindings known = CorpusLocation.LoadKnown();
    private readonly DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
    private readonly CommandContext context;

    private TriageCommand(CommandContext context)
    {
        this.context = context;
    }

    internal static Command Create(CommandContext context)
    {
        var command = new Command(
            "triage",
            "Groups violations by what they are due to, shrinks one of each and says what is new.\n\n"
            + "Example:\n  triage .managarm-perf/pending\n  triage afl/out --protocol tristate\n  triage nights/tristate --json");
        var help = new TriageCommand(context);
        command.Add(help.directory);
        Array.ForEach<Option>([help.protocol, help.profile, help.jobs, help.data, help.json], command.Add);
        command.SetAction(help.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string root = CommandOptions.RequiredPath(parsed, directory);
        if (!Directory.Exists(root))
        {
            throw CommandException.BadInput(directory.Name, $"there is no directory '{root}'");
        }

        string findings = Path.Combine(
            CommandOptions.DataDirectory(parsed, data, context), CampaignDirectory.FindingsName);
        CommandOptions.PrepareData(data, findings);
        Profile rules = NamedThings.ProfileOf(profile.Name, parsed.GetValue(profile) ?? "managarm");
        using var reader = new TriageReader(context, CommandOptions.Protocols(parsed, protocol), rules);
        List<TriageInput> inputs = Read(root, reader);
        int runners = (int)CommandOptions.Number(parsed, jobs, (ulong)Environment.ProcessorCount, 1, MaximumJobs);
        var session = new TriageSession(runners, context.Stop)
        {
            Tell = (count, done) => context.Progress.Say(count == 0 ? "counting" : $"shrinking {done + 1} of {count}"),
        };
        session.Run(inputs);
        List<TriageRow> rows = [.. session.Groups.Select(group => new TriageRow(
            group, known.Find(group.Protocol, group.Cause, today),
            group.Findings.ConvertAll(each => FindingWriter.Write(findings, each))))];
        if (parsed.GetValue(json))
        {
            WriteJson(reader, session, rows);
        }
        else
        {
            Print(reader, session, rows);
        }

        return ExitCodeOf(reader, rows);
    }

    private List<TriageInput> Read(string root, TriageReader reader)
    {
        var inputs = new List<TriageInput>();
        foreach (string path in TriageFolder.In(root))
        {
            if (context.Stop.IsCancellationRequested)
            {
                throw CommandException.Interrupted(root, "interrupted while it was read");
            }

            context.Progress.Say(() => $"read {reader.Count} files");
            if (reader.Read(path, Path.GetRelativePath(root, path)) is { } input)
            {
                inputs.Add(input);
            }
        }

        return reader.Count > 0
            ? inputs
            : throw CommandException.BadInput(directory.Name, $"there is no scenario and no input of an engine in '{root}'");
    }

    private int ExitCodeOf(TriageReader reader, List<TriageRow> rows)
    {
        if (context.Stop.IsCancellationRequested)
        {
            return CommandExit.Interrupted;
        }

        if (rows.Exists(static row => row.Known is null))
        {
            return CommandExit.Findings;
        }

        return reader.Refused.Count > 0 ? CommandExit.BadInput : CommandExit.Clean;
    }

    private void Print(TriageReader reader, TriageSession session, List<TriageRow> rows)
    {
        reader.Refused.ForEach(context.Error.WriteLine);
        foreach (TriageRow row in rows.Where(static row => row.Known is null))
        {
            for (int number = 0; number < row.Folders.Count; number++)
            {
                Tell(row.Folders[number], row.Group.Findings[number]);
            }
        }

        int violating = reader.Count - reader.Clean.Count - reader.Refused.Count;
        context.Output.WriteLine(
            $"{Plural.Of(reader.Count, "file")}: {violating} with a violation, {reader.Clean.Count} without, "
            + $"{reader.Refused.Count} not read");
        foreach (TriageRow row in rows.OrderBy(static row => row.Known is not null))
        {
            string word = row.Known is null ? "new" : "known";
            string rest = row.Known is null ? Names(row.Group.Names) : row.Known.Reason;
            context.Output.WriteLine(
                $"  {word,-6} {row.Group.Cause} of {row.Group.Protocol}, in {Plural.Of(row.Group.Names.Count, "file")}: {rest}");
        }

        if (session.Unreached > 0)
        {
            context.Output.WriteLine($"interrupted; {Plural.Of(session.Unreached, "violation")} not looked at");
        }
    }

    private static string Names(List<string> names)
    {
        string first = string.Join(", ", names.Take(NamesShown));
        return names.Count > NamesShown ? $"{first} and {names.Count - NamesShown} more" : first;
    }

    private void Tell(FindingFolder folder, RawFinding finding)
    {
        foreach (string text in Digest.Write(folder.Story, finding.File.Schedule.ToString()))
        {
            context.Output.WriteLine(text);
        }

        context.Output.WriteLine($"  more in {folder.Path}: chart.svg, trace.txt, confirm.md");
        context.Output.WriteLine();
    }

    private void WriteJson(TriageReader reader, TriageSession session, List<TriageRow> rows)
    {
        using var document = new JsonDocumentWriter(context.Output, "triage");
        Utf8JsonWriter json = document.Json;
        json.WriteNumber("files", reader.Count);
        json.WriteNumber("notLookedAt", session.Unreached);
        WriteTexts(json, "clean", reader.Clean);
        WriteTexts(json, "refused", reader.Refused);
        json.WriteStartArray("causes");
        foreach (TriageRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("protocol", row.Group.Protocol);
            json.WriteString("cause", row.Group.Cause.ToString());
            json.WriteString("known", row.Known?.Reason ?? "");
            WriteTexts(json, "files", row.Group.Names);
            WriteTexts(json, "findings", row.Folders.Select(static folder => folder.Path));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private sealed record TriageRow(TriageGroup Group, KnownFinding? Known, List<FindingFolder> Folders);
}
