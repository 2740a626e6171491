// A change of the store: rows are put in by what names them, and committed together or not at all. Putting in what is there
// already changes nothing, so a directory or document can be imported again at any time; what a row may not change (the seed of
// a campaign, the figures of a round) is compared, and a difference is told as what it is: somebody's mistake or a run that was
// not deterministic.

using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store;

/// <summary>A change of the store.</summary>
public sealed class StoreWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;
    private readonly string path;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private ProvenanceRecord? lastProvenance;

    internal StoreWriter(SqliteConnection connection, string path, string source)
    {
        this.connection = connection;
        this.path = path;
        Source = source;
        transaction = connection.BeginTransaction(deferred: false);
    }

    /// <summary>What the rows come from, for messages about them.</summary>
    internal string Source { get; set; }

    /// <summary>Rows that were not there.</summary>
    public long Added { get; private set; }

    /// <summary>Rows that were there and are farther now.</summary>
    public long Changed { get; private set; }

    /// <summary>Rows that were there already.</summary>
    public long Unchanged { get; private set; }

    /// <summary>Puts a campaign in; one that is farther replaces what it had done.</summary>
    /// <param name="campaign">The campaign.</param>
    public void Put(CampaignRecord campaign) => Put(
        StoreTable.Campaigns, campaign.Campaign, PutProvenance(campaign.Provenance), campaign.Protocols, campaign.Profile,
        Text(campaign.Seed), campaign.Shard, campaign.Options, campaign.Rounds, Flag(campaign.IsFinished), campaign.Runs,
        campaign.Calls, campaign.Steps, campaign.Decisions, campaign.CorpusEntries);

    /// <summary>Puts a round in, after its campaign.</summary>
    /// <param name="round">The round.</param>
    public void Put(RoundRecord round) => Put(
        StoreTable.Rounds, round.Campaign, round.Round, PutProvenance(round.Provenance), round.ElapsedMilliseconds, round.Runs,
        round.Steps, round.Violations, round.CorpusEntries);

    /// <summary>Puts a cause in, after its campaign; one with more violations replaces what was counted.</summary>
    /// <param name="cause">The cause.</param>
    public void Put(CauseRecord cause) => Put(
        StoreTable.Causes, cause.Campaign, cause.Protocol, cause.Cause, PutProvenance(cause.Provenance),
        StoreNames.Of(cause.Kind), cause.Violations, Flag(cause.IsNew), cause.Reason, cause.FirstRun);

    /// <summary>Puts a finding in, after its campaign and its cause.</summary>
    /// <param name="finding">The finding.</param>
    public void Put(FindingRecord finding) => Put(
        StoreTable.Findings, finding.Campaign, finding.Finding, PutProvenance(finding.Provenance), finding.Protocol,
        finding.Profile, finding.Invariant, finding.Call, finding.Round, finding.Run, finding.Signature, finding.Scenario,
        Flag(finding.IsNew), finding.Cause);

    /// <summary>Puts a hunt in with its attempts.</summary>
    /// <param name="hunt">The hunt.</param>
    public void Put(HuntRecord hunt)
    {
        string provenance = PutProvenance(hunt.Provenance);
        Put(StoreTable.Hunts, provenance, hunt.Defect, hunt.Protocol, hunt.Profile, hunt.Corpus, hunt.RunsAtMost);
        foreach (HuntAttemptRecord attempt in hunt.Attempts)
        {
            Put(
                StoreTable.HuntAttempts, provenance, hunt.Defect, Text(attempt.Seed), attempt.Runs, Flag(attempt.IsFound));
        }
    }

    /// <summary>Puts in everything that an export has written.</summary>
    /// <param name="lines">The export.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="CommandException">A line is wrong; the message names it.</exception>
    /// <exception cref="OperationCanceledException">It was ended; nothing is committed.</exception>
    public void PutExport(TextReader lines, CancellationToken stop) => StoreImport.Read(lines, this, stop);

    /// <summary>Makes the change; when this returns, it is on the disk.</summary>
    public void Commit() => StoreFailure.Guard(path, () =>
    {
        transaction.Commit();
        return true;
    });

    /// <summary>Undoes what was not committed.</summary>
    public void Dispose()
    {
        foreach (SqliteCommand command in commands.Values)
        {
            command.Dispose();
        }

        transaction.Dispose();
    }

    /// <summary>Puts a row in.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="row">A text, a number or null per column.</param>
    internal void Put(StoreTable table, params object?[] row) => StoreFailure.Guard(path, () =>
    {
        try
        {
            PutRow(table, row);
            return true;
        }
        catch (SqliteException failure) when (StoreFailure.RefusalOf(failure) is { } refusal)
        {
            throw CommandException.BadInput(Source, $"{table.Describe(row)}: {refusal}");
        }
    });

    private void PutRow(StoreTable table, object?[] row)
    {
        foreach ((int index, StoreColumn column) in table.Columns.Index())
        {
            if (column.ProblemOf(row[index]) is { } problem)
            {
                throw CommandException.BadInput(Source, $"{table.Describe(row)}: {problem}");
            }
        }

        if (Find(table, row) is not { } known)
        {
            Execute(table.Insert, row);
            Added++;
            return;
        }

        RefuseDifference(table, row, known);
        object?[] merged = Merge(table, row, known);
        if (merged.SequenceEqual(known))
        {
            Unchanged++;
            return;
        }

        Execute(table.Update, merged);
        Changed++;
    }

    private void RefuseDifference(StoreTable table, object?[] row, object?[] known)
    {
        foreach ((int index, StoreColumn column) in table.Columns.Index())
        {
            if (column.Role == ColumnRole.Fixed && !Equals(row[index], known[index]))
            {
                throw CommandException.BadInput(Source, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{table.Describe(row)}: {column.Name} is {row[index]}, and {path} has {known[index]} for it"));
            }
        }
    }

    /// <summary>The known row with what replaces it, if the other is as far.</summary>
    private static object?[] Merge(StoreTable table, object?[] row, object?[] known)
    {
        object?[] merged = [.. known];
        foreach ((int index, StoreColumn column) in table.Columns.Index())
        {
            bool isReplaced = column.Role is ColumnRole.Rank or ColumnRole.Latest;
            if (column.Role == ColumnRole.Rank && (long)row[index]! < (long)merged[index]! && merged.SequenceEqual(known))
            {
                return known;
            }

            if (isReplaced && row[index] is not null)
            {
                merged[index] = row[index];
            }
        }

        return merged;
    }

    private object?[]? Find(StoreTable table, object?[] row)
    {
        using SqliteDataReader reader = Prepared(table.SelectRow, row.AsSpan(0, table.KeyCount)).ExecuteReader();
        return reader.Read() ? StoreRows.Row(reader, table) : null;
    }

    private void Execute(string sql, object?[] row) => Prepared(sql, row).ExecuteNonQuery();

    private SqliteCommand Prepared(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            commands.Add(sql, command);
        }

        command.Parameters.Clear();
        for (int index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue(StoreTable.Parameter(index), values[index] ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>Puts in what a row comes from; rows mostly come from the same as the one before.</summary>
    private string PutProvenance(ProvenanceRecord provenance)
    {
        string name = provenance.Id;
        if (ReferenceEquals(provenance, lastProvenance))
        {
            return name;
        }

        MachineRecord machine = provenance.Machine;
        Put(
            StoreTable.Machines, machine.Fingerprint, machine.System, machine.Architecture, machine.Processor,
            machine.Processors, machine.Runtime);
        Put(StoreTable.Commits, provenance.Commit, provenance.Tree, provenance.ModelVersion);
        Put(
            StoreTable.Provenances, name, provenance.Commit, provenance.Tree, provenance.ModelVersion, machine.Fingerprint,
            provenance.Time, provenance.Command);
        lastProvenance = provenance;
        return name;
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Flag(bool value) => value ? 1 : 0;
}
