// The command as a user meets it, and the handbook's page about it: what is printed there must be what the command prints, save
// for the time that it took.

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Managarm.Perf.Fuzz.Primitives;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>Tests of `explore`.</summary>
public sealed partial class ExploreCommandTests
{
    [Theory]
    [InlineData("explore --primitives")]
    [InlineData("explore --primitives --defects")]
    [InlineData("explore --primitives --show inbox-check-before-clear")]
    [InlineData("explore --primitives --memory weak --show spsc-publish-no-release")]
    public void The_handbook_shows_what_the_command_prints(string line)
    {
        CommandResult result = CommandRunner.Run(line.Split(' '));
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Empty(result.Error);
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "primitives.md"));
        string begin = $"<!-- output of {line}: begin -->\n```text\n";
        int start = page.IndexOf(begin, StringComparison.Ordinal);
        Assert.True(start >= 0, "the page has no output of this command");
        start += begin.Length;
        string shown = page[start..page.IndexOf("```\n", start, StringComparison.Ordinal)];
        Assert.Equal(WithoutTime(result.Output), WithoutTime(shown), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void The_document_has_a_row_per_client()
    {
        CommandResult result = CommandRunner.Run(
            "explore", "--primitives", "--client", "alert", "--memory", "sc", "--every", "--json");
        JsonNode row = JsonNode.Parse(result.Output)!["clients"]!.AsArray().Single()!;
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Equal("ParkWord", row["primitive"]!.GetValue<string>());
        Assert.Equal(1391, row["interleavings"]!.GetValue<long>());
        Assert.Equal(0, row["pruned"]!.GetValue<long>());
        Assert.Equal("clean", row["verdict"]!.GetValue<string>());
        Assert.True(row["isComplete"]!.GetValue<bool>());
    }

    [Fact]
    public void The_document_has_a_row_per_defect()
    {
        CommandResult result = CommandRunner.Run("explore", "--primitives", "--defects", "--client", "alert", "--json");
        JsonArray rows = JsonNode.Parse(result.Output)!["defects"]!.AsArray();
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Equal(DefectCatalog.All.Count(static defect => defect.Client == "alert"), rows.Count);
        Assert.All(rows, static row => Assert.Equal(
            "lost wake", row!["withoutRaceDetectorUnderWeak"]!["verdict"]!.GetValue<string>()));
        JsonNode? weakOnly = rows.Single(static row => row!["isWeakOnly"]!.GetValue<bool>());
        Assert.Equal("alert-announce-no-order", weakOnly!["defect"]!.GetValue<string>());
        Assert.All(rows, static row => Assert.True(row!["isCaught"]!.GetValue<bool>()));
    }

    [Fact]
    public void A_client_that_is_not_clean_fails_the_gate_and_shows_why()
    {
        CommandResult result = CommandRunner.Run("explore", "--primitives", "--client", "mpsc-as-queue");
        Assert.Equal(CommandExit.Findings, result.ExitCode);
        Assert.Contains("=> not linearizable: no sequential order explains", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 2 explorations clean and complete", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--memory strong", "there is no memory model 'strong'; there are sc, weak")]
    [InlineData("--memory weak --defects", "goes without --defects, which always takes both")]
    public void A_memory_that_cannot_be_is_refused(string options, string complaint)
    {
        CommandResult result = CommandRunner.Run(["explore", "--primitives", .. options.Split(' ')]);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_exploration_says_so()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = FuzzApplication.Run(["explore", "--primitives"], new CommandContext
        {
            Output = output,
            Error = error,
            Stop = new CancellationToken(canceled: true),
        });
        Assert.Equal(CommandExit.Interrupted, exitCode);
    }

    private static string WithoutTime(string text) => Time().Replace(text, "");

    [GeneratedRegex(@" +\d+\.\d\d s", RegexOptions.CultureInvariant)]
    private static partial Regex Time();
}
