// `windows show`: a window as its file tells it, the run of its schedule step by step, and the recipe for the real system; or
// all of it as a folder in the form of a finding's. The document finding.json is there only if something is violated.

using System.Text.Json;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Windows;

/// <summary>Shows a known window.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class WindowsShowMode(CommandContext context)
{
    /// <summary>Shows a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="folder">Folder to write, or null.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code: findings when the window behaves otherwise than its file says.</returns>
    internal int Run(KnownWindow window, string? folder, bool asJson)
    {
        WindowReplay replay = WindowReplay.Of(window);
        if (folder is not null)
        {
            WriteFolder(window, replay.Story, folder);
        }

        if (asJson)
        {
            WriteJson(window, replay, folder);
        }
        else
        {
            Print(window, replay, folder);
        }

        return replay.IsAsSaid ? CommandExit.Clean : CommandExit.Findings;
    }

    private static void WriteFolder(KnownWindow window, Story story, string folder)
    {
        DataFolder.Prepare("--out", DataFolder.Check("--out", folder));
        string document = Path.Combine(folder, FindingWriter.DocumentName);
        File.Delete(document);
        FindingWriter.WriteStory(folder, story, window.Text, window.File.Schedule.ToString(), window.Defects);
        if (!story.Violation.IsNone)
        {
            FindingWriter.WriteDocument(folder, MakeFinding(window), story);
        }
    }

    private static RawFinding MakeFinding(KnownWindow window)
    {
        using ScenarioRunner runner = window.MakeRunner();
        var schedule = new Schedule();
        FindingReplay.Resolve(runner.System, window.File, schedule);
        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        Violation violation = runner.Run(window.File.Scenario, replay, window.Defects).Violation;
        return new RawFinding
        {
            Protocol = window.Protocol,
            Profile = window.Profile,
            File = window.File,
            Violation = violation,
            JudgesAllCalls = window.JudgesAllCalls,
            Defects = window.Defects,
            RunIndex = 0,
            Signature = Signature.Of(runner, violation),
        };
    }

    private void Print(KnownWindow window, WindowReplay replay, string? folder)
    {
        TextWriter output = context.Output;
        output.WriteLine($"{window.Window}, {window.Protocol.Name}: {window.Title}");
        output.WriteLine($"  {window.Path}, {window.Verdict}");
        output.WriteLine("  reached: " + window.Reach);
        output.WriteLine();
        foreach (string line in window.Paragraph)
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        if (folder is null)
        {
            output.Write(TraceText.Write(replay.Story));
            output.WriteLine();
            output.Write(ConfirmText.Write(replay.Story, DefectNames.List(window.Defects)));
            output.WriteLine();
        }
        else
        {
            foreach (string line in Digest.Sentences(replay.Story))
            {
                output.WriteLine("  " + line);
            }

            output.WriteLine($"  more in {folder}: chart.svg, trace.txt, confirm.md");
            output.WriteLine();
        }

        string outcome = replay.IsAsSaid ? "its schedule shows what its file says" : replay.Mismatch;
        output.WriteLine($"{window.Name}: {outcome}");
    }

    private void WriteJson(KnownWindow window, WindowReplay replay, string? folder)
    {
        using var document = new JsonDocumentWriter(context.Output, "windows");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "show");
        WindowsListMode.WriteWindow(json, window);
        json.WriteString("paragraph", string.Join('\n', window.Paragraph));
        json.WriteString("scenario", ScenarioFormatter.Format(window.File.Scenario));
        json.WriteString("schedule", window.File.Schedule.IsPresent ? window.File.Schedule.ToString() : "");
        json.WriteString("shown", Invariants.NameOf(replay.Story.Violation.Invariant));
        json.WriteBoolean("isAsSaid", replay.IsAsSaid);
        json.WriteString("mismatch", replay.Mismatch);
        json.WriteString("trace", TraceText.Write(replay.Story));
        json.WriteString("confirm", ConfirmText.Write(replay.Story, DefectNames.List(window.Defects)));
        json.WriteString("folder", folder ?? "");
    }
}
