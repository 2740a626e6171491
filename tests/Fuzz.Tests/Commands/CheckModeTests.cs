// `run --check` as editors use it: every mistake as a line or in a document, excerpts in a terminal only, and schedule lines
// that cannot be followed.

using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

/// <summary>Tests of checking on the command line.</summary>
public sealed class CheckModeTests
{
    private const string Wrong = "A: red(q, 1)\n\tA: kill(A, usr1)\n";

    [Fact]
    public void Mistakes_of_all_files_are_lines_and_exit_code_2()
    {
        using var scratch = new ScratchDirectory();
        string wrong = scratch.Write("a.scn", Wrong);
        string good = scratch.Write("b.scn", "A: pause()\n");
        CommandResult result = CommandRunner.Run("run", "--check", wrong, good, scratch.At("c.scn"));
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Equal("checked: 3 files, 3 mistakes\n", result.Output);
        Assert.Equal(
            $"{wrong}:1:4: expected a call, found 'red'; did you mean 'read'?\n"
            + $"{wrong}:2:13: expected a signal, found 'usr1'; did you mean 'USR1'?\n"
            + $"{scratch.At("c.scn")}: no such file\n",
            result.Error);
        Assert.Equal(
            new CommandResult(CommandExit.Clean, "checked: 1 files, 0 mistakes\n", ""),
            CommandRunner.Run("run", "--check", good));
    }

    [Fact]
    public void Running_reports_all_mistakes_as_well() =>
        Assert.Equal(
            "<stdin>:1:4: expected a call, found 'red'; did you mean 'read'?\n"
            + "<stdin>:2:13: expected a signal, found 'usr1'; did you mean 'USR1'?\n",
            CommandRunner.RunWithInput(Wrong, "run", "-").Error);

    [Fact]
    public void Standard_input_runs_like_a_file() =>
        Assert.Equal(CommandExit.Clean, CommandRunner.RunWithInput("A: exit(0)\n", "run", "-").ExitCode);

    [Fact]
    public void The_document_has_the_place_the_end_and_the_kind_of_each_mistake()
    {
        CommandResult result = CommandRunner.RunWithInput(Wrong, "run", "--check", "--json", "-");
        Assert.Equal((CommandExit.BadInput, ""), (result.ExitCode, result.Error));
        JsonNode document = JsonNode.Parse(result.Output)!;
        Assert.Equal(1, document["version"]!.GetValue<int>());
        Assert.Equal("check", document["mode"]!.GetValue<string>());
        JsonNode second = document["diagnostics"]![1]!;
        Assert.Equal("<stdin>", second["file"]!.GetValue<string>());
        Assert.Equal(2, second["line"]!.GetValue<int>());
        Assert.Equal(13, second["column"]!.GetValue<int>());
        Assert.Equal(17, second["endColumn"]!.GetValue<int>());
        Assert.Equal("unknown-signal", second["code"]!.GetValue<string>());
        Assert.StartsWith("expected a signal", second["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_terminal_the_word_is_underlined()
    {
        using var scratch = new ScratchDirectory();
        using var error = new StringWriter();
        string text = Wrong + "A: \u001b[2J" + new string(' ', 300) + "\nA: pause(" + new string(' ', 300) + "1)\n";
        string path = scratch.Write("a.scn", text);
        var context = new CommandContext { Output = TextWriter.Null, Error = error, IsInteractive = true };
        Assert.Equal(CommandExit.BadInput, FuzzApplication.Run(["run", "--check", path], context));
        string[] lines = error.ToString().Replace(path, "f", StringComparison.Ordinal).TrimEnd('\n').Split('\n');
        string[] expected =
        [
            "f:1:4: expected a call, found 'red'; did you mean 'read'?",
            "    1 | A: red(q, 1)",
            "      |    ^^^",
            "f:2:13: expected a signal, found 'usr1'; did you mean 'USR1'?",
            "    2 |  A: kill(A, usr1)",
            "      |             ^^^^",
        ];
        Assert.Equal(expected, lines[..6]);
        Assert.Equal("    3 | A: ?[2J", lines[7]);
        Assert.Equal("      |    ^", lines[8]);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 110));
        Assert.Equal(lines[10].LastIndexOf('1'), lines[11].LastIndexOf('^'));
    }

    [Theory]
    [InlineData("7df29204840888f3", "tristate", "managarm", "6", "A@11>B", 5, 12, "the schedule was recorded for another")]
    [InlineData("7df29204840888f2", "tristat", "managarm", "6", "A@11>B", 5, 29, "there is no protocol 'tristat'")]
    [InlineData("7df29204840888f2", "tristate", "bsd", "6", "A@11>B", 5, 38, "there is no profile 'bsd'")]
    [InlineData("7df29204840888f2", "tristate", "managarm", "99", "A@11>B", 5, 47, "the schedule was recorded with model 99, ")]
    [InlineData("7df29204840888f2", "tristate", "managarm", "6", "A@1>B  A@11>Q #", 5, 56, "the schedule names a party that ")]
    public void A_schedule_that_cannot_be_followed_is_reported_with_its_word(
        string hash, string protocol, string profile, string model, string deviations, int line, int column, string message)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write(
            "a.scn",
            "A: B = fork()\nA: waitpid(B)\nB: kill(A, USR1)\nB: pause()\n"
            + $"schedule 1 {hash} {protocol} {profile} {model} {deviations}\n\n# end\n");
        foreach (string[] options in (string[][])[[], ["--check"]])
        {
            CommandResult result = CommandRunner.Run(["run", path, .. options]);
            Assert.Equal(CommandExit.BadInput, result.ExitCode);
            Assert.StartsWith($"{path}:{line}:{column}: {message}", result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public void A_schedule_that_the_run_leaves_is_reported_with_its_deviation()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write(
            "a.scn",
            "A: B = fork()\nA: waitpid(B)\nB: kill(A, USR1)\nB: pause()\n"
            + "schedule 1 7df29204840888f2 tristate managarm 6 A@11>B A@9999>posix\n");
        CommandResult result = CommandRunner.Run("run", path);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.StartsWith($"{path}:5:56: the run leaves the schedule: deviation 2 of 2", result.Error, StringComparison.Ordinal);
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("run", "--check", path).ExitCode);
    }
}
