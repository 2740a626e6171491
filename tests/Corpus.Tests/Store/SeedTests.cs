// The seeds that come with the project: every one is valid, in normal form, says what it is about, and occurs once.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Store;

namespace Managarm.Perf.Corpus.Tests.Store;

public sealed class SeedTests
{
    private const int MinimumCount = 30;

    [Fact]
    public void Seeds_can_all_be_used_and_are_many()
    {
        var contents = LoadSeeds();
        Assert.Empty(contents.Errors);
        Assert.Empty(contents.Duplicates);
        Assert.True(contents.Entries.Count >= MinimumCount, $"only {contents.Entries.Count} seeds");
    }

    [Fact]
    public void A_seed_is_a_comment_and_the_normal_form()
    {
        foreach (var seed in LoadSeeds().Entries)
        {
            var sentences = seed.Comment.Count(character => character is '.');
            Assert.True(sentences >= 1, $"{seed.FilePath} does not say what it is about");
            var comment = string.Concat(seed.Comment.Split('\n').Select(line => $"# {line}\n"));
            Assert.Equal(comment + seed.File.Format(), File.ReadAllText(seed.FilePath));
        }
    }

    [Fact]
    public void Seeds_use_every_call()
    {
        var used = new HashSet<CallKind>();
        foreach (var seed in LoadSeeds().Entries)
        {
            foreach (var call in seed.File.Scenario.Calls)
            {
                used.Add(call.Kind);
            }
        }

        Assert.Equal(CallTable.Count - 1, used.Count);
    }

    private static CorpusContents LoadSeeds() => new CorpusStore(Path.Combine(RepositoryRoot.Path, "Corpus", "seeds")).Load();
}
