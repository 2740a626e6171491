// Finds the project's own Corpus directory: upwards from the current directory, so that commands work anywhere in a clone,
// then upwards from the program, so that they work elsewhere, too. An installed tool has the scenarios beside it; they can be
// read there, but nothing is ever written to them.

using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>Where the project's scenarios are.</summary>
internal static class CorpusLocation
{
    private const string Folder = "Corpus";
    private const string Seeds = "seeds";

    /// <summary>Finds the directory to read from.</summary>
    /// <param name="option">Option that names a directory instead, for the message.</param>
    /// <returns>Path of Corpus.</returns>
    internal static string Find(string option) => FindAny() ?? throw Nowhere(option);

    /// <summary>Finds the directory to read from, for a command that can be given no other.</summary>
    /// <returns>Path of Corpus.</returns>
    internal static string Find() => FindAny()
        ?? throw CommandException.Environment($"there is no {Folder}/{Seeds} here or above; run this in a clone of the project");

    /// <summary>Finds the directory of a clone, to write to.</summary>
    /// <param name="option">Option that names a directory instead, for the message.</param>
    /// <returns>Path of Corpus.</returns>
    internal static string FindInClone(string option)
    {
        string? found = FindAny();
        bool isInstalled = found is not null
            && Path.GetFullPath(found) == Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, Folder));
        return found is null || isInstalled ? throw Nowhere(option) : found;
    }

    /// <summary>Finds the seeds.</summary>
    /// <param name="option">Option that names a directory instead, for the message.</param>
    internal static string FindSeeds(string option) => Path.Combine(Find(option), Seeds);

    /// <summary>Reads the list of known findings, if there is one.</summary>
    /// <returns>The list.</returns>
    internal static KnownFindings LoadKnown()
    {
        string? corpus = FindAny();
        string path = corpus is null ? "" : Path.Combine(corpus, "known-findings.txt");
        if (!File.Exists(path))
        {
            return KnownFindings.None;
        }

        return KnownFindings.TryParse(path, InputFile.ReadText(path), out KnownFindings known, out string error)
            ? known
            : throw CommandException.BadInput(error);
    }

    private static string? FindAny() =>
        SearchUpwards(Directory.GetCurrentDirectory()) ?? SearchUpwards(AppContext.BaseDirectory);

    private static CommandException Nowhere(string option) => CommandException.Environment(
        $"there is no {Folder}/{Seeds} here or above; run this in a clone of the project or give {option} DIR");

    private static string? SearchUpwards(string start)
    {
        for (DirectoryInfo? directory = new(start); directory is not null; directory = directory.Parent)
        {
            string candidate = Path.Combine(directory.FullName, Folder);
            if (Directory.Exists(Path.Combine(candidate, Seeds)))
            {
                return Path.GetRelativePath(Directory.GetCurrentDirectory(), candidate);
            }
        }

        return null;
    }
}
