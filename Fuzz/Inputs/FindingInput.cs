// What shrink, promote and run accept: a scenario file, or the folder of a finding, whose document also says which defects
// were planted and how liveness was judged. The schedule line says protocol and profile. A file elsewhere, such as one that a
// campaign had no time for, names planted defects in comments.

using System.Text.Json;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>A scenario with its circumstances.</summary>
internal sealed class FindingInput
{
    private readonly string text;

    private FindingInput(ScenarioSource source)
    {
        Path = source.Name;
        text = source.Text;
        File = source.File;
        Fit = new ScheduleFit(source.Name, source.Text, source.File);
    }

    /// <summary>The scenario's file.</summary>
    internal string Path { get; }

    /// <summary>The scenario.</summary>
    internal ScenarioFile File { get; }

    /// <summary>Judges the scenario's schedule line.</summary>
    internal ScheduleFit Fit { get; private set; }

    /// <summary>Planted defects.</summary>
    internal DefectSet Defects { get; private set; }

    /// <summary>Whether all calls are judged.</summary>
    internal bool JudgesAllCalls { get; private set; }

    /// <summary>Signature of the finding, or an empty text.</summary>
    internal string Signature { get; private set; } = "";

    /// <summary>Reads a file or folder.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="context">Where the command runs.</param>
    internal static FindingInput Read(string path, CommandContext context)
    {
        var input = new FindingInput(ScenarioInput.ReadValid(path, context));
        string folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(path) ?? "";
        string document = System.IO.Path.Combine(folder, FindingWriter.DocumentName);
        bool isOfFinding = System.IO.Path.GetFileName(input.Path) is FindingWriter.ScenarioName or FindingWriter.FoundName;
        if (isOfFinding && System.IO.File.Exists(document))
        {
            input.ReadDocument(document);
        }
        else
        {
            input.Defects = NamedThings.DefectsOf(input.Path, PlantedComment.NamesIn(input.text));
        }

        return input;
    }

    /// <summary>Makes a runner for the scenario's schedule line and loads the schedule.</summary>
    /// <param name="schedule">Receives the schedule.</param>
    internal ScenarioRunner MakeRunner(Schedule schedule)
    {
        ScheduleLine line = File.Schedule;
        if (!line.IsPresent)
        {
            throw CommandException.BadInput(Path, "there is no schedule line; `run` with a strategy finds and prints one");
        }

        Refuse(Fit.FindProtocol(out IProtocol protocol));
        Refuse(Fit.FindProfile(out Profile profile));
        var runner = new ScenarioRunner(protocol, profile);
        runner.System.JudgesAllCalls = JudgesAllCalls;
        Refuse(Fit.FindStranger(runner.System));
        FindingReplay.Resolve(runner.System, File, schedule);
        return runner;
    }

    /// <summary>Takes a schedule line from elsewhere instead of the file's.</summary>
    /// <param name="name">What messages about it are about.</param>
    /// <param name="text">The line.</param>
    internal void UseSchedule(string name, string text)
    {
        if (!File.Schedule.TryParse(name, 1, text, out ScenarioError? error))
        {
            throw CommandException.BadInput(error!.ToString());
        }

        Fit = new ScheduleFit(name, text, File);
    }

    /// <summary>Ends the command if something is wrong with the schedule.</summary>
    /// <param name="error">What is wrong, or null.</param>
    internal static void Refuse(ScenarioError? error)
    {
        if (error is not null)
        {
            throw CommandException.BadInput(error.ToString());
        }
    }

    private void ReadDocument(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(InputFile.ReadText(path));
            JsonElement root = document.RootElement;
            Signature = root.GetProperty("signature").GetString() ?? "";
            JudgesAllCalls = root.GetProperty("judged").GetString() == "all";
            Defects = NamedThings.DefectsOf(path, root.GetProperty("defects").EnumerateArray()
                .Select(name => name.GetString() ?? ""));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw CommandException.BadInput(path, exception.Message);
        }
    }
}
