// How the tests of this project speak: a tree is clean when a rule returns nothing, and a failure lists every place as
// path:line, not only the first. A rule is proven when it reports a bad sample at the line where the sample is bad.
namespace Managarm.Perf.Repository.Tests;

/// <summary>Assertions over the violations that a rule returns.</summary>
public static class Expect
{
    /// <summary>Applies a rule for one file to the whole real tree.</summary>
    public static void CleanTree(Func<SourceFile, IEnumerable<RuleViolation>> rule) =>
        Clean(RepositoryTree.Files.SelectMany(rule));

    /// <summary>Applies a rule for all files to the whole real tree.</summary>
    public static void CleanTree(Func<IReadOnlyList<SourceFile>, IEnumerable<RuleViolation>> rule) =>
        Clean(rule(RepositoryTree.Files));

    /// <summary>Fails with every violation on a line of its own.</summary>
    public static void Clean(IEnumerable<RuleViolation> violations)
    {
        var found = violations.Select(violation => violation.ToString()).ToArray();
        if (found.Length > 0)
        {
            Assert.Fail($"{found.Length} places break the rule:\n" + string.Join('\n', found));
        }
    }

    /// <summary>Expects exactly one violation, on the given line of the given file.</summary>
    public static void One(IEnumerable<RuleViolation> violations, string path, int line)
    {
        var violation = Assert.Single(violations);
        Assert.Equal((path, line), (violation.Path, violation.Line));
    }
}
