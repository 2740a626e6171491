// The store behind its back: plain SQL, as anybody with sqlite3 can have it. Tests look at the file with it, and break it.

using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store.Tests;

/// <summary>SQL on a file.</summary>
internal static class RawStore
{
    /// <summary>Runs a statement and gives the first column of its rows, as texts.</summary>
    internal static string[] Query(string path, string sql)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, ForeignKeys = false };
        using var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.GetValue(0).ToString()!);
        }

        return [.. values];
    }

    /// <summary>What SQLite itself thinks of the file.</summary>
    internal static void AssertSound(string path)
    {
        Assert.Equal(["ok"], Query(path, "PRAGMA integrity_check"));
        Assert.Empty(Query(path, "PRAGMA foreign_key_check"));
    }
}
