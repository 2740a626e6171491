// The versions of the results store. A migration goes forward only, is never edited once it has shipped, and is done in one
// transaction with the row that says so: whatever happens, a store is of one version or of the next.

using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store;

/// <summary>From one version of the store to the next.</summary>
/// <param name="Version">The version that it leads to.</param>
/// <param name="Script">Name of its statements among the resources.</param>
internal sealed record Migration(long Version, string Script)
{
    private static readonly Migration[] All = [new(1, "0001-campaigns-and-hunts.sql")];

    /// <summary>The version that this program knows.</summary>
    internal static long Newest => All[^1].Version;

    /// <summary>Takes a store to a version from the one before.</summary>
    /// <param name="connection">The store.</param>
    /// <param name="transaction">A transaction that keeps other writers out; the caller commits it.</param>
    /// <param name="version">The version.</param>
    internal static void Apply(SqliteConnection connection, SqliteTransaction transaction, long version)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = All.Single(each => each.Version == version).ReadScript();
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO migrations (version, applied_at) VALUES (@version, @time)";
        command.Parameters.AddWithValue("@version", version);
        command.Parameters.AddWithValue(
            "@time", DateTime.UtcNow.ToString(ProvenanceRecord.TimeFormat, CultureInfo.InvariantCulture));
        command.ExecuteNonQuery();
    }

    private string ReadScript()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Script)
            ?? throw new InvalidOperationException($"there is no script {Script}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
