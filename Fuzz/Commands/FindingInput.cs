// What shrink, promote and run accept: a scenario file, or the folder of a finding, whose document also says which defects
// were planted and how liveness was judged. The schedule line says protocol and profile.

using System.Text.Json;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>A scenario with its circumstances.</summary>
internal sealed class FindingInput
{
    private FindingInput(string path, Scenario scenario)
    {
        Path = path;
        Scenario = scenario;
    }

    /// <summary>The scenario's file.</summary>
    internal string Path { get; }

    /// <summary>The scenario.</summary>
    internal Scenario Scenario { get; }

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
        bool isFolder = Directory.Exists(path);
        string file = isFolder ? System.IO.Path.Combine(path, FindingWriter.ScenarioName) : path;
        var input = new FindingInput(file, CommandOptions.ReadScenario(file, context));
        string document = System.IO.Path.Combine(
            isFolder ? path : System.IO.Path.GetDirectoryName(path) ?? "", FindingWriter.DocumentName);
        if (File.Exists(document) && System.IO.Path.GetFileName(file) == FindingWriter.ScenarioName)
        {
            input.ReadDocument(document);
        }

        return input;
    }

    /// <summary>Makes a runner for the scenario's schedule line and loads the schedule.</summary>
    /// <param name="schedule">Receives the schedule.</param>
    internal ScenarioRunner MakeRunner(Schedule schedule)
    {
        ScheduleLine line = Scenario.Schedule;
        if (!line.IsPresent)
        {
            throw CommandException.BadInput(Path, "there is no schedule line; `run` with a strategy finds and prints one");
        }

        IProtocol protocol = CommandOptions.FindProtocol(Path, line.Protocol);
        var runner = new ScenarioRunner(protocol, CommandOptions.ProfileOf(Path, line.Profile));
        runner.System.JudgesAllCalls = JudgesAllCalls;
        if (FindingReplay.Resolve(runner.System, Scenario, schedule) > 0)
        {
            throw CommandException.BadInput(Path, "the schedule names a party that the scenario does not have");
        }

        return runner;
    }

    private void ReadDocument(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            Signature = root.GetProperty("signature").GetString() ?? "";
            JudgesAllCalls = root.GetProperty("judged").GetString() == "all";
            Defects = CommandOptions.DefectsOf(path, root.GetProperty("defects").EnumerateArray()
                .Select(name => name.GetString() ?? ""));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw CommandException.BadInput(path, exception.Message);
        }
    }
}
