// The project's seed scenarios, for tests that run them all. They are read from the repository and not copied to the output.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Store;

namespace Managarm.Perf.Servers.Tests.Running;

/// <summary>Scenarios of the seeds, by file name. Tests run all of them, since each is a situation of its own.</summary>
internal static class SeedScenarios
{
    /// <summary>Reads all seeds.</summary>
    internal static IReadOnlyList<(string Name, Scenario Program)> Load()
    {
        CorpusContents contents = new CorpusStore(Path.Combine(RepositoryRoot.Path, "Corpus", "seeds")).Load();
        Assert.Empty(contents.Errors);
        Assert.NotEmpty(contents.Entries);
        return [.. contents.Entries.Select(entry => (Path.GetFileNameWithoutExtension(entry.FilePath), entry.File.Scenario))];
    }
}
