// `explore` as a user has it: certificates are written, hold, and do not hold once they are changed; a search that was stopped
// goes on; what cannot be is refused in one line.

namespace Managarm.Perf.Fuzz.Tests;

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
        Assert.Equal(whole.Output, ended.Output);
        Assert.Empty(Directory.GetFiles(Path.Combine(data, "explorations")));
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
        Assert.Contains("liveness poll", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(data, "small")).Length);
    }

    [Theory]
    [InlineData("give one of", "--protocol", "tristate")]
    [InlineData("give one of", "--all-small", "--primitives")]
    [InlineData("no effect", "--all-small", "--resume")]
    [InlineData("no effect", "--primitives", "--runs", "3")]
    [InlineData("neither source", "x.scn", "--reduction", "some")]
    [InlineData("nothing.json", "nothing.json")]
    public void What_cannot_be_is_refused(string expected, params string[] arguments)
    {
        CommandResult outcome = CommandRunner.Run(["explore", .. arguments]);
        Assert.Equal(CommandExit.BadInput, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }
}
