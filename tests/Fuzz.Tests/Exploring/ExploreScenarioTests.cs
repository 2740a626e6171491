// `explore` as a user has it: certificates are written, hold, and do not hold once they are changed; a search that was stopped
// goes on; what cannot be is refused in one line.

using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Exploring;

public sealed class ExploreScenarioTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("managarm-perf-explore-").FullName;

    private static string Seed => Path.Combine(TestCampaign.SeedDirectory, "self-signal.scn");

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public void A_certificate_holds_until_it_is_changed()
    {
        CommandResult made = CommandRunner.Run("explore", Seed, "--data", data, "--audit", "20");
        Assert.Equal(CommandExit.Clean, made.ExitCode);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(data, "certificates")));
        CommandResult held = CommandRunner.Run("explore", file, "--data", data);
        Assert.Equal(CommandExit.Clean, held.ExitCode);
        Assert.Contains("holds", held.Output, StringComparison.Ordinal);

        string text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("\"traces\": 8", "\"traces\": 9", StringComparison.Ordinal));
        CommandResult broken = CommandRunner.Run("explore", file, "--data", data);
        Assert.Equal(CommandExit.Findings, broken.ExitCode);
        Assert.Contains("does not hold", broken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_was_stopped_goes_on()
    {
        CommandRunner.Run("explore", Seed, "--data", data, "--runs", "3");
        Assert.Single(Directory.GetFiles(Path.Combine(data, "explorations")));
        CommandResult ended = CommandRunner.Run("explore", Seed, "--data", data, "--resume", "--json");
        CommandResult whole = CommandRunner.Run("explore", Seed, "--data", data, "--json");
        Assert.Equal(CommandRunner.Stable(whole.Output), CommandRunner.Stable(ended.Output));
        Assert.Empty(Directory.GetFiles(Path.Combine(data, "explorations")));
    }

    [Fact]
    public void A_shorter_search_leaves_a_longer_one_that_was_stopped()
    {
        CommandRunner.Run("explore", Seed, "--data", data, "--runs", "5");
        string state = Assert.Single(Directory.GetFiles(Path.Combine(data, "explorations")));
        string before = File.ReadAllText(state);
        CommandResult shorter = CommandRunner.Run("explore", Seed, "--data", data, "--runs", "2");
        Assert.Equal(before, File.ReadAllText(state));
        Assert.Contains("after the 5 runs of an earlier search", shorter.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_violation_becomes_a_finding()
    {
        string deaf = Path.Combine(TestCampaign.SeedDirectory, "device-deaf-read.scn");
        CommandResult outcome = CommandRunner.Run("explore", Seed, deaf, "--data", data, "--audit", "3");
        Assert.Equal(CommandExit.Findings, outcome.ExitCode);
        Assert.Contains("audit: 3 shuffled runs", outcome.Output, StringComparison.Ordinal);
        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(data, "findings")));
        Assert.Contains($"more in {folder}", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("shrink", "--verify", folder).ExitCode);
    }

    [Fact]
    public void A_machine_with_choices_that_are_no_steps_is_refused()
    {
        string file = Path.Combine(TestCampaign.SeedDirectory, "sleep-by-hpet.scn");
        CommandResult outcome = CommandRunner.Run("explore", file, "--data", data, "--audit", "3");
        Assert.Equal(CommandExit.BadInput, outcome.ExitCode);
        Assert.Contains("not explored", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("HPET", outcome.Error, StringComparison.Ordinal);
        CommandResult beside = CommandRunner.Run("explore", file, Seed, "--data", data);
        Assert.Equal(CommandExit.Clean, beside.ExitCode);
    }

    [Fact]
    public void A_search_that_goes_on_says_how_far_it_is_even_when_it_may_not_go_further()
    {
        CommandRunner.Run("explore", Seed, "--data", data, "--runs", "3");
        CommandResult stopped = CommandRunner.Run("explore", Seed, "--data", data, "--runs", "3", "--json");
        CommandResult again = CommandRunner.Run("explore", Seed, "--data", data, "--runs", "2", "--resume", "--json");
        Assert.Equal(CommandRunner.Stable(stopped.Output), CommandRunner.Stable(again.Output));
    }

    [Fact]
    public void A_damaged_state_is_refused()
    {
        CommandRunner.Run("explore", Seed, "--data", data, "--runs", "3");
        string state = Assert.Single(Directory.GetFiles(Path.Combine(data, "explorations")));
        File.WriteAllText(state, File.ReadAllText(state)[..40]);
        CommandResult outcome = CommandRunner.Run("explore", Seed, "--data", data, "--resume");
        Assert.Equal(CommandExit.BadInput, outcome.ExitCode);
        Assert.Contains("damaged", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_worlds_are_certified_or_reported()
    {
        CommandResult outcome = CommandRunner.Run(
            "explore", "--all-small", "--calls", "1", "--signals", "1", "--protocol", "monolithic,tristate", "--data", data,
            "--runs", "500");
        Assert.Equal(CommandExit.Findings, outcome.ExitCode);
        Assert.Contains("liveness", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(data, "small")).Length);
    }

    [Fact]
    public void Small_worlds_that_were_too_large_are_explored_further()
    {
        string[] command =
        [
            "explore", "--all-small", "--calls", "1", "--signals", "0", "--protocol", "ordered", "--data", data, "--json",
        ];
        CommandRunner.Run([.. command, "--runs", "5"]);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(data, "small")));
        Assert.Contains("too large", File.ReadAllText(file), StringComparison.Ordinal);
        CommandResult further = CommandRunner.Run([.. command, "--runs", "500", "--resume"]);
        string resumed = File.ReadAllText(file);
        CommandResult whole = CommandRunner.Run([.. command, "--runs", "500"]);
        Assert.Equal(CommandRunner.Stable(whole.Output), CommandRunner.Stable(further.Output));
        Assert.Equal(CommandRunner.Stable(File.ReadAllText(file)), CommandRunner.Stable(resumed));

        CommandResult other = CommandRunner.Run([.. command, "--resume", "--defect", "ticket-taken-late"]);
        Assert.Equal(CommandExit.BadInput, other.ExitCode);
        Assert.Contains("of other defects", other.Error, StringComparison.Ordinal);

        int last = resumed.LastIndexOf("certified", StringComparison.Ordinal);
        int line = resumed[..last].Count(static each => each == '\n') + 1;
        File.WriteAllText(file, resumed.Remove(last, 1).Insert(last, "x"));
        CommandResult damaged = CommandRunner.Run([.. command, "--resume"]);
        Assert.Equal(CommandExit.BadInput, damaged.ExitCode);
        Assert.Contains($"line {line} is damaged", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_search_of_small_worlds_loses_nothing()
    {
        string[] command = ["explore", "--all-small", "--protocol", "ordered", "--jobs", "1", "--data", data];
        CommandRunner.Run([.. command, "--runs", "3"]);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(data, "small")));
        Assert.DoesNotContain(File.ReadAllLines(file), IsOpen);
        CommandResult outcome = CommandRunner.RunInterrupted(
            TimeSpan.FromMilliseconds(300), [.. command, "--runs", "20000"]);
        Assert.Equal(CommandExit.Interrupted, outcome.ExitCode);
        Assert.DoesNotContain(File.ReadAllLines(file), IsOpen);

        static bool IsOpen(string line) => line.StartsWith("open", StringComparison.Ordinal);
    }

    [Fact]
    public void The_mistakes_of_all_files_are_told()
    {
        CommandResult outcome = CommandRunner.Run("explore", "one.scn", Seed, "two.json", "--data", data);
        Assert.Equal(CommandExit.BadInput, outcome.ExitCode);
        Assert.Contains("one.scn", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("two.json", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give one of", "--protocol", "tristate")]
    [InlineData("give one of", "--all-small", "--primitives")]
    [InlineData("no effect", "--all-small", "--audit", "3")]
    [InlineData("only 16 scenarios", "--all-small", "--calls", "1", "--signals", "0", "--shard", "17/17")]
    [InlineData("no effect", "--primitives", "--runs", "3")]
    [InlineData("neither source", "x.scn", "--reduction", "some")]
    [InlineData("nothing.json", "nothing.json")]
    [InlineData("--bogus: no such", "x.scn", "--bogus")]
    [InlineData("there is no defect ''", "x.scn", "--defect", "")]
    [InlineData("'all' stands alone", "x.scn", "--protocol", "all,ordered")]
    public void What_cannot_be_is_refused(string expected, params string[] arguments)
    {
        CommandResult outcome = CommandRunner.Run(["explore", .. arguments]);
        Assert.Equal(CommandExit.BadInput, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }
}
