// The commands as a user meets them: what they print, what they write, how they exit, and that the way from a campaign over
// run and shrink to a regression works.

using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Commands;

/// <summary>Tests of the commands.</summary>
public sealed class CommandTests
{
    public static TheoryData<string> Commands =>
        ["campaign", "run", "shrink", "promote", "explore", "compare", "windows", "defects", "protocols", "store", "corpus"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_shows_an_example(string command)
    {
        CommandResult result = CommandRunner.Run(command, "--help");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("Example:", result.Output, StringComparison.Ordinal);
        Assert.Contains("--json", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Protocols_lists_every_protocol()
    {
        string text = CommandRunner.Run("protocols").Output;
        JsonNode document = JsonNode.Parse(CommandRunner.Run("protocols", "--json").Output)!;
        Assert.Equal(1, document["version"]!.GetValue<int>());
        Assert.Equal(ProtocolCatalog.All.Length, document["protocols"]!.AsArray().Count);
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            Assert.Contains(protocol.Summary, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Run_says_what_became_of_each_call()
    {
        using var scratch = new ScratchDirectory();
        CommandResult result = CommandRunner.Run("run", scratch.Write("a.scn", SampleFinding.LostInterrupt));
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("A: waitpid(C) -> EINTR", result.Output, StringComparison.Ordinal);
        Assert.Contains("C: pause() -> blocked", result.Output, StringComparison.Ordinal);
        Assert.Contains("clean: 1 run, ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_finds_a_race_and_its_schedule_line_repeats_it()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        CommandResult found = CommandRunner.Run("run", path, "--strategy", "delay:1", "--runs", "2000", "--json");
        Assert.Equal(CommandExit.Findings, found.ExitCode);
        JsonNode first = JsonNode.Parse(found.Output)!;
        string schedule = first["schedule"]!.GetValue<string>();
        JsonNode again = JsonNode.Parse(CommandRunner.Run("run", path, "--schedule", schedule, "--json").Output)!;
        Assert.Equal(first["traceHash"]!.GetValue<string>(), again["traceHash"]!.GetValue<string>());
        Assert.Equal("liveness", again["invariant"]!.GetValue<string>());
        File.AppendAllText(path, schedule + "\n");
        CommandResult traced = CommandRunner.Run("run", path, "--trace");
        Assert.Equal(CommandExit.Findings, traced.ExitCode);
        Assert.Contains("PREEMPTION 1", traced.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--runs", "2000")]
    [InlineData("--seed", "1")]
    public void Who_asks_for_several_runs_gets_schedules_drawn_as_in_a_campaign(string option, string value)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        Assert.Equal(CommandExit.Findings, CommandRunner.Run("run", path, option, value, "--json").ExitCode);
        Assert.Equal(Runs(path, option, value, "--strategy", "mix"), Runs(path, option, value));
        Assert.NotEqual(Runs(path, "--seed", "7"), Runs(path, "--seed", "8"));
    }

    [Fact]
    public void A_schedule_that_no_longer_fits_names_its_deviation()
    {
        using var scratch = new ScratchDirectory();
        string schedule = SampleFinding.Make().File.Schedule.ToString();
        string path = scratch.Write("a.scn", SampleFinding.Make().File.Format());
        string wrong = schedule[..schedule.LastIndexOf(' ')] + " A@9999>posix";
        CommandResult result = CommandRunner.Run("run", path, "--schedule", wrong);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Matches(@"^--schedule:1:\d+: the run leaves the schedule: deviation 1 of 1, A@9999>posix, ", result.Error);
    }

    [Fact]
    public void A_campaign_writes_its_findings_and_is_equal_for_any_number_of_jobs()
    {
        using var scratch = new ScratchDirectory();
        string corpus = scratch.At("corpus");
        Directory.CreateDirectory(corpus);
        File.WriteAllText(Path.Combine(corpus, "a.scn"), SampleFinding.LostInterrupt);
        JsonNode one = Campaign(scratch, corpus, "1");
        JsonNode two = Campaign(scratch, corpus, "2");
        Assert.NotEmpty(one["findings"]!.AsArray());
        Assert.Equal(one.ToJsonString(), two.ToJsonString());
        foreach (JsonNode? finding in one["findings"]!.AsArray())
        {
            string folder = scratch.At("data-1", "findings", finding!["folder"]!.GetValue<string>());
            Assert.True(File.Exists(Path.Combine(folder, "finding.json")));
        }
    }

    [Fact]
    public void A_campaign_without_findings_is_clean()
    {
        using var scratch = new ScratchDirectory();
        CommandResult result = CommandRunner.Run(
            "campaign", "--runs", "500", "--protocol", "monolithic", "--corpus", "empty", "--jobs", "1",
            "--data", scratch.At("data"));
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("0 new findings", result.Output, StringComparison.Ordinal);
        Assert.Contains(" calls  ", result.Output, StringComparison.Ordinal);
        Assert.Contains(" decisions  ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_campaign_exits_with_130()
    {
        using var scratch = new ScratchDirectory();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext { Output = output, Error = error, Stop = stop.Token };
        string[] arguments = ["campaign", "--corpus", "empty", "--jobs", "1", "--data", scratch.At("data")];
        int exitCode = FuzzApplication.Run(arguments, context);
        Assert.Equal(CommandExit.Interrupted, exitCode);
        Assert.Contains("interrupted", output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("interrupted, finishing the current step ...", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_search_does_not_claim_to_be_clean()
    {
        using var scratch = new ScratchDirectory();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var output = new StringWriter();
        var context = new CommandContext { Output = output, Error = TextWriter.Null, Stop = stop.Token };
        string path = scratch.Write("a.scn", "A: exit(0)\n");
        int exitCode = FuzzApplication.Run(["run", path, "--strategy", "random", "--runs", "9"], context);
        Assert.Equal(CommandExit.Interrupted, exitCode);
        Assert.Contains("interrupted after 1 of 9 runs; nothing found so far", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("clean", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Shrink_makes_it_small_and_promote_makes_a_regression()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        JsonNode found = JsonNode.Parse(CommandRunner.Run("run", path, "--strategy", "delay:2", "--json").Output)!;
        File.AppendAllText(path, found["schedule"]!.GetValue<string>() + "\n");
        CommandResult shrunk = CommandRunner.Run("shrink", path, "--data", scratch.At("data"), "--json");
        Assert.Equal(CommandExit.Clean, shrunk.ExitCode);
        string folder = JsonNode.Parse(shrunk.Output)!["folder"]!.GetValue<string>();
        Assert.Equal(CommandExit.Findings, CommandRunner.Run("run", folder).ExitCode);

        CommandResult promoted = CommandRunner.Run("promote", folder, "--name", "lost-eintr", "--to", scratch.At("regressions"));
        Assert.Equal(CommandExit.Clean, promoted.ExitCode);
        CommandResult again = CommandRunner.Run("promote", folder, "--name", "lost-eintr", "--to", scratch.At("regressions"));
        Assert.EndsWith(": already there, unchanged", again.Output.TrimEnd(), StringComparison.Ordinal);
        string regression = File.ReadAllText(scratch.At("regressions", "lost-eintr.scn"));
        Assert.Contains("# violates: liveness waitpid", regression, StringComparison.Ordinal);
        Assert.Contains("# protocol: tristate", regression, StringComparison.Ordinal);
        Assert.Matches("# search: delay:1, [0-9]+ runs, seed 1", regression);
        Assert.DoesNotContain("schedule", regression, StringComparison.Ordinal);
        SampleFinding.Parse(regression);
    }

    [Fact]
    public void Promote_does_not_overwrite_something_else()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, SampleFinding.Make()).Path;
        scratch.Write("taken.scn", "A: pause()\n");
        CommandResult result = CommandRunner.Run("promote", folder, "--name", "taken", "--to", scratch.Location);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Equal("A: pause()\n", File.ReadAllText(scratch.At("taken.scn")));
    }

    /// <summary>The document of <c>run</c> without its provenance, which names the time and the command line.</summary>
    private static string Runs(string path, params string[] options)
    {
        JsonObject document = JsonNode.Parse(CommandRunner.Run(["run", path, .. options, "--json"]).Output)!.AsObject();
        Assert.True(document.Remove(Provenance.Member));
        return document.ToJsonString();
    }

    private static JsonNode Campaign(ScratchDirectory scratch, string corpus, string jobs)
    {
        CommandResult result = CommandRunner.Run(
            "campaign", "--runs", "256", "--corpus", corpus, "--protocol", "tristate,none,monolithic", "--jobs", jobs,
            "--data", scratch.At("data-" + jobs), "--json");
        Assert.InRange(result.ExitCode, CommandExit.Clean, CommandExit.Findings);
        JsonObject document = JsonNode.Parse(result.Output)!.AsObject();
        Assert.True(document.Remove("volatile"));
        Assert.True(document.Remove(Provenance.Member));
        return document;
    }
}
