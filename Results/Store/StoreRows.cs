// The rows of a table as values: texts, numbers or nothing, in the order of its columns. What the file holds is checked against
// the columns, since anybody can write into it.

using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store;

/// <summary>Reads rows in one state of the store.</summary>
/// <param name="connection">The store.</param>
/// <param name="snapshot">The state.</param>
internal sealed class StoreRows(SqliteConnection connection, SqliteTransaction snapshot)
{
    /// <summary>All rows of a table in the order of their keys.</summary>
    /// <param name="table">The table.</param>
    internal IEnumerable<object?[]> Of(StoreTable table)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = snapshot;
        command.CommandText = table.SelectAll;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            object?[] row = Row(reader, table);
            string? problem = table.Columns.Select((column, index) => column.ProblemOf(row[index])).FirstOrDefault(Exists);
            yield return problem is null
                ? row
                : throw Damage($"{table.Describe(row)}: {problem}");
        }

        static bool Exists(string? problem) => problem is not null;
    }

    /// <summary>The store has something that it cannot have.</summary>
    /// <param name="message">What.</param>
    internal CommandException Damage(string message) =>
        CommandException.BadInput(connection.DataSource, $"the store is damaged: {message}");

    /// <summary>The row on which a reader stands.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="table">The table.</param>
    internal static object?[] Row(SqliteDataReader reader, StoreTable table)
    {
        var row = new object?[table.Columns.Count];
        for (int column = 0; column < row.Length; column++)
        {
            row[column] = reader.IsDBNull(column) ? null : reader.GetValue(column);
        }

        return row;
    }
}
