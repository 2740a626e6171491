// A table as data: its columns in their order, keys first, and the statements that follow from them. The order of tables, columns
// and keys is that of an export, so it never changes; the tables themselves are made by the migrations.

using System.Globalization;

namespace Managarm.Perf.Results.Store;

/// <summary>A table.</summary>
internal sealed class StoreTable
{
    private StoreTable(string name, params StoreColumn[] columns)
    {
        Name = name;
        Columns = columns;
        KeyCount = columns.Count(column => column.Role == ColumnRole.Key);
        string names = string.Join(", ", columns.Select(column => column.Name));
        string keys = string.Join(", ", columns.Take(KeyCount).Select(column => column.Name));
        string isRow = string.Join(" AND ", Equalities(columns, column => column.Role == ColumnRole.Key));
        string set = string.Join(", ", Equalities(columns, column => column.Role is ColumnRole.Rank or ColumnRole.Latest));
        SelectAll = $"SELECT {names} FROM {name} ORDER BY {keys}";
        SelectRow = $"SELECT {names} FROM {name} WHERE {isRow}";
        Insert = $"INSERT INTO {name} ({names}) VALUES ({string.Join(", ", columns.Select((_, index) => Parameter(index)))})";
        Update = $"UPDATE {name} SET {set} WHERE {isRow}";
    }

    internal static StoreTable Machines { get; } = new(
        "machines", Key("machine_id"), Fixed("system"), Fixed("architecture"), Fixed("processor"),
        Fixed("processors", ColumnType.Number), Fixed("runtime"));

    internal static StoreTable Commits { get; } = new(
        "commits", Key("commit_id"), Key("tree"), Key("model_version", ColumnType.Number));

    internal static StoreTable Provenances { get; } = new(
        "provenances", Key("provenance_id"), Fixed("commit_id"), Fixed("tree"), Fixed("model_version", ColumnType.Number),
        Fixed("machine_id"), Fixed("recorded_at", ColumnType.Time), Fixed("command", ColumnType.Command));

    internal static StoreTable Campaigns { get; } = new(
        "campaigns", Key("campaign_id"), First("provenance_id"), Fixed("protocols"), Fixed("profile"),
        Fixed("seed", ColumnType.Seed), Fixed("shard"), Fixed("options"), Rank("rounds"), Rank("is_finished", ColumnType.Flag),
        Latest("runs", ColumnType.Number), Latest("calls", ColumnType.Number), Latest("steps", ColumnType.Number),
        Latest("decisions", ColumnType.Number), Latest("corpus_entries", ColumnType.Number));

    internal static StoreTable Rounds { get; } = new(
        "rounds", Key("campaign_id"), Key("round", ColumnType.Number), First("provenance_id"),
        First("elapsed_milliseconds", ColumnType.Number), Fixed("runs", ColumnType.Number), Fixed("steps", ColumnType.Number),
        Fixed("violations", ColumnType.Number), Fixed("corpus_entries", ColumnType.Number));

    internal static StoreTable Causes { get; } = new(
        "causes", Key("campaign_id"), Key("protocol"), Key("cause"), First("provenance_id"), Fixed("kind"), Rank("violations"),
        Latest("is_new", ColumnType.Flag), Latest("reason"), Latest("first_run", ColumnType.Number, isOptional: true));

    internal static StoreTable Findings { get; } = new(
        "findings", Key("campaign_id"), Key("finding"), First("provenance_id"), Fixed("protocol"), Fixed("profile"),
        Fixed("invariant"), Fixed("call"), Fixed("round", ColumnType.Number), Fixed("run", ColumnType.Number),
        Latest("signature"), Latest("scenario"), Latest("is_new", ColumnType.Flag), Latest("cause", isOptional: true));

    internal static StoreTable Hunts { get; } = new(
        "hunts", Key("provenance_id"), Key("defect"), Fixed("protocol"), Fixed("profile"), Fixed("corpus"),
        Fixed("runs_at_most", ColumnType.Number));

    internal static StoreTable HuntAttempts { get; } = new(
        "hunt_attempts", Key("provenance_id"), Key("defect"), Key("seed", ColumnType.Seed), Fixed("runs", ColumnType.Number),
        Fixed("is_found", ColumnType.Flag));

    /// <summary>Every table, each after those that it refers to.</summary>
    internal static IReadOnlyList<StoreTable> All { get; } =
        [Machines, Commits, Provenances, Campaigns, Rounds, Causes, Findings, Hunts, HuntAttempts];

    internal string Name { get; }

    internal IReadOnlyList<StoreColumn> Columns { get; }

    /// <summary>How many columns name a row; they come first.</summary>
    internal int KeyCount { get; }

    /// <summary>All rows in the order of their keys.</summary>
    internal string SelectAll { get; }

    internal string SelectRow { get; }

    internal string Insert { get; }

    internal string Update { get; }

    /// <summary>The parameter of a column in each of the statements.</summary>
    /// <param name="index">The column's place.</param>
    internal static string Parameter(int index) => string.Create(CultureInfo.InvariantCulture, $"@c{index}");

    /// <summary>What names a row, for messages.</summary>
    /// <param name="row">A value per column.</param>
    internal string Describe(object?[] row) =>
        string.Create(CultureInfo.InvariantCulture, $"{Name} {string.Join(' ', row.Take(KeyCount))}");

    private static IEnumerable<string> Equalities(StoreColumn[] columns, Func<StoreColumn, bool> isWanted) => columns.Index()
        .Where(each => isWanted(each.Item)).Select(each => $"{each.Item.Name} = {Parameter(each.Index)}");

    private static StoreColumn Key(string name, ColumnType type = ColumnType.Text) => new(name, type, ColumnRole.Key);

    private static StoreColumn Fixed(string name, ColumnType type = ColumnType.Text) => new(name, type, ColumnRole.Fixed);

    private static StoreColumn First(string name, ColumnType type = ColumnType.Text) => new(name, type, ColumnRole.First);

    private static StoreColumn Rank(string name, ColumnType type = ColumnType.Number) => new(name, type, ColumnRole.Rank);

    private static StoreColumn Latest(string name, ColumnType type = ColumnType.Text, bool isOptional = false) =>
        new(name, type, ColumnRole.Latest, isOptional);
}
