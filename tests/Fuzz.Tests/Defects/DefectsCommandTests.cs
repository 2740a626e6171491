// `defects` as a user meets it: the list, hunts whose figures are those of campaigns, and the comparison of two hunts.

using System.Text.Json.Nodes;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Defects;

public sealed class DefectsCommandTests
{
    private static readonly string[] Few = ["fork-forgets-mask", "flag-not-reset", "timer-posts-twice", "pin-keeps-gone-sink"];

    [Theory]
    [InlineData("list")]
    [InlineData("hunt")]
    [InlineData("compare")]
    public void Help_shows_an_example(string part)
    {
        CommandResult result = CommandRunner.Run("defects", part, "--help");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("Example:", result.Output, StringComparison.Ordinal);
        Assert.Contains("--json", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_names_every_defect_in_lines_that_fit_and_help_refers_to_it()
    {
        string text = CommandRunner.Run("defects", "list").Output;
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, CommandContext.DefaultWidth));
        for (Defect defect = 0; defect < Defect.Count; defect++)
        {
            Assert.Contains('\n' + DefectNames.Of(defect) + ' ', '\n' + text, StringComparison.Ordinal);
        }

        string help = CommandRunner.Run("campaign", "--help").Output;
        Assert.Contains("`defects list`", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, CommandContext.DefaultWidth));
    }

    [Fact]
    public void List_as_a_document_has_an_object_per_defect()
    {
        JsonArray defects = JsonNode.Parse(CommandRunner.Run("defects", "list", "--json").Output)!["defects"]!.AsArray();
        Assert.Equal((int)Defect.Count, defects.Count);
        JsonNode restart = defects.Single(each => each!["name"]!.GetValue<string>() == "restart-forgotten")!;
        Assert.Equal("linux", restart["profile"]!.GetValue<string>());
        Assert.Equal("monolithic", restart["protocols"]!.AsArray().Single()!.GetValue<string>());
        Assert.StartsWith("A call is not restarted after", restart["sentence"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hunt_is_equal_for_any_number_of_jobs()
    {
        string[] arguments = ["hunt", .. Few, "--seeds", "2", "--runs", "300", "--corpus", TestCampaign.SeedDirectory, "--json"];
        CommandResult one = CommandRunner.Run(["defects", .. arguments, "--jobs", "1"]);
        CommandResult three = CommandRunner.Run(["defects", .. arguments, "--jobs", "3"]);
        Assert.Equal(CommandExit.Clean, one.ExitCode);
        Assert.Equal(CommandRunner.Stable(one.Output), CommandRunner.Stable(three.Output));
        string[] names = [.. JsonNode.Parse(one.Output)!["defects"]!.AsArray().Select(each => each!["name"]!.GetValue<string>())];
        Assert.Equal(Few.Order(StringComparer.Ordinal), names);
    }

    /// <summary>One of the two takes under 50 runs, so the other is hunted on with both planted.</summary>
    [Fact]
    public void Defects_are_told_apart_when_all_are_planted_at_once()
    {
        string[] names = ["ticket-kept-open", "id-seed-repeated"];
        string[] options = ["--seeds", "2", "--runs", "600", "--corpus", TestCampaign.SeedDirectory, "--json"];
        CommandResult one = CommandRunner.Run(["defects", "hunt", .. names, "--together", .. options, "--jobs", "1"]);
        CommandResult two = CommandRunner.Run(["defects", "hunt", .. names, "--together", .. options, "--jobs", "2"]);
        Assert.Equal(CommandRunner.Stable(one.Output), CommandRunner.Stable(two.Output));
        JsonNode document = JsonNode.Parse(one.Output)!;
        Assert.EndsWith(", all planted at once", document["corpus"]!.GetValue<string>(), StringComparison.Ordinal);
        JsonArray both = document["defects"]!.AsArray();
        Assert.Equal(2, both.Count);
        Assert.All(both, each => Assert.Equal(2, each!["found"]!.GetValue<int>()));
        Assert.NotEqual($"{both[0]!["attempts"]!.ToJsonString()}", $"{both[1]!["attempts"]!.ToJsonString()}");
    }

    [Fact]
    public void One_defect_planted_together_takes_what_it_takes_alone()
    {
        string[] arguments = ["epoch-not-renewed", "--seeds", "3", "--runs", "300"];
        JsonNode alone = Hunt(arguments);
        JsonNode together = Hunt([.. arguments, "--together"]);
        Assert.Equal(3, alone["found"]!.GetValue<int>());
        Assert.Equal(alone["attempts"]!.ToJsonString(), together["attempts"]!.ToJsonString());
    }

    /// <summary>The corpus grows at the end of a round, so what a first round finds is found without feedback, too; from nothing
    /// this defect is found later, and not by the same run.</summary>
    [Fact]
    public void Without_feedback_the_corpus_does_not_grow()
    {
        string[] arguments =
            ["defects", "hunt", "restart-waits-full-time", "--corpus", "empty", "--seeds", "8", "--runs", "12288", "--json"];
        JsonNode with = JsonNode.Parse(CommandRunner.Run(arguments).Output)!;
        JsonNode without = JsonNode.Parse(CommandRunner.Run([.. arguments, "--feedback", "none"]).Output)!;
        Assert.Equal("empty without feedback", without["corpus"]!.GetValue<string>());
        (long With, long Without)[] pairs = [.. Runs(with).Zip(Runs(without))];
        Assert.All(pairs.Where(each => Math.Min(each.With, each.Without) <= 4096), each => Assert.Equal(each.With, each.Without));
        Assert.Contains(pairs, each => each.With != each.Without);

        static IEnumerable<long> Runs(JsonNode hunt) => hunt["defects"]!.AsArray().Single()!["attempts"]!.AsArray()
            .Select(each => each!["runs"]!.GetValue<long>());
    }

    /// <summary>From nothing, the first run that shows the defect comes after the end of the first epoch, so that the corpus must
    /// have grown in the same way.</summary>
    [Theory]
    [InlineData(Defect.NoCheckAfterHandler, 3UL, false)]
    [InlineData(Defect.RestartWaitsFullTime, 7UL, true)]
    [InlineData(Defect.RestartWaitsFullTime, 8UL, true)]
    public void The_figures_are_those_of_a_campaign(Defect defect, ulong seed, bool isEmpty)
    {
        string? corpus = isEmpty ? null : TestCampaign.SeedDirectory;
        CampaignReport report = TestCampaign.Run(
            "monolithic", 12_288, seed, 2, corpus, default(DefectSet).With(defect), stopsWhen: _ => true);
        long first = report.Findings.Min(finding => finding.RunIndex);
        Assert.InRange(first, isEmpty ? 4096 : 0, 12_287);
        string[] arguments = ["defects", "hunt", DefectNames.Of(defect), "--corpus", corpus ?? "empty", "--seeds"];
        JsonNode hunt = JsonNode.Parse(CommandRunner.Run([.. arguments, $"{seed}", "--runs", "12288", "--json"]).Output)!;
        JsonNode last = hunt["defects"]!.AsArray().Single()!["attempts"]!.AsArray()[^1]!;
        Assert.Equal(first + 1, last["runs"]!.GetValue<long>());
    }

    /// <summary>Under `tristate` every run may show what is known; only what the defect adds counts.</summary>
    [Fact]
    public void What_is_known_is_not_taken_for_the_defect()
    {
        JsonNode hunt = Hunt("epoch-not-renewed", "--protocol", "tristate", "--seeds", "1", "--runs", "2000");
        Assert.Equal("tristate", hunt["protocol"]!.GetValue<string>());
        Assert.Equal(0, hunt["found"]!.GetValue<int>());
        Assert.Null(hunt["median"]);
        Assert.Equal(1, Hunt("fork-forgets-mask", "--protocol", "tristate", "--seeds", "1")["found"]!.GetValue<int>());
    }

    [Fact]
    public void Two_hunts_are_compared()
    {
        using var scratch = new ScratchDirectory();
        string before = scratch.Write(
            "before.json", Document(("a", [40, 50, 60, 70, 80, 90]), ("b", [1, 2, 3, 4, 5, 6]), ("c", [9])));
        string after = scratch.Write("after.json", Document(("a", [1, 2, 3, 4, 5, 6]), ("b", [100, 100, 100, 100, 100, 50])));
        CommandResult result = CommandRunner.Run("defects", "compare", before, after);
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Matches(@"\na +monolithic +60 +6/6 +3 +6/6 +0\.05 +\S+ +halves\n", result.Output);
        Assert.Matches(@"\nb +monolithic +3 +6/6 +> 100 +1/6 +> 33\.3 +\S+ +doubles\n", result.Output);
        Assert.Contains("\nonly in before: c under monolithic, managarm\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n1 of 2 halve, 1 double (median, and p < 0.01 by the log-rank test)\n", result.Output);
        JsonNode document = JsonNode.Parse(CommandRunner.Run("defects", "compare", before, after, "--json").Output)!;
        Assert.Equal((1, 1), (document["halve"]!.GetValue<int>(), document["double"]!.GetValue<int>()));
    }

    [Fact]
    public void What_a_hunt_writes_can_be_compared_with_itself()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.At("hunt.json");
        string[] arguments = ["defects", "hunt", .. Few, "--corpus", TestCampaign.SeedDirectory, "--seeds", "2", "--runs", "90"];
        CommandResult hunt = CommandRunner.Run([.. arguments, "--out", path]);
        Assert.Equal(CommandExit.Clean, hunt.ExitCode);
        Assert.Matches(@"\nfork-forgets-mask +monolithic +2/2 ", hunt.Output);
        Assert.Contains(
            $" of 4 found by all seeds; corpus {TestCampaign.SeedDirectory}, 2 seeds, at most 90 runs each\n", hunt.Output);
        Assert.Contains("4/4 ", hunt.Error, StringComparison.Ordinal);
        CommandResult compared = CommandRunner.Run("defects", "compare", path, path);
        Assert.EndsWith("\n0 of 4 halve, 0 double (median, and p < 0.01 by the log-rank test)\n", compared.Output);
    }

    [Fact]
    public void An_interrupted_hunt_keeps_the_defects_that_are_finished()
    {
        using var scratch = new ScratchDirectory();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext { Output = output, Error = error, Stop = stop.Token };
        string path = scratch.At("hunt.json");
        int exitCode = FuzzApplication.Run(["defects", "hunt", "--corpus", "empty", "--out", path], context);
        Assert.Equal(CommandExit.Interrupted, exitCode);
        Assert.Equal($"interrupted; 0 of {(int)Defect.Count} defects were finished", error.ToString().Trim());
        Assert.Empty(JsonNode.Parse(File.ReadAllText(path))!["defects"]!.AsArray());
    }

    [Theory]
    [InlineData("defects hunt no-such", "NAME: there is no defect 'no-such'; `defects list` names them")]
    [InlineData("defects hunt flag-not-reset flag-not-reset", "NAME: a defect is named twice")]
    [InlineData("defects hunt --seeds 0", "--seeds: '0' is no number from 1")]
    [InlineData("defects hunt --feedback edges", "--feedback: 'edges' is neither features nor none")]
    [InlineData("defects hunt flag-not-reset epoch-not-renewed --together", "--together: these defects")]
    [InlineData("defects hunt --corpus no/such", "--corpus: there is no directory 'no/such'")]
    [InlineData("defects hunt --out no/such/file", "--out: 'no/such/file' is no file in a directory that exists")]
    [InlineData("defects hunt --protocol nobody", "--protocol: there is no protocol 'nobody'")]
    [InlineData("defects compare no-such.json no-such.json", "no-such.json: there is no such file")]
    public void Bad_input_is_one_line(string line, string message)
    {
        CommandResult result = CommandRunner.Run(line.Split(' '));
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"version\": 1, \"command\": \"windows\"}")]
    [InlineData("{\"version\":1,\"command\":\"defects\",\"mode\":\"list\",\"corpus\":\"x\",\"runsAtMost\":9,\"defects\":[]}")]
    [InlineData("{\"version\":1,\"command\":\"defects\",\"mode\":\"hunt\",\"corpus\":\"x\",\"runsAtMost\":-9,\"defects\":[]}")]
    [InlineData("{\"version\":1,\"command\":\"defects\",\"mode\":\"hunt\",\"corpus\":\"x\",\"runsAtMost\":9,\"defects\":[{}]}")]
    public void A_file_that_is_no_hunt_is_refused(string content)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("hunt.json", content);
        CommandResult result = CommandRunner.Run("defects", "compare", path, path);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.StartsWith(path + ": ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
    }

    private static JsonNode Hunt(params string[] arguments)
    {
        CommandResult result = CommandRunner.Run(
            ["defects", "hunt", .. arguments, "--corpus", TestCampaign.SeedDirectory, "--json"]);
        return JsonNode.Parse(result.Output)!["defects"]!.AsArray().Single()!;
    }

    /// <summary>A hunt of at most 100 runs; a seed that took all of them found nothing.</summary>
    private static string Document(params (string Name, int[] Runs)[] defects)
    {
        IEnumerable<string> rows = defects.Select(defect =>
        {
            IEnumerable<string> attempts = defect.Runs.Select((runs, i) =>
                $"{{\"seed\": {i + 1}, \"runs\": {runs}, \"isFound\": {(runs < 100 ? "true" : "false")}}}");
            return $"{{\"name\": \"{defect.Name}\", \"protocol\": \"monolithic\", \"profile\": \"managarm\", "
                + $"\"attempts\": [{string.Join(", ", attempts)}]}}";
        });
        return "{\"version\": 1, \"command\": \"defects\", \"mode\": \"hunt\", \"corpus\": \"empty\", \"runsAtMost\": 100, "
            + $"\"defects\": [{string.Join(", ", rows)}]}}";
    }
}
