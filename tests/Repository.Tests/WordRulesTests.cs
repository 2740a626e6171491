// Dead words on samples: each is seen where it meant the thing, and left alone where it means another.
namespace Managarm.Perf.Repository.Tests;

/// <summary>Tests of <see cref="WordRules"/>.</summary>
public sealed class WordRulesTests
{
    [Theory]
    [InlineData("Fuzz/A.cs", "var x = new ProgramRepair();")]
    [InlineData("Core/A.cs", "class SmallProgram;")]
    [InlineData("Hardware/A.cs", "PicFault fault")]
    [InlineData("docs/a.md", "50 planted faults were caught")]
    [InlineData("Fuzz/A.cs", "// until none shows the fault")]
    [InlineData("docs/a.md", "see `bugs hunt`")]
    [InlineData("docs/a.md", "the files of Corpus/bugs")]
    [InlineData("Fuzz/A.cs", "RunEpoch(share)")]
    public void A_dead_word_is_refused(string path, string line) =>
        Expect.One(WordRules.DeadWords(new SourceFile(path, $"one\n{line}\n")), path, 2);

    [Theory]
    [InlineData("docs/a.md", "a file server is a program")]
    [InlineData("Hardware/A.cs", "// reserved bits are a fault")]
    [InlineData("Bench/A.cs", "class ChildProgram;")]
    [InlineData("Servers/A.cs", "the epoch of a guard")]
    [InlineData("CHANGELOG.md", "`bugs hunt` hunts")]
    [InlineData("docs/a.md", "PCT finds bugs of depth d")]
    public void The_same_letters_may_mean_something_else(string path, string line) =>
        Assert.Empty(WordRules.DeadWords(new SourceFile(path, $"{line}\n")));
}
