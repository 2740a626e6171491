// `defects list`: one entry per planted defect, and the same as JSON. Nothing is run.

using System.Text.Json;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Defects;

/// <summary>Lists planted defects.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class DefectsListMode(CommandContext context)
{
    private const int ProtocolColumns = 22;

    /// <summary>Prints the list.</summary>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(bool asJson)
    {
        Defect[] defects = [.. Enumerable.Range(0, (int)Defect.Count).Select(each => (Defect)each)];
        defects = [.. defects.OrderBy(DefectNames.Of, StringComparer.Ordinal)];
        if (asJson)
        {
            WriteJson(defects);
            return CommandExit.Clean;
        }

        int nameColumns = defects.Max(each => DefectNames.Of(each).Length) + 2;
        foreach (Defect each in defects)
        {
            string head = DefectNames.Of(each).PadRight(nameColumns)
                + string.Join(", ", DefectHome.Of(each).Protocols).PadRight(ProtocolColumns);
            Print(head, DefectSentences.Of(each));
        }

        return CommandExit.Clean;
    }

    /// <summary>Prints a sentence behind a head, in as many lines as it needs.</summary>
    private void Print(string head, string sentence)
    {
        string line = head;
        foreach (string word in sentence.Split(' '))
        {
            bool isFirst = line.Length == head.Length;
            if (!isFirst && line.Length + 1 + word.Length > context.Width)
            {
                context.Output.WriteLine(line);
                line = new string(' ', head.Length);
                isFirst = true;
            }

            line += isFirst ? word : " " + word;
        }

        context.Output.WriteLine(line);
    }

    private void WriteJson(Defect[] defects)
    {
        using var document = new JsonDocumentWriter(context.Output, "defects");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "list");
        json.WriteStartArray("defects");
        foreach (Defect each in defects)
        {
            DefectHome home = DefectHome.Of(each);
            json.WriteStartObject();
            json.WriteString("name", DefectNames.Of(each));
            json.WriteString("sentence", DefectSentences.Of(each));
            json.WriteStartArray("protocols");
            foreach (string protocol in home.Protocols)
            {
                json.WriteStringValue(protocol);
            }

            json.WriteEndArray();
            json.WriteString("profile", Profiles.NameOf(home.Profile));
            json.WriteString("judged", home.JudgesAllCalls ? "all" : "wired");
            json.WriteBoolean("relaxesDispatch", home.RelaxesDispatch);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
