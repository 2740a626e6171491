// Workflows do nothing by themselves: what runs on a pull request or in a night is a script that runs anywhere. So every command
// of a workflow is one of our scripts, alone, which exists and can be executed, and every action is pinned by its major version.
// No service reads these files here; this is what can be checked without one.
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Tests of the workflows.</summary>
public sealed partial class WorkflowTests
{
    private static string[] Workflows { get; } =
        [.. Directory.GetFiles(Path.Combine(RepositoryTree.Root, ".github", "workflows"), "*.yml").Order(StringComparer.Ordinal)];

    [Fact]
    public void There_is_one_for_a_pull_request_and_one_for_a_night() =>
        Assert.Equal(["night.yml", "pull-request.yml"], Workflows.Select(static path => Path.GetFileName(path)));

    [Fact]
    public void Every_command_is_a_script_that_exists_and_can_be_executed()
    {
        foreach (var workflow in Workflows)
        {
            var text = File.ReadAllText(workflow);
            var commands = Command().Matches(text).Select(static match => match.Groups[1].Value).ToList();
            Assert.NotEmpty(commands);
            Assert.All(commands, static command => Assert.Null(WhyNoScript(command)));
        }
    }

    [Fact]
    public void Every_action_is_pinned_by_its_major_version()
    {
        var lines = Workflows.SelectMany(File.ReadLines);
        foreach (var line in lines.Where(static line => line.Contains("uses:", StringComparison.Ordinal)))
        {
            Assert.Matches(@"^ +- uses: [a-z-]+/[a-z/-]+@v[0-9]+$", line);
        }
    }

    [Theory]
    [InlineData("dotnet test", "is no script of .ci")]
    [InlineData(".ci/nothing", "does not exist")]
    [InlineData(".ci/run && rm -rf x", "is no script of .ci")]
    [InlineData(".ci/shared", "cannot be executed")]
    public void What_is_no_script_is_refused(string command, string reason) => Assert.Equal(reason, WhyNoScript(command));

    private static string? WhyNoScript(string command)
    {
        if (!Script().IsMatch(command))
        {
            return "is no script of .ci";
        }

        var path = Path.Combine(RepositoryTree.Root, command);
        if (!File.Exists(path))
        {
            return "does not exist";
        }

        var isExecutable = OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
        return isExecutable ? null : "cannot be executed";
    }

    [GeneratedRegex(@"^ +(?:- )?run: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\.ci/[a-z-]+$")]
    private static partial Regex Script();
}
