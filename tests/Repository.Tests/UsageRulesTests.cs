// The rule on files that nothing names reports one and accepts a named one, an entry point and the files that have rules of
// their own. It is a property of the whole tree, so the samples are small trees.
namespace Managarm.Perf.Repository.Tests;

/// <summary>The rule on unnamed files can fail.</summary>
public sealed class UsageRulesTests
{
    private const string path = "Corpus/known.txt";

    [Fact]
    public void An_unnamed_file_is_reported() =>
        Expect.One(UsageRules.UnnamedFiles([new(path, "known.txt names itself\n"), new("README.md", "nothing\n")]), path, 1);

    [Theory]
    [InlineData(path, "reads known.txt")]
    [InlineData(".ci/run", "nothing")]
    [InlineData("Core/Sample.cs", "nothing")]
    [InlineData("LICENSE", "nothing")]
    [InlineData("Corpus/seeds/a.scn", "nothing")]
    public void A_named_file_is_accepted(string name, string other) =>
        Assert.Empty(UsageRules.UnnamedFiles([new(name, "text\n"), new("README.md", other)]));
}
