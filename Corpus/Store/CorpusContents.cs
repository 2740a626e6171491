// What a store holds after it was read: the usable entries in the order of their file names, each scenario once, and one
// line for everything that could not be used. Two files with the same scenario (a seed that a campaign found again) are
// one entry; the second is listed, because somebody who counts files wants to know.

using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Store;

/// <summary>Everything a store holds.</summary>
public sealed class CorpusContents
{
    private readonly List<CorpusEntry> entries = [];
    private readonly List<CorpusDuplicate> duplicates = [];
    private readonly List<string> errors = [];
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);

    /// <summary>The usable entries, each scenario once.</summary>
    public IReadOnlyList<CorpusEntry> Entries => entries;

    /// <summary>Files whose scenario an earlier file holds as well.</summary>
    public IReadOnlyList<CorpusDuplicate> Duplicates => duplicates;

    /// <summary>One line per file that could not be used; each starts with the file's name.</summary>
    public IReadOnlyList<string> Errors => errors;

    internal void AddError(string error) => errors.Add(error);

    internal void Add(CorpusEntry entry)
    {
        if (paths.TryAdd(entry.Address, entry.FilePath))
        {
            entries.Add(entry);
        }
        else
        {
            duplicates.Add(new CorpusDuplicate(entry.FilePath, paths[entry.Address]));
        }
    }
}

/// <summary>One scenario of a store.</summary>
/// <param name="FilePath">The file it was read from.</param>
/// <param name="Address">The file name that its content gives it.</param>
/// <param name="Comment">The comment at the top of the file.</param>
/// <param name="File">The scenario.</param>
public sealed record CorpusEntry(string FilePath, string Address, string Comment, ScenarioFile File);

/// <summary>Two files that hold the same scenario.</summary>
/// <param name="FilePath">The file that was left out.</param>
/// <param name="First">The file that was read before it.</param>
public sealed record CorpusDuplicate(string FilePath, string First);
