// Reads the text of a file that the command line names. A file that cannot be read is wrong input, whatever the reason: the
// name may be misspelt, a folder's, or somebody else's.

namespace Managarm.Perf.Results.Commands;

/// <summary>Reads files for commands.</summary>
public static class InputFile
{
    /// <summary>Reads a file, or ends the command.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static string ReadText(string path)
    {
        if (Directory.Exists(path))
        {
            throw CommandException.BadInput(path, "this is a directory");
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandException.BadInput(path, "there is no such file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput(path, failure.Message.TrimEnd('.'));
        }
    }
}
