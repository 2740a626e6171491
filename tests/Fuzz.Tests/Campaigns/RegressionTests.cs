// Promoted findings stay findable: each regression scenario says what it violates, under which protocol, and within which
// search; the command line that a user would type must find it. When a protocol is mended, its regressions are what must be
// looked at.


namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class RegressionTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "Corpus", "regressions"), "*.scn")
            .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_promoted_finding_is_found_again_in_its_budget(string name)
    {
        string path = Path.Combine(RepositoryRoot.Path, "Corpus", "regressions", name);
        string[] lines = File.ReadAllLines(path);
        string[] violates = Value(lines, "violates").Split(' ');
        string[] search = Value(lines, "search").Split(", ");
        string[] bounds = search[0] == "nonpreemptive"
            ? []
            : ["--runs", search[1].Split(' ')[0], "--seed", search[2].Split(' ')[1]];
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exit = FuzzApplication.Run(
            [
                "run", path, "--protocol", Value(lines, "protocol"), "--profile", Value(lines, "profile"),
                "--calls", Value(lines, "judged"),
                "--strategy", search[0], .. bounds,
            ],
            output,
            errors);
        Assert.True(exit == 1, $"{name}: exit {exit}\n{output}{errors}");
        string expected = violates.Length > 1 ? $"{violates[0]} of {violates[1]}" : $": {violates[0]}\n";
        Assert.Contains(expected, output.ToString(), StringComparison.Ordinal);
    }

    private static string Value(string[] lines, string key) =>
        lines.Single(line => line.StartsWith($"# {key}: ", StringComparison.Ordinal))[(key.Length + 4)..];
}
