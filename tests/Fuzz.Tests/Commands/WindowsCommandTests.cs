// `windows` as a user meets it: the parts, the heads that are wrong, and the windows that do not behave as their files say.

using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

/// <summary>Tests of the command.</summary>
public sealed class WindowsCommandTests
{
    private const string Benign = "O5";

    private static readonly string BankDirectory = Path.Combine(RepositoryRoot.Path, "Corpus", "windows");

    private static readonly string LostCancel = File.ReadAllText(Path.Combine(BankDirectory, "waitpid-cancel-before-submit.scn"));

    [Theory]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("hunt")]
    public void Help_shows_an_example(string part)
    {
        CommandResult result = CommandRunner.Run("windows", part, "--help");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("Example:", result.Output, StringComparison.Ordinal);
        Assert.Contains("--json", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_has_a_line_and_an_object_per_window()
    {
        string[] lines = CommandRunner.Run("windows", "list", "--from", BankDirectory).Output.TrimEnd().Split('\n');
        JsonArray windows = Json("list", "--from", BankDirectory)["windows"]!.AsArray();
        Assert.Equal(Directory.GetFiles(BankDirectory, "*.scn").Length, windows.Count);
        Assert.Equal(windows.Count + 1, lines.Length);
        JsonNode window = windows.Single(each => each!["name"]!.GetValue<string>() == "waitpid-cancel-before-submit")!;
        Assert.Equal("liveness waitpid", window["verdict"]!.GetValue<string>());
        Assert.Equal(5, window["calls"]!.GetValue<int>());
        Assert.Equal(3, window["parties"]!.GetValue<int>());
        Assert.Equal(1, window["deviations"]!.GetValue<int>());
    }

    [Fact]
    public void Show_tells_the_window_and_writes_a_folder_that_repeats_it()
    {
        using var scratch = new ScratchDirectory();
        CommandResult shown = CommandRunner.Run("windows", "show", "o1", "--from", BankDirectory);
        Assert.Equal(CommandExit.Clean, shown.ExitCode);
        Assert.Contains("NOT REGISTERED, does nothing", shown.Output, StringComparison.Ordinal);
        Assert.Contains("## 2. The delays", shown.Output, StringComparison.Ordinal);
        Assert.EndsWith(": its schedule shows what its file says\n", shown.Output, StringComparison.Ordinal);
        string folder = scratch.At("window");
        CommandResult written = CommandRunner.Run("windows", "show", "o1", "--from", BankDirectory, "--out", folder);
        Assert.Equal(CommandExit.Clean, written.ExitCode);
        CommandResult repeated = CommandRunner.Run("run", folder);
        Assert.Equal(CommandExit.Findings, repeated.ExitCode);
        Assert.Contains("VIOLATED under tristate: liveness of waitpid", repeated.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["chart.svg", "confirm.md", "finding.json", "scenario.scn", "trace.txt"],
            Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_window_without_harm_is_no_finding_and_its_chart_claims_no_violation()
    {
        using var scratch = new ScratchDirectory();
        string folder = scratch.At("window");
        JsonNode shown = Json("show", Benign, "--from", BankDirectory, "--out", folder);
        Assert.True(shown["isAsSaid"]!.GetValue<bool>());
        Assert.Equal("none", shown["shown"]!.GetValue<string>());
        Assert.False(File.Exists(Path.Combine(folder, "finding.json")));
        string chart = File.ReadAllText(Path.Combine(folder, "chart.svg"));
        Assert.Contains("no invariant is violated", chart, StringComparison.Ordinal);
        Assert.DoesNotContain("violated here", chart, StringComparison.Ordinal);
        string recipe = File.ReadAllText(Path.Combine(folder, "confirm.md"));
        Assert.Contains("every call ends as it should", recipe, StringComparison.Ordinal);
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("run", folder).ExitCode);
    }

    [Fact]
    public void A_hunt_is_equal_for_any_number_of_jobs()
    {
        string[] arguments = ["hunt", "--from", BankDirectory, "--seeds", "4", "--runs", "500"];
        string one = Json([.. arguments, "--jobs", "1"]).ToJsonString();
        Assert.Equal(one, Json([.. arguments, "--jobs", "3"]).ToJsonString());
    }

    [Fact]
    public void Several_strategies_are_compared_and_each_is_what_it_is_alone()
    {
        string[] arguments = ["hunt", "O1", "--from", BankDirectory, "--seeds", "3", "--runs", "40", "--strategy"];
        JsonArray compared = Json([.. arguments, "random,delay:2,pos,urw,rf"])["strategies"]!.AsArray();
        Assert.Equal(5, compared.Count);
        foreach (JsonNode? each in compared)
        {
            JsonNode alone = Json([.. arguments, each!["strategy"]!.GetValue<string>()])["windows"]!.AsArray().Single()!;
            JsonNode together = each["windows"]!.AsArray().Single()!;
            foreach (string property in (string[])["found", "median", "worst", "runs"])
            {
                Assert.Equal(alone[property]?.ToJsonString(), together[property]?.ToJsonString());
            }
        }

        CommandResult printed = CommandRunner.Run(["windows", .. arguments[..^2], "1", "--strategy", "random,pos"]);
        Assert.Equal(CommandExit.Clean, printed.ExitCode);
        Assert.Matches("waitpid-cancel-before-submit +> 1 +> 1", printed.Output);
    }

    [Theory]
    [InlineData("random,random", "named twice")]
    [InlineData("random,nonpreemptive", "draws nothing")]
    [InlineData("pos,", "is no strategy")]
    public void A_comparison_of_what_cannot_be_compared_is_refused(string strategies, string message)
    {
        CommandResult result = CommandRunner.Run("windows", "hunt", "O1", "--from", BankDirectory, "--strategy", strategies);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pct_tells_its_bound_for_the_scenario()
    {
        using var scratch = new ScratchDirectory();
        string[] arguments = ["run", scratch.Write("a.scn", LostCancel), "--strategy", "pct:3", "--runs", "2"];
        JsonNode bound = JsonNode.Parse(CommandRunner.Run([.. arguments, "--json"]).Output)!["bound"]!;
        double parties = bound["parties"]!.GetValue<double>();
        double steps = bound["steps"]!.GetValue<double>();
        Assert.Equal(1 / (parties * steps * steps), bound["probability"]!.GetValue<double>(), 12);
        string printed = CommandRunner.Run(arguments).Output;
        Assert.Contains($"n = {parties} parties, k = {steps} steps", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hunt_counts_what_the_first_run_that_shows_it_would_count()
    {
        JsonNode window = Json("hunt", "O1", "--from", BankDirectory, "--seeds", "1")["windows"]!.AsArray().Single()!;
        int runs = window["attempts"]!.AsArray().Single()!["runs"]!.GetValue<int>();
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", LostCancel);
        string[] search = ["run", path, "--strategy", "random", "--seed", "1", "--json", "--runs"];
        JsonNode found = JsonNode.Parse(CommandRunner.Run([.. search, $"{runs}"]).Output)!;
        Assert.Equal("liveness", found["invariant"]!.GetValue<string>());
        Assert.Equal(runs, found["totals"]!["runs"]!.GetValue<int>());
        Assert.Equal(CommandExit.Clean, CommandRunner.Run([.. search, $"{runs - 1}"]).ExitCode);
    }

    [Fact]
    public void A_seed_that_finds_nothing_is_counted_and_stands_behind_all_others()
    {
        string[] arguments = ["hunt", "O1", "--from", BankDirectory, "--seeds", "3", "--runs", "1"];
        JsonNode window = Json(arguments)["windows"]!.AsArray().Single()!;
        Assert.Equal(0, window["found"]!.GetValue<int>());
        Assert.Null(window["median"]);
        Assert.Equal(3, window["runs"]!.GetValue<int>());
        CommandResult printed = CommandRunner.Run(["windows", .. arguments]);
        Assert.Equal(CommandExit.Clean, printed.ExitCode);
        Assert.Matches(@"0/3 +> 1 +> 1 ", printed.Output);
    }

    [Theory]
    [InlineData("verdict: liveness waitpid", "verdict: liveness read",
        "its file says liveness read, its schedule shows liveness waitpid")]
    [InlineData("verdict: liveness waitpid", "verdict: registry", "its file says registry, its schedule shows liveness waitpid")]
    [InlineData("verdict: liveness waitpid", "verdict: benign",
        "its file says nothing is violated, its schedule shows liveness waitpid")]
    [InlineData("shows: cancel-missed", "shows: cancel-hit", "its schedule does not show cancel-hit")]
    [InlineData(" A@23>C", " A@14>C", "its file says liveness waitpid, its schedule shows none")]
    [InlineData(" A@23>C", " A@2300>C", "deviation 1 of its schedule is not possible")]
    public void A_window_that_behaves_otherwise_fails(string said, string instead, string mismatch)
    {
        using var scratch = new ScratchDirectory();
        Assert.Contains(said, LostCancel, StringComparison.Ordinal);
        scratch.Write("a.scn", LostCancel.Replace(said, instead, StringComparison.Ordinal));
        CommandResult shown = CommandRunner.Run("windows", "show", "a", "--from", scratch.Location);
        Assert.Equal(CommandExit.Findings, shown.ExitCode);
        Assert.EndsWith($"a: {mismatch}\n", shown.Output, StringComparison.Ordinal);
        CommandResult hunted = CommandRunner.Run("windows", "hunt", "--from", scratch.Location, "--seeds", "1", "--runs", "9");
        Assert.Equal(CommandExit.Findings, hunted.ExitCode);
        Assert.Contains(mismatch, hunted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_benign_window_that_a_search_violates_fails()
    {
        using var scratch = new ScratchDirectory();
        string text = LostCancel.Replace("verdict: liveness waitpid", "verdict: benign", StringComparison.Ordinal)
            .Replace("# shows: cancel-missed\n", "", StringComparison.Ordinal);
        scratch.Write("a.scn", text[..text.IndexOf("schedule ", StringComparison.Ordinal)]);
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("windows", "show", "a", "--from", scratch.Location).ExitCode);
        CommandResult hunted = CommandRunner.Run("windows", "hunt", "--from", scratch.Location, "--seeds", "2", "--runs", "2000");
        Assert.Equal(CommandExit.Findings, hunted.ExitCode);
        Assert.Matches("a.scn: its file says benign, [1-9][0-9]* of 4000 runs violate something", hunted.Output);
    }

    [Theory]
    [InlineData("# window: O1\n", "", ":1:1: the head has no '# window: ...'")]
    [InlineData("# window: O1\n", "# windwo: O1\n", ":2:3: there is no key 'windwo'; did you mean 'window'?")]
    [InlineData("# window: O1\n", "# window: O1\n# window: O2\n", ":3:3: 'window' stands here a second time")]
    [InlineData("# window: O1\n", "# window O1\n", ":2:3: expected '# key: value', or '#' before the prose")]
    [InlineData("tristate\n#", "tristat\n#", ":3:13: there is no protocol 'tristat'; there are monolithic, ")]
    [InlineData("liveness waitpid", "livness waitpid", ":4:12: 'livness' is no invariant; did you mean 'liveness'?")]
    [InlineData("liveness waitpid", "liveness waitpit", ":4:12: 'waitpit' is no call; did you mean 'waitpid'?")]
    [InlineData("cancel-missed", "cancel-mised", ":5:10: there is no note 'cancel-mised'; did you mean 'cancel-missed'?")]
    [InlineData("# reach", "# profile: lunix\n# reach", ":6:12: there is no profile 'lunix'")]
    [InlineData("# reach", "# calls: some\n# reach", ":6:10: 'some' is neither wired nor all")]
    [InlineData("# reach", "# defect: flag-not-rest\n# reach",
        ":6:11: there is no defect 'flag-not-rest'; did you mean 'flag-not-reset'?")]
    [InlineData("waitpid(C)", "waitpit(C)", ":14:4: ")]
    [InlineData("tristate managarm 6", "oneshot managarm 6",
        ":17:1: the schedule is for oneshot and managarm, the head says tristate")]
    [InlineData(" managarm 6 ", " managarm 1 ", ":17:47: ")]
    public void A_wrong_head_is_one_line_with_its_place(string right, string wrong, string message)
    {
        using var scratch = new ScratchDirectory();
        Assert.Contains(right, LostCancel, StringComparison.Ordinal);
        string path = scratch.Write("a.scn", LostCancel.Replace(right, wrong, StringComparison.Ordinal));
        foreach (string part in (string[])["list", "hunt"])
        {
            CommandResult result = CommandRunner.Run("windows", part, "--from", scratch.Location);
            Assert.Equal(CommandExit.BadInput, result.ExitCode);
            Assert.Contains(path + message, result.Error, StringComparison.Ordinal);
            Assert.Empty(result.Output);
        }
    }

    [Theory]
    [InlineData("windows")]
    [InlineData("defects")]
    public void A_bank_lists_what_it_has_when_nothing_else_is_asked_for(string command)
    {
        CommandResult listed = CommandRunner.Run(command, "list");
        CommandResult alone = CommandRunner.Run(command);
        Assert.Equal((CommandExit.Clean, listed.Output, ""), (alone.ExitCode, alone.Output, alone.Error));
        Assert.NotEmpty(alone.Output);
    }

    [Fact]
    public void All_mistakes_of_all_files_are_reported()
    {
        using var scratch = new ScratchDirectory();
        scratch.Write("a.scn", "A: pause()\n");
        scratch.Write("b.scn", "A: pase()\n");
        string[] lines = CommandRunner.Run("windows", "list", "--from", scratch.Location).Error.TrimEnd().Split('\n');
        Assert.Equal(7, lines.Length);
        Assert.EndsWith("a.scn:1:1: expected '#' and then what the window is, in prose", lines[5], StringComparison.Ordinal);
        Assert.Contains("b.scn:1:4: ", lines[6], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("windows nope", "windows: |nope: ")]
    [InlineData("windows show", "NAME: ")]
    [InlineData("windows show O11", "NAME: there is no window 'O11'; did you mean 'O1'?")]
    [InlineData("windows list --from no-such-directory", "--from: there is no directory 'no-such-directory'")]
    [InlineData("windows hunt --seeds 0", "--seeds: '0' is no number from 1")]
    [InlineData("windows hunt --runs x", "--runs: 'x' is no number from 1")]
    [InlineData("windows hunt --jobs 0", "--jobs: ")]
    [InlineData("windows hunt --strategy nope", "--strategy: 'nope' is no strategy")]
    [InlineData("windows hunt --strategy nonpreemptive", "--strategy: 'nonpreemptive' draws nothing")]
    [InlineData("windows hunt O11", "NAME: there is no window 'O11'; did you mean 'O1'?")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string line, string starts)
    {
        string[] words = line.Split(' ');
        bool needsBank = words.Length > 1 && words[1] is "show" or "hunt";
        CommandResult result = CommandRunner.Run(needsBank ? [.. words, "--from", BankDirectory] : words);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(starts.Split('|'), start => result.Error.StartsWith(start, StringComparison.Ordinal));
    }

    [Fact]
    public void An_interrupted_hunt_has_no_result()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext { Output = output, Error = error, Stop = stop.Token };
        Assert.Equal(CommandExit.Interrupted, FuzzApplication.Run(["windows", "hunt", "--from", BankDirectory], context));
        Assert.Empty(output.ToString());
    }

    /// <summary>A document without the command line and the time that made it.</summary>
    private static JsonObject Json(params string[] arguments)
    {
        JsonObject document = JsonNode.Parse(CommandRunner.Run(["windows", .. arguments, "--json"]).Output)!.AsObject();
        Assert.True(document.Remove(Provenance.Member));
        return document;
    }
}
