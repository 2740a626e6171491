// Finds and reads the scenarios that are measured. Without a folder named by the user the project's seeds are looked for
// upwards from the current directory and from the program, so that the command works from anywhere inside a clone.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Store;

namespace Managarm.Perf.Bench.Costs;

/// <summary>The scenarios to measure.</summary>
internal static class SeedCorpus
{
    /// <summary>The project's seeds.</summary>
    /// <returns>The folder, or null outside of a clone.</returns>
    internal static string? FindFolder()
    {
        foreach (string start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string seeds = Path.Combine(folder.FullName, "Corpus", "seeds");
                if (Directory.Exists(seeds))
                {
                    return seeds;
                }
            }
        }

        return null;
    }

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="error">One line when it cannot be used.</param>
    /// <returns>Its scenarios; empty on error.</returns>
    internal static IReadOnlyList<Scenario> Load(string folder, out string error)
    {
        error = "";
        CorpusContents contents = new CorpusStore(folder).Load();
        if (contents.Errors.Count > 0)
        {
            error = contents.Errors[0];
            return [];
        }

        if (contents.Entries.Count == 0)
        {
            error = $"{folder}: no scenarios";
        }

        return [.. contents.Entries.Select(entry => entry.File.Scenario)];
    }
}
