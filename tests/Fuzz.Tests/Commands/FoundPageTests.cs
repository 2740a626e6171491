// docs/found.md says what was found: every entry of the bank is on it, and its two scenarios that can be tried behave as it says.

using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed class FoundPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "found.md"));

    [Fact]
    public void Every_entry_of_the_bank_is_on_the_page()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "Corpus", "windows");
        string[] names = [.. Directory.GetFiles(folder, "*.scn").Select(path => Path.GetFileName(path)!)];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"/{name})", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_process_does_not_end_while_a_sibling_polls()
    {
        string scenario = ScenarioUnder("### exit and a sibling in poll");
        CommandResult today = CommandRunner.RunWithInput(scenario, "run", "-");
        Assert.StartsWith("VIOLATED under tristate: liveness of poll\n", today.Output, StringComparison.Ordinal);
        Assert.Equal(CommandExit.Clean, CommandRunner.RunWithInput(scenario, "run", "-", "--protocol", "ordered").ExitCode);
    }

    [Theory]
    [InlineData("1", "17 runs")]
    [InlineData("2", "9 runs")]
    [InlineData("3", "1 run")]
    public void The_test_of_killpg_hangs_under_queue_alert(string seed, string runs)
    {
        CommandResult result = CommandRunner.RunWithInput(
            ScenarioUnder("### killpg"), "run", "-", "--protocol", "queue-alert", "--strategy", "random", "--seed", seed);
        Assert.StartsWith("VIOLATED under queue-alert: liveness of read\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"\nviolated: {runs},", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lane-cancel")]
    [InlineData("tristate")]
    public void The_test_of_killpg_ends_under_what_came_after(string protocol)
    {
        CommandResult result = CommandRunner.RunWithInput(
            ScenarioUnder("### killpg"), "run", "-", "--protocol", protocol, "--strategy", "random", "--runs", "500");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
    }

    private static string ScenarioUnder(string heading)
    {
        const string Fence = "```scenario\n";
        int start = Page.IndexOf(Fence, Page.IndexOf(heading, StringComparison.Ordinal), StringComparison.Ordinal) + Fence.Length;
        return Page[start..Page.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
