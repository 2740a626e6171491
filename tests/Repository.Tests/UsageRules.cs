// A file that nothing names is dead weight. C# files and pages have rules of their own (CSharpRules, MarkdownRules), scenarios
// are found by their folder, and the files of the root are a fixed list; every other file must be named in another one.
namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from the whole tree to the files that nothing uses.</summary>
public static class UsageRules
{
    private static readonly string[] ownRules = [".cs", ".md", ".scn", ".csproj"];
    private static readonly string[] entryPoints = [".ci/run"];

    /// <summary>Every file that has no rule of its own is named in another file.</summary>
    public static IEnumerable<RuleViolation> UnnamedFiles(IReadOnlyList<SourceFile> files)
    {
        var candidates = files.Where(file => file.Path.Contains('/', StringComparison.Ordinal)
            && !ownRules.Any(file.Is) && !entryPoints.Contains(file.Path));
        foreach (var candidate in candidates)
        {
            if (!files.Any(file => file.Path != candidate.Path && file.Text.Contains(candidate.Name, StringComparison.Ordinal)))
            {
                yield return candidate.At(1, "no other file names this one");
            }
        }
    }
}
