// What SQLite says, as the one line and the exit code that a user gets: a file that is no store or is damaged is wrong input, a
// full disk, a file that cannot be written and a store that is locked are the environment. Anything else is a bug of this tool.

using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Results.Store;

/// <summary>Puts failures of SQLite into words.</summary>
internal static class StoreFailure
{
    // Result codes of SQLite.
    private const int Error = 1;
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NoDatabase = 26;
    private const int ForeignKey = 787;

    /// <summary>Does something with a store.</summary>
    /// <param name="path">The store.</param>
    /// <param name="work">What is done.</param>
    /// <exception cref="CommandException">SQLite could not.</exception>
    internal static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw Describe(path, failure) ?? (Exception)failure;
        }
    }

    /// <summary>Why a row was refused, if that is what has happened.</summary>
    /// <param name="failure">What SQLite says.</param>
    internal static string? RefusalOf(SqliteException failure) => failure.SqliteErrorCode == Constraint
        ? failure.SqliteExtendedErrorCode == ForeignKey ? "refers to a row that the store does not have" : Message(failure)
        : null;

    private static CommandException? Describe(string path, SqliteException failure)
    {
        switch (failure.SqliteErrorCode)
        {
            case NoDatabase or Corrupt:
                return Damaged(path, Message(failure));
            case Error when failure.Message.Contains("no such ", StringComparison.Ordinal):
                return Damaged(path, Message(failure));
            case Busy or Locked:
                string seconds = StoreFile.TimeoutSeconds.ToString(CultureInfo.InvariantCulture);
                return CommandException.Environment($"{path}: another program has kept it locked for {seconds} s");
            case Full:
                return CommandException.Environment($"{path}: {Message(failure)}; nothing of this was written");
            case CannotOpen or Permission or ReadOnly or InputOutput:
                return CommandException.Environment(
                    $"{path}: {Message(failure)}; a store needs a file and a folder that can be written, even to be read");
            default:
                return null;
        }
    }

    private static CommandException Damaged(string path, string message) =>
        CommandException.BadInput(path, $"the store is damaged: {message}");

    /// <summary>SQLite's sentence, which the library puts between quotes behind the code.</summary>
    private static string Message(SqliteException failure)
    {
        int start = failure.Message.IndexOf('\'', StringComparison.Ordinal);
        return start < 0 ? failure.Message : failure.Message[start..].Trim('.', '\'');
    }
}
