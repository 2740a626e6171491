// `defects compare`: two hunts side by side, defect by defect, and what it amounts to. A defect that only one of them has cannot
// be compared and is named. That something got slower is no error of the command: its exit code says that it could compare.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Fuzz.Defects;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Defects;

/// <summary>Compares two hunts for planted defects.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class DefectsCompareMode(CommandContext context)
{
    /// <summary>Compares.</summary>
    /// <param name="before">The hunt before.</param>
    /// <param name="after">The hunt after.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(DefectHuntRecord before, DefectHuntRecord after, bool asJson)
    {
        Dictionary<string, DefectHuntResult> later = after.Results.ToDictionary(KeyOf);
        DefectComparison[] both = [.. before.Results.Where(each => later.ContainsKey(KeyOf(each)))
            .Select(each => new DefectComparison(each, later[KeyOf(each)]))
            .OrderBy(each => each.Before.Name, StringComparer.Ordinal)];
        if (asJson)
        {
            WriteJson(before, after, both);
            return CommandExit.Clean;
        }

        Print(both);
        HashSet<string> compared = [.. both.Select(each => KeyOf(each.Before))];
        PrintLeftOut("before", before, compared);
        PrintLeftOut("after", after, compared);
        context.Output.WriteLine(
            $"{both.Count(each => each.Halves)} of {both.Length} halve, {both.Count(each => each.Doubles)} double "
            + "(median, and p < 0.01 by the log-rank test)");
        return CommandExit.Clean;
    }

    /// <summary>A result is compared with one of the same defect in the same world only.</summary>
    private static string KeyOf(DefectHuntResult result) => $"{result.Name} under {result.Protocol}, {result.Profile}";

    private static string Describe(HuntTally tally) => tally.Describe(tally.Median);

    private static string Found(HuntTally tally) => $"{tally.Found}/{tally.Attempts.Count}";

    private void Print(DefectComparison[] both)
    {
        var table = new TextTable("defect", "protocol", ">before", ">found", ">after", ">found", ">ratio", ">p", "");
        foreach (DefectComparison each in both)
        {
            table.Add(
                each.Before.Name, each.Before.Protocol, Describe(each.Before.Tally), Found(each.Before.Tally),
                Describe(each.After.Tally), Found(each.After.Tally), each.RatioText,
                each.PValue.ToString(each.PValue < 0.001 ? "0.0e+0" : "0.000", CultureInfo.InvariantCulture), each.Verdict);
        }

        table.Print(context.Output);
    }

    private void PrintLeftOut(string side, DefectHuntRecord record, HashSet<string> compared)
    {
        string[] names = [.. record.Results.Select(KeyOf).Where(each => !compared.Contains(each))];
        if (names.Length > 0)
        {
            context.Output.WriteLine($"only in {side}: {string.Join("; ", names)}");
        }
    }

    private void WriteJson(DefectHuntRecord before, DefectHuntRecord after, DefectComparison[] both)
    {
        using var document = new JsonDocumentWriter(context.Output, "defects");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "compare");
        json.WriteString("corpusBefore", before.Corpus);
        json.WriteString("corpusAfter", after.Corpus);
        json.WriteNumber("halve", both.Count(each => each.Halves));
        json.WriteNumber("double", both.Count(each => each.Doubles));
        json.WriteStartArray("defects");
        foreach (DefectComparison each in both)
        {
            json.WriteStartObject();
            json.WriteString("name", each.Before.Name);
            json.WriteString("protocol", each.Before.Protocol);
            json.WriteString("profile", each.Before.Profile);
            json.WriteStartObject("before");
            each.Before.Tally.WriteNumbers(json);
            json.WriteEndObject();
            json.WriteStartObject("after");
            each.After.Tally.WriteNumbers(json);
            json.WriteEndObject();
            json.WriteString("ratio", each.RatioText);
            json.WriteNumber("p", each.PValue);
            json.WriteString("verdict", each.Verdict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
