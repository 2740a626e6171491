// From rows to records. Provenances are read first, since every record has one and many share it.

using System.Globalization;

namespace Managarm.Perf.Results.Store;

/// <summary>Reads records in one state of the store.</summary>
internal sealed class StoreReader
{
    private readonly StoreRows rows;
    private readonly Dictionary<string, ProvenanceRecord> provenances;

    internal StoreReader(StoreRows rows)
    {
        this.rows = rows;
        Dictionary<string, MachineRecord> machines = rows.Of(StoreTable.Machines).ToDictionary(
            row => Text(row[0]),
            row => new MachineRecord(Text(row[1]), Text(row[2]), Text(row[3]), Number(row[4]), Text(row[5])));
        provenances = rows.Of(StoreTable.Provenances).ToDictionary(
            row => Text(row[0]),
            row => new ProvenanceRecord(
                Text(row[1]), Text(row[2]), Number(row[3]), Text(row[5]), Text(row[6]), Find(machines, row[4])));
    }

    internal IReadOnlyList<CampaignRecord> Campaigns() => [.. rows.Of(StoreTable.Campaigns).Select(row => new CampaignRecord
    {
        Campaign = Text(row[0]),
        Provenance = Find(provenances, row[1]),
        Protocols = Text(row[2]),
        Profile = Text(row[3]),
        Seed = Seed(row[4]),
        Shard = Text(row[5]),
        Options = Text(row[6]),
        Rounds = Number(row[7]),
        IsFinished = Flag(row[8]),
        Runs = Number(row[9]),
        Calls = Number(row[10]),
        Steps = Number(row[11]),
        Decisions = Number(row[12]),
        CorpusEntries = Number(row[13]),
    })];

    internal IEnumerable<RoundRecord> Rounds() => rows.Of(StoreTable.Rounds).Select(row => new RoundRecord
    {
        Campaign = Text(row[0]),
        Round = Number(row[1]),
        Provenance = Find(provenances, row[2]),
        ElapsedMilliseconds = Number(row[3]),
        Runs = Number(row[4]),
        Steps = Number(row[5]),
        Violations = Number(row[6]),
        CorpusEntries = Number(row[7]),
    });

    internal IReadOnlyList<CauseRecord> Causes() => [.. rows.Of(StoreTable.Causes).Select(row => new CauseRecord
    {
        Campaign = Text(row[0]),
        Protocol = Text(row[1]),
        Cause = Text(row[2]),
        Provenance = Find(provenances, row[3]),
        Kind = StoreNames.KindOf(Text(row[4])),
        Violations = Number(row[5]),
        IsNew = Flag(row[6]),
        Reason = Text(row[7]),
        FirstRun = row[8] is long first ? first : null,
    })];

    internal IReadOnlyList<FindingRecord> Findings() => [.. rows.Of(StoreTable.Findings).Select(row => new FindingRecord
    {
        Campaign = Text(row[0]),
        Finding = Text(row[1]),
        Provenance = Find(provenances, row[2]),
        Protocol = Text(row[3]),
        Profile = Text(row[4]),
        Invariant = Text(row[5]),
        Call = Text(row[6]),
        Round = Number(row[7]),
        Run = Number(row[8]),
        Signature = Text(row[9]),
        Scenario = Text(row[10]),
        IsNew = Flag(row[11]),
        Cause = row[12] as string,
    })];

    internal IReadOnlyList<HuntRecord> Hunts()
    {
        ILookup<(string, string), HuntAttemptRecord> attempts = rows.Of(StoreTable.HuntAttempts).ToLookup(
            row => (Text(row[0]), Text(row[1])), row => new HuntAttemptRecord(Seed(row[2]), Number(row[3]), Flag(row[4])));
        return [.. rows.Of(StoreTable.Hunts).Select(row => new HuntRecord
        {
            Provenance = Find(provenances, row[0]),
            Defect = Text(row[1]),
            Protocol = Text(row[2]),
            Profile = Text(row[3]),
            Corpus = Text(row[4]),
            RunsAtMost = Number(row[5]),
            Attempts = [.. attempts[(Text(row[0]), Text(row[1]))].OrderBy(each => each.Seed)],
        }).OrderBy(each => each.Provenance.Time, StringComparer.Ordinal)];
    }

    private T Find<T>(Dictionary<string, T> known, object? name) => known.TryGetValue(Text(name), out T? found)
        ? found
        : throw rows.Damage($"{name} is missing, and rows come from it");

    private static string Text(object? value) => (string)value!;

    private static long Number(object? value) => (long)value!;

    private static bool Flag(object? value) => (long)value! != 0;

    private static ulong Seed(object? value) => ulong.Parse(Text(value), CultureInfo.InvariantCulture);
}
