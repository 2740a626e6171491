// `compare`: the same events stand beside each other, every event is shown once and in its order, lines keep to the width, and a
// schedule means what it says on both sides.

using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Comparing;

/// <summary>Tests of the comparison.</summary>
public sealed class CompareProtocolsCommandTests
{
    private static readonly string Seed = Path.Combine(RepositoryRoot.Path, "Corpus", "seeds", "read-signal.scn");

    private static readonly string Window = Path.Combine(
        RepositoryRoot.Path, "Corpus", "windows", "waitpid-cancel-before-submit.scn");

    [Theory]
    [InlineData("monolithic,tristate")]
    [InlineData("tristate,monolithic")]
    [InlineData("oneshot,lane-cancel")]
    [InlineData("none,cancel-id")]
    public void Calls_signals_and_handlers_stand_beside_each_other_and_nothing_is_lost(string protocols)
    {
        JsonNode document = Json(Seed, "--protocol", protocols, "--all");
        JsonArray runs = document["runs"]!.AsArray();
        JsonArray left = runs[0]!["events"]!.AsArray();
        JsonArray right = runs[1]!["events"]!.AsArray();
        JsonArray rows = document["rows"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, left.Count), Indices(rows, "left"));
        Assert.Equal(Enumerable.Range(0, right.Count), Indices(rows, "right"));
        foreach (string common in (string[])["calls sigaction(", "calls read(", "calls kill(", "accepts USR1 for A"])
        {
            Assert.Contains(rows, row => row!["isSame"]!.GetValue<bool>()
                && Text(left, row["left"]).Contains(common, StringComparison.Ordinal)
                && Text(right, row["right"]).Contains(common, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_costs_are_those_of_the_runs_alone()
    {
        JsonNode document = Json(Seed, "--protocol", "oneshot,tristate");
        foreach (JsonNode? run in document["runs"]!.AsArray())
        {
            string protocol = run!["protocol"]!.GetValue<string>();
            JsonNode alone = JsonNode.Parse(CommandRunner.Run("run", Seed, "--protocol", protocol, "--json").Output)!;
            Assert.Equal(alone["traceHash"]!.GetValue<string>(), run["traceHash"]!.GetValue<string>());
            Assert.Equal(alone["steps"]!.GetValue<int>(), run["costs"]!["steps"]!.GetValue<int>());
            Assert.Equal(alone["schedule"]!.GetValue<string>(), run["schedule"]!.GetValue<string>());
        }

        Assert.Equal("EINTR", document["runs"]![0]!["results"]![1]!["result"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(130)]
    [InlineData(200)]
    public void Lines_keep_to_the_width(int width)
    {
        using var output = new StringWriter();
        var context = new CommandContext { Output = output, Error = TextWriter.Null, Width = width };
        FuzzApplication.Run(["compare", Window, "--protocol", "monolithic,tristate", "--all"], context);
        Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, width));
        Assert.Contains("PREEMPTION 1", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_is_followed_to_the_letter_by_its_own_protocol_and_as_far_as_possible_by_the_other()
    {
        JsonNode document = Json(Window, "--protocol", "monolithic,tristate");
        JsonNode other = document["runs"]![0]!;
        JsonNode own = document["runs"]![1]!;
        Assert.Equal("liveness", own["invariant"]!.GetValue<string>());
        Assert.Equal((1, 1), (own["deviationsAsked"]!.GetValue<int>(), own["deviationsTaken"]!.GetValue<int>()));
        Assert.Equal("none", other["invariant"]!.GetValue<string>());
        Assert.Equal((1, 0), (other["deviationsAsked"]!.GetValue<int>(), other["deviationsTaken"]!.GetValue<int>()));
        JsonNode plain = Json(Window, "--protocol", "monolithic,tristate", "--schedule", "default");
        Assert.Equal("none", plain["runs"]![1]!["invariant"]!.GetValue<string>());
        Assert.Equal(0, plain["runs"]![1]!["deviationsAsked"]!.GetValue<int>());
    }

    [Fact]
    public void The_exit_code_says_whether_a_side_violates_something()
    {
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("compare", Seed, "--protocol", "tristate,lane-cancel").ExitCode);
        CommandResult violated = CommandRunner.Run("compare", Seed, "--protocol", "none,tristate");
        Assert.Equal(CommandExit.Findings, violated.ExitCode);
        Assert.Matches(@"A: read\(r, 4\) +blocked +EINTR", violated.Output);
        Assert.Matches("violated +liveness +none", violated.Output);
    }

    [Theory]
    [InlineData("--protocol: two protocols are needed, such as oneshot,tristate")]
    [InlineData("--protocol: two protocols are needed, such as oneshot,tristate", "--protocol", "tristate")]
    [InlineData("--protocol: two protocols are needed, such as oneshot,tristate", "--protocol", "none,oneshot,tristate")]
    [InlineData("--protocol: 'none,none' is one protocol twice; two are needed", "--protocol", "none,none")]
    [InlineData("--protocol: there is no protocol 'nope'; there are monolithic, ", "--protocol", "none,nope")]
    [InlineData("--profile: there is no profile 'nope'", "--protocol", "none,tristate", "--profile", "nope")]
    [InlineData("--schedule:1:", "--protocol", "none,tristate", "--schedule", "nope")]
    [InlineData("--schedule:1:12: the schedule was recorded for another scenario", "--protocol", "none,tristate", "--schedule",
        "schedule 1 0000000000000000 oneshot managarm 6")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string start, params string[] options)
    {
        CommandResult result = CommandRunner.Run(["compare", Seed, .. options]);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith(start, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_schedule_that_its_own_protocol_cannot_follow_names_its_deviation()
    {
        string line = File.ReadAllLines(Window).Single(text => text.StartsWith("schedule ", StringComparison.Ordinal));
        string wrong = line.Replace("A@23>C", "A@2300>C", StringComparison.Ordinal);
        CommandResult result = CommandRunner.Run("compare", Window, "--protocol", "oneshot,tristate", "--schedule", wrong);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains("the run leaves the schedule: deviation 1 of 1, A@2300>C, ", result.Error, StringComparison.Ordinal);
    }

    private static JsonNode Json(params string[] arguments) =>
        JsonNode.Parse(CommandRunner.Run(["compare", .. arguments, "--json"]).Output)!;

    private static IEnumerable<int> Indices(JsonArray rows, string side) =>
        rows.Where(row => row![side] is not null).Select(row => row![side]!.GetValue<int>());

    private static string Text(JsonArray events, JsonNode? index) =>
        index is null ? "" : events[index.GetValue<int>()]!["text"]!.GetValue<string>();
}
