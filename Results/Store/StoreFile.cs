// The file of a results store. It is made beside its place and put there when it is complete, so that nobody ever meets half a
// store, and whatever else lies there (another program's database, a text, a device, an empty file) is refused before SQLite has
// touched it. Several programs write at once: the log (WAL) lets readers read meanwhile, a writer waits for its turn, and what
// was committed is on the disk.

using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store;

/// <summary>Makes, checks and opens the file.</summary>
internal static class StoreFile
{
    /// <summary>How long a writer waits for its turn.</summary>
    internal const int TimeoutSeconds = 30;

    /// <summary>What the header says whose file it is; the letters "MPRS".</summary>
    private const int ApplicationId = 0x4D505253;

    private const int HeaderSize = 100;
    private const int ApplicationIdOffset = 68;

    private static readonly Lock Opening = new();
    private static readonly Dictionary<string, int> OpenCounts = new(StringComparer.Ordinal);

    /// <summary>Opens a store.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="mode">How.</param>
    /// <exception cref="CommandException">It cannot be opened; the message is one line.</exception>
    internal static SqliteConnection Open(string path, OpenMode mode)
    {
        if (Directory.Exists(path))
        {
            throw CommandException.BadInput(path, "this is a directory, and a store is a file");
        }

        if (!File.Exists(path))
        {
            if (mode == OpenMode.Read)
            {
                throw CommandException.BadInput(path, "there is no such store");
            }

            Make(path);
        }

        return Checked(ConnectChecked(path, mode), path, mode);
    }

    /// <summary>Looks at the header, once for all that this process has open at a time: the system drops the locks of a process
    /// on a file when the process closes any descriptor of it, and those are SQLite's.</summary>
    private static SqliteConnection ConnectChecked(string path, OpenMode mode)
    {
        string whole = Path.GetFullPath(path);
        lock (Opening)
        {
            int count = OpenCounts.GetValueOrDefault(whole);
            if (count == 0)
            {
                CheckHeader(path);
            }

            SqliteConnection connection = Connect(path, mode);
            OpenCounts[whole] = count + 1;
            connection.Disposed += (_, _) => Closed(whole);
            return connection;
        }
    }

    private static void Closed(string whole)
    {
        lock (Opening)
        {
            int count = OpenCounts[whole] - 1;
            if (count == 0)
            {
                OpenCounts.Remove(whole);
            }
            else
            {
                OpenCounts[whole] = count;
            }
        }
    }

    private static SqliteConnection Checked(SqliteConnection connection, string path, OpenMode mode)
    {
        try
        {
            CheckVersion(connection, path, mode);
            CheckTables(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Connect(string path, OpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = TimeoutSeconds,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA synchronous = FULL");
            if (mode == OpenMode.Read)
            {
                Execute(connection, "PRAGMA query_only = ON");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes a store of the newest version; if somebody else is quicker, theirs is as good.</summary>
    private static void Make(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        string name = string.Create(CultureInfo.InvariantCulture, $".store-{Environment.ProcessId}-{Guid.NewGuid():n}");
        string fresh = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(fresh, []);
            using (SqliteConnection connection = Connect(fresh, OpenMode.Write))
            {
                Execute(connection, "PRAGMA journal_mode = WAL");
                Execute(connection, $"PRAGMA application_id = {ApplicationId}");
                Upgrade(connection, 0);
            }

            File.Move(fresh, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else was quicker.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Environment($"{path}: cannot be made: {failure.Message.TrimEnd('.')}");
        }
        finally
        {
            DeleteAll(fresh);
        }
    }

    /// <summary>Deletes a file that was not put in place, and what SQLite may have left beside it.</summary>
    private static void DeleteAll(string file)
    {
        foreach (string each in new[] { file, $"{file}-wal", $"{file}-shm" }.Where(File.Exists))
        {
            File.Delete(each);
        }
    }

    private static void CheckHeader(string path)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        try
        {
            const FileShare Others = FileShare.ReadWrite | FileShare.Delete;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, Others, bufferSize: 0);
            int length = file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false);
            if (length < HeaderSize || !header.StartsWith("SQLite format 3\0"u8))
            {
                throw CommandException.BadInput(path, "this is no results store");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Environment($"{path}: cannot be read: {failure.Message.TrimEnd('.')}");
        }

        if (BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]) != ApplicationId)
        {
            throw CommandException.BadInput(path, "this is the database of another program and no results store");
        }
    }

    /// <summary>Refuses what this program does not know, and brings up what is older.</summary>
    private static void CheckVersion(SqliteConnection connection, string path, OpenMode mode)
    {
        long version = VersionOf(connection, null);
        if (version is > 0 && version <= Migration.Newest)
        {
            if (mode == OpenMode.Write)
            {
                Upgrade(connection, version);
            }
            else if (version < Migration.Newest)
            {
                throw CommandException.BadInput(
                    path, $"the store is of version {version} and this program reads {Migration.Newest}; an import brings it up");
            }

            return;
        }

        throw CommandException.BadInput(
            path, version > 0
                ? $"the store is of version {version} and this program knows {Migration.Newest}; a newer program made it"
                : "the store is damaged: it has no version");
    }

    /// <summary>Each version in a transaction of its own, begun by asking again whether somebody else has done it.</summary>
    private static void Upgrade(SqliteConnection connection, long version)
    {
        while (version < Migration.Newest)
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            version = version == 0 ? 0 : VersionOf(connection, transaction);
            if (version < Migration.Newest)
            {
                Migration.Apply(connection, transaction, ++version);
            }

            transaction.Commit();
        }
    }

    private static long VersionOf(SqliteConnection connection, SqliteTransaction? transaction)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT max(version) FROM migrations";
        return command.ExecuteScalar() is long version ? version : 0;
    }

    /// <summary>Asks for every column once: what is missing is told now and not in the middle of something.</summary>
    private static void CheckTables(SqliteConnection connection)
    {
        foreach (StoreTable table in StoreTable.All)
        {
            Execute(connection, table.SelectAll + " LIMIT 0");
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
