// `windows hunt`: how many drawn schedules each window takes, over all seeds. What was not found within the bound is said to be
// so, and never left out of a median.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Windows;

/// <summary>Hunts known windows.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class WindowsHuntMode(CommandContext context)
{
    /// <summary>Hunts.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="options">Settings.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code: findings when a window behaves otherwise than its file says.</returns>
    internal int Run(IReadOnlyList<KnownWindow> windows, HuntOptions options, bool asJson)
    {
        IReadOnlyList<HuntResult> results = WindowHunt.Run(windows, options, context.Stop, context.Progress.Say);
        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted; the hunt was not finished, so it has no result");
            return CommandExit.Interrupted;
        }

        if (asJson)
        {
            WriteJson(results, options);
        }
        else
        {
            Print(results, options);
        }

        return results.Any(result => result.Mismatch.Length > 0) ? CommandExit.Findings : CommandExit.Clean;
    }

    private void Print(IReadOnlyList<HuntResult> results, HuntOptions options)
    {
        var table = new TextTable(
            "window", "protocol", "verdict", "schedule", ">found", ">median", ">worst", ">runs", ">in window", ">others", "name");
        foreach (HuntResult each in results)
        {
            KnownWindow window = each.Window;
            string schedule = !window.File.Schedule.IsPresent ? "-" : each.Replay.IsAsSaid ? "shows it" : "DIFFERS";
            table.Add(
                window.Window, window.Protocol.Name, window.Verdict, schedule,
                window.IsBenign ? "-" : $"{each.Tally.Found}/{each.Tally.Attempts.Count}",
                window.IsBenign ? "-" : each.Tally.Describe(each.Tally.Median),
                window.IsBenign ? "-" : each.Tally.Describe(each.Tally.Worst),
                Number(each.Tally.Runs), window.Shows.Count == 0 ? "-" : Number(each.RunsInWindow), Number(each.OtherViolations),
                window.Name);
        }

        table.Print(context.Output);
        foreach (HuntResult each in results.Where(each => each.Mismatch.Length > 0))
        {
            context.Output.WriteLine($"{each.Window.Path}: {each.Mismatch}");
        }

        int asSaid = results.Count(each => each.Mismatch.Length == 0);
        context.Output.WriteLine(
            $"{asSaid} of {results.Count} windows behave as their files say; {options.Strategy}, {options.Seeds} seeds, at most "
            + $"{Number(options.Runs)} runs each");
    }

    /// <summary>A number for people.</summary>
    /// <param name="value">The number.</param>
    internal static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private void WriteJson(IReadOnlyList<HuntResult> results, HuntOptions options)
    {
        using var document = new JsonDocumentWriter(context.Output, "windows");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "hunt");
        json.WriteString("strategy", options.Strategy);
        json.WriteNumber("seeds", options.Seeds);
        json.WriteNumber("runsAtMost", options.Runs);
        json.WriteStartArray("windows");
        foreach (HuntResult each in results)
        {
            json.WriteStartObject();
            WindowsListMode.WriteWindow(json, each.Window);
            json.WriteString("shown", Invariants.NameOf(each.Replay.Story.Violation.Invariant));
            each.Tally.WriteNumbers(json);
            json.WriteNumber("runsInWindow", each.RunsInWindow);
            json.WriteNumber("otherViolations", each.OtherViolations);
            json.WriteString("mismatch", each.Mismatch);
            each.Tally.WriteAttempts(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
