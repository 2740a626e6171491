// The data root: where a command leaves its files. That it can be written is proved before hours of work rely on it.

namespace Managarm.Perf.Results.Commands;

/// <summary>Checks folders that commands write to.</summary>
public static class DataFolder
{
    /// <summary>The data root unless told otherwise; git ignores it.</summary>
    public const string Default = ".managarm-perf";

    /// <summary>Refuses what cannot be a folder.</summary>
    /// <param name="option">Option that named it, for the message.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="CommandException">It is empty, or something else than a folder.</exception>
    public static string Check(string option, string folder) => folder.Length > 0 && !File.Exists(folder)
        ? folder
        : throw CommandException.BadInput(
            option, $"'{folder}' {(folder.Length > 0 ? "is a file" : "is no name")}; a directory is needed");

    /// <summary>Creates a folder and proves that files can be written there.</summary>
    /// <param name="option">Option that named it, for the message.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CommandException">Nothing can be written there.</exception>
    public static void Prepare(string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".probe-{Environment.ProcessId}-{Guid.NewGuid():n}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string reason = failure.Message.TrimEnd('.');
            throw CommandException.Environment($"{option}: cannot write to '{folder}': {reason}");
        }
    }
}
