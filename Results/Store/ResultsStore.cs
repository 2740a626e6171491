// The results store: one SQLite file with campaigns, rounds, causes, findings and hunts of many nights, each row with the
// command, commit, model and machine that it came from. It is an index: what comes from campaign directories and documents can
// be imported again from them. Whoever writes begins a change and commits it; whoever reads sees one state of the store at a
// time. Every failure that is to be expected is a CommandException with one line.

using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store;

/// <summary>An open results store.</summary>
public sealed class ResultsStore : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly string path;

    private ResultsStore(SqliteConnection connection, string path)
    {
        this.connection = connection;
        this.path = path;
    }

    /// <summary>Opens a store.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="mode">Whether it is only read, or written and made if it is not there.</param>
    /// <returns>The store; whoever opened it closes it.</returns>
    /// <exception cref="CommandException">There is no store, it is damaged, foreign or of a newer version, or the surroundings do
    /// not allow it.</exception>
    public static ResultsStore Open(string path, OpenMode mode) =>
        StoreFailure.Guard(path, () => new ResultsStore(StoreFile.Open(path, mode), path));

    /// <summary>Begins a change; other writers wait until it is committed or disposed of.</summary>
    /// <param name="source">What the rows come from, such as a file, for messages about them.</param>
    public StoreWriter Begin(string source) => StoreFailure.Guard(path, () => new StoreWriter(connection, path, source));

    /// <summary>Every campaign, in the order of their names.</summary>
    public IReadOnlyList<CampaignRecord> ReadCampaigns() => Read(static reader => reader.Campaigns());

    /// <summary>The rounds of a campaign in their order.</summary>
    /// <param name="campaign">The campaign.</param>
    public IReadOnlyList<RoundRecord> ReadRounds(string campaign) => Read(
        reader => (IReadOnlyList<RoundRecord>)[.. reader.Rounds().Where(each => each.Campaign == campaign)]);

    /// <summary>Every cause of every campaign.</summary>
    public IReadOnlyList<CauseRecord> ReadCauses() => Read(static reader => reader.Causes());

    /// <summary>Every finding of every campaign.</summary>
    public IReadOnlyList<FindingRecord> ReadFindings() => Read(static reader => reader.Findings());

    /// <summary>Every hunt, the oldest first.</summary>
    public IReadOnlyList<HuntRecord> ReadHunts() => Read(static reader => reader.Hunts());

    /// <summary>Writes everything as lines of JSON, in an order that follows from the rows alone.</summary>
    /// <param name="output">Receives them.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public long Export(TextWriter output, CancellationToken stop) => StoreFailure.Guard(path, () =>
    {
        using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        return StoreExport.Write(new StoreRows(connection, snapshot), output, stop);
    });

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private T Read<T>(Func<StoreReader, T> read) => StoreFailure.Guard(path, () =>
    {
        using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        return read(new StoreReader(new StoreRows(connection, snapshot)));
    });
}
