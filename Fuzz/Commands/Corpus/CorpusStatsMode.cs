// `corpus stats`: what a corpus holds, in lines or as one document. A damaged file is named and the others are counted; the exit
// code says that there was one.

using System.Text.Json;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Fuzz.Corpora;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Corpus;

/// <summary>Says what a corpus holds.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CorpusStatsMode(CommandContext context)
{
    /// <summary>Measures a corpus and says what it holds.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="options">How it is measured.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(CorpusFolder corpus, MeasureOptions options, bool asJson)
    {
        CorpusMeasured measured = CorpusMeasure.Run(corpus.Files, options, context.Stop);
        foreach (string damage in measured.Damages)
        {
            context.Error.WriteLine(damage);
        }

        (asJson ? (Action<CorpusFolder, MeasureOptions, CorpusMeasured>)WriteJson : Print)(corpus, options, measured);
        return measured.Damages.Count == 0 ? CommandExit.Clean : CommandExit.BadInput;
    }

    private static string NamesOf(MeasureOptions options) => string.Join(",", options.Protocols.Select(static each => each.Name));

    private static int DuplicatesIn(CorpusMeasured measured) =>
        measured.Entries.Count - measured.Entries.Select(static entry => entry.Hash).Distinct().Count();

    private static IEnumerable<int> KindsIn(CorpusMeasured measured) => Enumerable.Range(0, CallTable.Count)
        .Where(kind => measured.EntriesOfKind[kind] > 0)
        .OrderByDescending(kind => measured.EntriesOfKind[kind]).ThenBy(static kind => kind);

    private void Print(CorpusFolder corpus, MeasureOptions options, CorpusMeasured measured)
    {
        CorpusTotals totals = CorpusTotals.Of(measured.Entries);
        context.Output.WriteLine(
            $"{corpus.Root}: {Plural.Of(totals.Entries, "scenario")}, {Plural.Of(DuplicatesIn(measured), "duplicate")}, "
            + $"{Plural.Of(measured.Damages.Count, "damaged file")}");
        context.Output.WriteLine(
            $"features under {NamesOf(options)} with {Plural.Of(1 + options.Schedules, "schedule")} each: "
            + $"{TextTable.Count(totals.Features)}, of which {TextTable.Count(totals.Single)} only one scenario shows");
        if (totals.Entries == 0)
        {
            return;
        }

        var sizes = new TextTable("of a scenario", ">least", ">median", ">most", ">all");
        AddSizes(sizes, "calls", measured.Entries.Select(static entry => (long)entry.Calls));
        AddSizes(sizes, "threads", measured.Entries.Select(static entry => (long)entry.Threads));
        AddSizes(sizes, "bytes", measured.Entries.Select(static entry => entry.Bytes));
        AddSizes(sizes, "steps", measured.Entries.Select(static entry => entry.Steps));
        AddSizes(sizes, "features", measured.Entries.Select(static entry => (long)entry.Features.Length), hasSum: false);
        sizes.Print(context.Output);
        var kinds = new TextTable("call", ">scenarios", ">calls");
        foreach (int kind in KindsIn(measured))
        {
            kinds.Add(
                CallTable.Of((CallKind)kind).Name, TextTable.Count(measured.EntriesOfKind[kind]),
                TextTable.Count(measured.CallsOfKind[kind]));
        }

        kinds.Print(context.Output);
    }

    private static void AddSizes(TextTable table, string name, IEnumerable<long> values, bool hasSum = true)
    {
        long[] sorted = [.. values.Order()];
        table.Add(
            name, TextTable.Count(sorted[0]), TextTable.Count(sorted[(sorted.Length - 1) / 2]), TextTable.Count(sorted[^1]),
            hasSum ? TextTable.Count(sorted.Sum()) : "");
    }

    private void WriteJson(CorpusFolder corpus, MeasureOptions options, CorpusMeasured measured)
    {
        CorpusTotals totals = CorpusTotals.Of(measured.Entries);
        using var document = new JsonDocumentWriter(context.Output, "corpus");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "stats");
        json.WriteString("path", corpus.Root);
        json.WriteString("protocols", NamesOf(options));
        json.WriteNumber("schedules", 1 + options.Schedules);
        json.WriteNumber("scenarios", totals.Entries);
        json.WriteNumber("duplicates", DuplicatesIn(measured));
        json.WriteNumber("features", totals.Features);
        json.WriteNumber("featuresOfOneScenario", totals.Single);
        json.WriteNumber("steps", totals.Steps);
        json.WriteNumber("bytes", totals.Bytes);
        json.WriteNumber("calls", measured.Entries.Sum(static entry => (long)entry.Calls));
        json.WriteNumber("threads", measured.Entries.Sum(static entry => (long)entry.Threads));
        json.WriteStartArray("kinds");
        foreach (int kind in KindsIn(measured))
        {
            json.WriteStartObject();
            json.WriteString("call", CallTable.Of((CallKind)kind).Name);
            json.WriteNumber("scenarios", measured.EntriesOfKind[kind]);
            json.WriteNumber("calls", measured.CallsOfKind[kind]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteEntries(json, measured);
        json.WriteStartArray("damaged");
        foreach (string damage in measured.Damages)
        {
            json.WriteStringValue(damage);
        }

        json.WriteEndArray();
    }

    private static void WriteEntries(Utf8JsonWriter json, CorpusMeasured measured)
    {
        int[] counts = measured.CountFeatures();
        json.WriteStartArray("entries");
        foreach (MeasuredEntry entry in measured.Entries)
        {
            json.WriteStartObject();
            json.WriteString("file", entry.Path);
            json.WriteString("hash", CorpusFolder.NameOf(entry.Hash));
            json.WriteNumber("calls", entry.Calls);
            json.WriteNumber("threads", entry.Threads);
            json.WriteNumber("bytes", entry.Bytes);
            json.WriteNumber("steps", entry.Steps);
            json.WriteNumber("features", entry.Features.Length);
            json.WriteNumber("featuresOfItsOwn", entry.Features.Count(feature => counts[feature] == 1));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
