// Whatever is wrong with a command line or a file: exit code 2, one line that names the option or the place, and never a
// stack trace. The last tests throw random and broken text at it.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

/// <summary>Tests of wrong usage.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string> WrongCommandLines => new()
    {
        { "", "command: " },
        { "frobnicate", "frobnicate: " },
        { "--frobnicate", "--frobnicate: " },
        { "campaign --frobnicate", "--frobnicate: " },
        { "campaign --time", "--time: " },
        { "campaign --time soon", "--time: 'soon' is no time" },
        { "campaign --time 0s", "--time: '0s' is no time from 1ms to 8760h" },
        { "campaign --time 2000000000h", "--time: " },
        { "run /dev/null", "/dev/null: the scenario has no calls" },
        { "campaign --time 99999999999999s", "--time: " },
        { "campaign --time 5s --runs 5", "--time: " },
        { "campaign --runs 0", "--runs: '0' is no number from 1" },
        { "campaign --runs -1", "--runs: " },
        { "campaign --runs 1.5", "--runs: " },
        { "campaign --runs 1 --seed x", "--seed: " },
        { "campaign --runs 1 --seed 1 --seed 2", "--seed: " },
        { "campaign --runs 1 --seed 18446744073709551616", "--seed: " },
        { "campaign --runs 1 --protocol nope", "--protocol: there is no protocol 'nope'" },
        { "campaign --runs 1 --protocol tristate,", "--protocol: " },
        { "campaign --runs 1 --protocol tristate,tristate", "--protocol: 'tristate' is named twice" },
        { "campaign --time 1.5.5s", "--time: '1.5.5s' is no time" },
        { "campaign --time .0001ms", "--time: '.0001ms' is no time" },
        { "campaign --time -1s", "--time: '-1s' is no time" },
        { "campaign --time 1e3s", "--time: '1e3s' is no time" },
        { "campaign extra", "extra: " },
        { "shrink --all no-such-directory", "FINDING: there is no directory 'no-such-directory'" },
        { "shrink --all .", "FINDING: there is no window in '.'" },
        { "shrink --jobs 0 a.scn", "--jobs: " },
        { "shrink", "FINDING: is missing" },
        { "windows nonsense", "nonsense: " },
        { "windows show", "NAME: is missing" },
        { "windows show no-such-window", "NAME: there is no window 'no-such-window'" },
        { "windows list --from no-such-directory", "--from: there is no directory" },
        { "windows hunt --seeds 0", "--seeds: " },
        { "windows hunt --runs 0", "--runs: " },
        { "windows hunt --strategy nope", "--strategy: " },
        { "windows hunt --strategy random,random", "--strategy: a strategy is named twice" },
        { "protocols --from no-such-directory", "--from: " },
        { "compare", "FILE: " },
        { "explore --all-small --jobs 0", "--jobs: " },
        { "campaign --runs 1 --profile nope", "--profile: " },
        { "campaign --runs 1 --jobs 0", "--jobs: " },
        { "campaign --runs 1 --jobs 1000000", "--jobs: " },
        { "campaign --runs 1 --shard 0/2", "--shard: " },
        { "campaign --runs 1 --shard 3/2", "--shard: " },
        { "campaign --runs 1 --shard 1", "--shard: " },
        { "campaign --runs 1 --calls some", "--calls: " },
        { "campaign --runs 1 --corpus no-such-directory", "--corpus: " },
        { "campaign --runs 1 --defect nope", "--defect: " },
        { "campaign --runs 1 --relax-dispatch --protocol monolithic", "--relax-dispatch: has no effect without servers" },
        { "run", "FILE: " },
        { "campaign --runs", "--runs: needs a value; see --help" },
        { "run no-such-file.scn", "no-such-file.scn: no such file" },
        { "run a.scn --nosuch", "--nosuch: no such option, and no such file" },
        { "shrink --nosuch", "--nosuch: no such option, and no such file" },
        { "defects compare . .", ".: this is a directory" },
        { "run a.scn b.scn", "b.scn: several files need --check or --format" },
        { "run --format a.scn b.scn", "b.scn: --format of several files needs --write or --check" },
        { "run --write a.scn", "--write: needs --format" },
        { "run --normal a.scn", "--normal: needs --format" },
        { "run --format --write --check a.scn", "--write: does not go with --check" },
        { "run --format --write --normal a.scn", "--write: does not go with --normal" },
        { "run --format --write -", "--write: standard input cannot be replaced" },
        { "run --check --trace a.scn", "--trace: has no effect with --check" },
        { "run --format --strategy random a.scn", "--strategy: has no effect with --format" },
        { "run --format no-such-file.scn", "no-such-file.scn: no such file" },
        { "shrink no-such-file.scn", "no-such-file.scn: " },
        { "shrink --verify --jobs 2 a.scn", "--jobs: has no effect with --verify" },
        { "shrink --verify --data d a.scn", "--data: has no effect with --verify" },
        { "shrink --all --data d a", "--data: has no effect with --all" },
        { "shrink --all --defect flag-not-reset a", "--defect: has no effect with --all" },
        { "promote no-such-file.scn", "--name: " },
        { "promote no-such-file.scn --name Bad/Name", "--name: " },
        { "promote no-such-file.scn --name good", "no-such-file.scn: " },
        { "protocols extra", "extra: " },
        { "store", "command: one of import, export, list is needed" },
        { "store nonsense", "nonsense: " },
        { "corpus", "command: one of stats, check, merge, minimize, import, export is needed" },
        { "corpus stats no-such-dir", "no-such-dir: no such directory" },
        { "store import", "PATH: is missing" },
        { "store import no-such.json --store no/such.sqlite", "no-such.json: there is no such file or directory" },
        { "store import --out b", "--out: there is no such file or directory" },
        { "store import a.json --store", "--store: " },
        { "store import a.json --store a --store b", "--store: " },
        { "store export", ".managarm-perf/results.sqlite: there is no such store" },
        { "store export extra", "extra: " },
        { "store export --json", "--json: " },
        { "store export --store no/such.sqlite", "no/such.sqlite: there is no such store" },
        { "store export --store .", ".: this is a directory, and a store is a file" },
        { "store export --store /dev/null", "/dev/null: this is no results store" },
        { "store export --store a.sqlite --out no/such/file", "--out: 'no/such/file' is no file in a directory that exists" },
        { "store export --store a.sqlite --out .", "--out: '.' is no file in a directory that exists" },
        { "store export --store a.sqlite --out ./a.sqlite", "--out: './a.sqlite' is the store itself" },
        { "store list", "TABLE: is missing" },
        { "store list rounds", "TABLE: there is no list of 'rounds'; there are campaigns, findings, causes, hunts" },
        { "store list hunts extra", "extra: " },
        { "store list hunts --store no/such.sqlite", "no/such.sqlite: there is no such store" },
        { "store list hunts --format json", "--format: " },
        { "explore", "explore: give one of" },
        { "explore --primitives extra", "explore: give one of" },
        { "explore --primitives --show nope", "--show: there is no defect 'nope'; there are spsc-" },
        { "explore --primitives --show inbox-wake-not-sent --defects", "--show: " },
        { "explore --primitives --client nope", "--client: there is no client 'nope'; there are spsc" },
        { "explore --primitives --every", "--every: needs --client" },
    };

    [Theory]
    [MemberData(nameof(WrongCommandLines))]
    public void Wrong_usage_is_one_line_and_exit_code_2(string line, string start)
    {
        CommandResult result = CommandRunner.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        AssertOneLine(result);
        Assert.StartsWith(start, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FILE: ", "run", "")]
    [InlineData("FINDING: ", "shrink", "")]
    [InlineData("FINDING: ", "promote", "", "--name", "n")]
    [InlineData("--data: ", "campaign", "--runs", "1", "--data", "")]
    [InlineData("--corpus: ", "campaign", "--runs", "1", "--corpus", "")]
    [InlineData("--data: ", "shrink", "a.scn", "--data", "")]
    [InlineData("PATH: ", "store", "import", "")]
    [InlineData("--store: ", "store", "list", "hunts", "--store", "")]
    [InlineData("--out: ", "store", "export", "--out", "")]
    public void An_empty_path_is_refused(string start, params string[] arguments)
    {
        CommandResult result = CommandRunner.Run(arguments);
        AssertOneLine(result);
        Assert.StartsWith(start, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--strategy nonpreemptive --runs 9", "--runs: has no effect with nonpreemptive, whose runs are all the same")]
    [InlineData("--strategy nonpreemptive --seed 9", "--seed: has no effect with nonpreemptive, whose runs are all the same")]
    [InlineData("--strategy every-step --runs 9", "--runs: has no effect with every-step, which tries all")]
    [InlineData("--trace --json", "--trace: has no effect with --json")]
    [InlineData("--strategy every-step --trace --json", "--trace: has no effect with --json")]
    [InlineData(
        "--relax-dispatch --protocol monolithic",
        "--relax-dispatch: has no effect without servers, and 'monolithic' has none")]
    public void An_option_of_run_without_effect_is_refused(string options, string message)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        CommandResult result = CommandRunner.Run(["run", path, .. options.Split(' ')]);
        AssertOneLine(result);
        Assert.Equal(message, result.Error.TrimEnd());
    }

    [Theory]
    [InlineData("--runs")]
    [InlineData("--seed")]
    public void An_option_of_a_search_is_refused_when_a_schedule_is_followed(string option)
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, SampleFinding.Make()).Path;
        CommandResult result = CommandRunner.Run("run", folder, option, "3");
        AssertOneLine(result);
        Assert.Equal($"{option}: needs --strategy when there is a schedule line", result.Error.TrimEnd());
    }

    [Fact]
    public void A_data_directory_that_cannot_be_made_is_refused_before_the_search()
    {
        using var scratch = new ScratchDirectory();
        string below = Path.Combine(scratch.Write("file", ""), "data");
        CommandResult result = CommandRunner.Run("campaign", "--runs", "1", "--corpus", "empty", "--data", below);
        Assert.Equal(CommandExit.Environment, result.ExitCode);
        Assert.StartsWith($"--data: cannot write to '{below}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("A: frobnicate()\n", ":1:4: ")]
    [InlineData("A: read(r, 1)\n", ":1:9: ")]
    [InlineData("A: pause(\n", ":1:")]
    [InlineData("A: pause()\nschedule 1 zz tristate managarm 1\n", ":2:")]
    public void A_wrong_file_is_named_with_line_and_column(string text, string place)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("wrong.scn", text);
        CommandResult result = CommandRunner.Run("run", path);
        AssertOneLine(result);
        Assert.StartsWith(path + place, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "--schedule:1:1: ")]
    [InlineData("schedule 1 0123456789abcdef tristate managarm 1 A@", "--schedule:1:")]
    [InlineData(
        "schedule 1 0123456789abcdef tristate managarm 1",
        "--schedule:1:12: the schedule was recorded for another scenario")]
    public void A_wrong_schedule_is_named(string line, string start)
    {
        using var scratch = new ScratchDirectory();
        CommandResult result = CommandRunner.Run("run", scratch.Write("a.scn", "A: pause()\n"), "--schedule", line);
        AssertOneLine(result);
        Assert.StartsWith(start, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--strategy", "fast")]
    [InlineData("--strategy", "pct:0")]
    [InlineData("--strategy", "delay:9")]
    [InlineData("--strategy", "delay:")]
    [InlineData("--protocol", "all")]
    [InlineData("--profile", "bsd")]
    [InlineData("--runs", "many")]
    [InlineData("--seed", "-1")]
    [InlineData("--defect", "flag-not-reset,nope")]
    public void A_wrong_option_of_run_is_named(string option, string value)
    {
        using var scratch = new ScratchDirectory();
        CommandResult result = CommandRunner.Run("run", scratch.Write("a.scn", "A: exit(0)\n"), option, value);
        AssertOneLine(result);
        Assert.StartsWith(option + ": ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_violation_can_neither_be_shrunk_nor_promoted()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", "A: exit(0)\n");
        string[] data = ["--data", scratch.At("data")];
        AssertOneLine(CommandRunner.Run(["shrink", path, .. data]));
        AssertOneLine(CommandRunner.Run("promote", path, "--name", "n", "--to", scratch.Location));
    }

    [Fact]
    public void A_broken_document_is_bad_input()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, SampleFinding.Make()).Path;
        File.WriteAllText(Path.Combine(folder, "finding.json"), "{ \"version\": 1, ");
        AssertOneLine(CommandRunner.Run("run", folder));
        File.WriteAllText(Path.Combine(folder, "finding.json"), "[]");
        AssertOneLine(CommandRunner.Run("shrink", folder, "--data", scratch.At("data")));
    }

    [Fact]
    public void Broken_texts_never_end_in_a_stack_trace()
    {
        using var scratch = new ScratchDirectory();
        var random = new Prng(7);
        string valid = SampleFinding.LostInterrupt + SampleFinding.Make().File.Schedule + "\n";
        for (int i = 0; i < 300; i++)
        {
            string path = scratch.Write("broken.scn", Break(valid, ref random));
            CommandResult result = CommandRunner.Run("run", path);
            Assert.InRange(result.ExitCode, CommandExit.Clean, CommandExit.BadInput);
            if (result.ExitCode == CommandExit.BadInput)
            {
                Assert.Empty(result.Output);
                Assert.All(result.Error.TrimEnd('\n').Split('\n'), line => AssertPlace(path, line));
            }
        }
    }

    [Fact]
    public void A_bug_of_the_tool_is_exit_code_4_and_saves_the_input()
    {
        using var scratch = new ScratchDirectory();
        using var error = new StringWriter();
        var context = new CommandContext
        {
            Output = TextWriter.Null,
            Error = error,
            DataDirectory = scratch.Location,
            InputFile = scratch.Write("a.scn", "A: exit(0)\n"),
        };
        int exitCode = CommandGuard.Run(context, ["run", "a.scn"], () => throw new ToolBugException("two\nlines"));
        Assert.Equal(CommandExit.ToolBug, exitCode);
        string line = Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.StartsWith("tool bug: two lines; the input was saved in ", line, StringComparison.Ordinal);
        string saved = File.ReadAllText(Assert.Single(Directory.GetFiles(scratch.At("tool-bugs"))));
        Assert.Contains("A: exit(0)", saved, StringComparison.Ordinal);
        Assert.Contains("ToolBugException", saved, StringComparison.Ordinal);
    }

    private static void AssertPlace(string path, string line)
    {
        Assert.StartsWith(path, line, StringComparison.Ordinal);
        Assert.Matches(@"^:\d+:\d+: \S", line[path.Length..]);
    }

    private static string Break(string text, ref Prng random)
    {
        char[] letters = text.ToCharArray();
        const string alphabet = "ABC:(){}@>=|,. \n0189abcz\0\u00e9#";
        uint changes = 1 + random.NextBelow(4);
        for (uint i = 0; i < changes; i++)
        {
            letters[random.NextBelow((uint)letters.Length)] = alphabet[(int)random.NextBelow((uint)alphabet.Length)];
        }

        return new string(letters, 0, letters.Length - (int)random.NextBelow(8));
    }

    private static void AssertOneLine(CommandResult result)
    {
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        string line = Assert.Single(result.Error.TrimEnd('\n', '\r').Split('\n'));
        Assert.Matches("^[^ ].*: .+", line);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
