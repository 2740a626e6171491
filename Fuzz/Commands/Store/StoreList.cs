// What `store list` can show: for each kind of record the columns of its table for people, and its members for machines.

using System.Text.Json;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>A list of records.</summary>
internal sealed class StoreList
{
    private static readonly StoreList[] All =
    [
        Of(
            "campaigns", static store => store.ReadCampaigns(), StoreRecordDocument.Write, static each => each.Provenance,
            ["campaign", "protocols", "profile", ">seed", ">rounds", ">runs", ">steps", "state", "commit", "time"],
            static each =>
            [
                each.Campaign, each.Protocols, each.Profile, $"{each.Seed}", TextTable.Count(each.Rounds),
                TextTable.Count(each.Runs), TextTable.Count(each.Steps), each.IsFinished ? "finished" : "open",
                Short(each.Provenance), each.Provenance.Time,
            ]),
        Of(
            "findings", static store => store.ReadFindings(), StoreRecordDocument.Write, static each => each.Provenance,
            ["finding", "campaign", "protocol", "invariant", "call", "cause", "state", "commit", "time"],
            static each =>
            [
                each.Finding, each.Campaign, each.Protocol, each.Invariant, each.Call, each.Cause ?? "none yet",
                StateOf(each.IsNew), Short(each.Provenance), each.Provenance.Time,
            ]),
        Of(
            "causes", static store => store.ReadCauses(), StoreRecordDocument.Write, static each => each.Provenance,
            ["cause", "kind", "protocol", "campaign", ">violations", "state", "commit", "time", "reason"],
            static each =>
            [
                each.Cause, StoreNames.Of(each.Kind), each.Protocol, each.Campaign, TextTable.Count(each.Violations),
                StateOf(each.IsNew), Short(each.Provenance), each.Provenance.Time, each.Reason,
            ]),
        Of(
            "hunts", static store => store.ReadHunts(), StoreRecordDocument.Write, static each => each.Provenance,
            ["defect", "protocol", ">found", ">median", ">runs at most", "corpus", "commit", "time"],
            static each =>
            [
                each.Defect, each.Protocol, $"{each.Attempts.Count(attempt => attempt.IsFound)}/{each.Attempts.Count}",
                MedianOf(each), TextTable.Count(each.RunsAtMost), each.Corpus, Short(each.Provenance), each.Provenance.Time,
            ]),
    ];

    private StoreList(string name, Action<ResultsStore, TextWriter> print, Action<ResultsStore, TextWriter> writeJson)
    {
        Name = name;
        Print = print;
        WriteJson = writeJson;
    }

    /// <summary>What it is a list of.</summary>
    internal string Name { get; }

    /// <summary>Prints it as a table.</summary>
    internal Action<ResultsStore, TextWriter> Print { get; }

    /// <summary>Writes it as a document.</summary>
    internal Action<ResultsStore, TextWriter> WriteJson { get; }

    /// <summary>The names of all lists.</summary>
    internal static string Names => string.Join(", ", All.Select(each => each.Name));

    /// <summary>Finds a list.</summary>
    /// <param name="name">What it is a list of.</param>
    internal static StoreList? Find(string name) => All.FirstOrDefault(each => each.Name == name);

    private static StoreList Of<T>(
        string name, Func<ResultsStore, IReadOnlyList<T>> read, Action<Utf8JsonWriter, T> write,
        Func<T, ProvenanceRecord> provenanceOf, string[] headings, Func<T, string[]> cells) => new(
        name,
        (store, output) =>
        {
            IReadOnlyList<T> records = read(store);
            var table = new TextTable(headings);
            foreach (T each in records)
            {
                table.Add(cells(each));
            }

            table.Print(output);
            output.WriteLine(Plural.Of(records.Count, name[..^1]));
        },
        (store, output) =>
        {
            IReadOnlyList<T> records = read(store);
            using var document = new JsonDocumentWriter(output, "store");
            document.Json.WriteString("mode", "list");
            document.Json.WriteStartArray(name);
            foreach (T each in records)
            {
                document.Json.WriteStartObject();
                write(document.Json, each);
                provenanceOf(each).Write(document.Json);
                document.Json.WriteEndObject();
            }

            document.Json.WriteEndArray();
        });

    private static string StateOf(bool isNew) => isNew ? "new" : "known";

    private static string MedianOf(HuntRecord hunt)
    {
        HuntAttempt[] attempts = [.. hunt.Attempts.Select(
            each => new HuntAttempt { Seed = each.Seed, Runs = (ulong)each.Runs, IsFound = each.IsFound })];
        var tally = new HuntTally(attempts, (ulong)hunt.RunsAtMost);
        return tally.Describe(tally.Median);
    }

    /// <summary>The commit as git abbreviates it, with a sign when the tree was not that commit's.</summary>
    private static string Short(ProvenanceRecord provenance)
    {
        const int Digits = 7;
        string commit = provenance.Commit.Length > Digits ? provenance.Commit[..Digits] : provenance.Commit;
        return provenance.Tree == "clean" ? commit : $"{commit}+";
    }
}
