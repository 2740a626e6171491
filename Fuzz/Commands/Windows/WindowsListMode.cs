// `windows list`: one line per known window, and the same as JSON. Nothing is run.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Windows;

/// <summary>Lists known windows.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class WindowsListMode(CommandContext context)
{
    /// <summary>Writes what the file of a window says, inside an object.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="window">The window.</param>
    internal static void WriteWindow(Utf8JsonWriter json, KnownWindow window)
    {
        json.WriteString("name", window.Name);
        json.WriteString("file", window.Path);
        json.WriteString("window", window.Window);
        json.WriteString("title", window.Title);
        json.WriteString("protocol", window.Protocol.Name);
        json.WriteString("profile", Profiles.NameOf(window.Profile));
        json.WriteString("judged", window.JudgesAllCalls ? "all" : "wired");
        json.WriteString("verdict", window.Verdict);
        json.WriteNumber("calls", window.File.Scenario.CallCount);
        json.WriteNumber("parties", window.PartyCount);
        json.WriteNumber("deviations", window.File.Schedule.Count);
        WriteNames(json, "defects", DefectNames.List(window.Defects));
        WriteNames(json, "shows", window.Shows.Select(HyphenName.Of));
        json.WriteString("reach", window.Reach);
    }

    /// <summary>Prints the list.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<KnownWindow> windows, bool asJson)
    {
        if (asJson)
        {
            WriteJson(windows);
            return CommandExit.Clean;
        }

        var table = new TextTable("window", "protocol", "verdict", ">calls", ">parties", ">deviations", "name", "title");
        foreach (KnownWindow each in windows)
        {
            table.Add(
                each.Window, each.Protocol.Name, each.Verdict, Number(each.File.Scenario.CallCount),
                Number(each.PartyCount), Number(each.File.Schedule.Count), each.Name, each.Title);
        }

        table.Print(context.Output);
        return CommandExit.Clean;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void WriteNames(Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        json.WriteStartArray(property);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private void WriteJson(IReadOnlyList<KnownWindow> windows)
    {
        using var document = new JsonDocumentWriter(context.Output, "windows");
        document.Json.WriteString("mode", "list");
        document.Json.WriteStartArray("windows");
        foreach (KnownWindow window in windows)
        {
            document.Json.WriteStartObject();
            WriteWindow(document.Json, window);
            document.Json.WriteEndObject();
        }

        document.Json.WriteEndArray();
    }
}
