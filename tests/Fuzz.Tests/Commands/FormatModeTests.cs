// `run --format` as people and continuous integration use it: print, compare, replace, standard input, and files with mistakes.

using System.Text;
using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

/// <summary>Tests of formatting on the command line.</summary>
public sealed class FormatModeTests
{
    private const string Loose = "\n  #comment\nA:   pause( )   #more\n\n\npipe r ,w\n";
    private const string Tidy = "# comment\nA: pause()  # more\n\npipe r, w\n";
    private const string Wrong = "A:   red()   #more\nA: pause)\n";

    [Fact]
    public void One_file_is_printed_with_its_comments_and_stays_as_it_was()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", Loose);
        CommandResult result = CommandRunner.Run("run", "--format", path);
        Assert.Equal(new CommandResult(CommandExit.Clean, Tidy, ""), result);
        Assert.Equal(Loose, File.ReadAllText(path));
        Assert.Equal("pipe r, w\nA: pause()\n", CommandRunner.Run("run", "--format", "--normal", path).Output);
    }

    [Fact]
    public void Standard_input_is_formatted_to_standard_output()
    {
        Assert.Equal(new CommandResult(CommandExit.Clean, Tidy, ""), CommandRunner.RunWithInput(Loose, "run", "--format", "-"));
        CommandResult wrong = CommandRunner.RunWithInput(Wrong, "run", "--format", "-");
        Assert.Equal(CommandExit.BadInput, wrong.ExitCode);
        Assert.Empty(wrong.Output);
        Assert.Equal(
            "<stdin>:1:6: expected a call, found 'red'; did you mean 'read'?\n"
            + "<stdin>:2:9: expected '(', found ')'; the call is written pause()\n",
            wrong.Error);
    }

    [Fact]
    public void Check_lists_the_files_that_differ_and_writes_nothing()
    {
        using var scratch = new ScratchDirectory();
        string loose = scratch.Write("a.scn", Loose);
        string tidy = scratch.Write("b.scn", Tidy);
        string mark = scratch.Write("c.scn", "\ufeff" + Tidy);
        CommandResult result = CommandRunner.Run("run", "--format", "--check", loose, tidy, mark);
        Assert.Equal(new CommandResult(CommandExit.Findings, $"{loose}\n{mark}\n", ""), result);
        Assert.Equal(Loose, File.ReadAllText(loose));
        Assert.Equal(new CommandResult(CommandExit.Clean, "", ""), CommandRunner.Run("run", "--format", "--check", tidy));
    }

    [Fact]
    public void Write_replaces_what_differs_and_leaves_alone_what_is_wrong_or_tidy()
    {
        using var scratch = new ScratchDirectory();
        string wrong = scratch.Write("a.scn", Wrong);
        string loose = scratch.Write("b.scn", Loose);
        string tidy = scratch.Write("c.scn", Tidy);
        DateTime before = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(tidy, before);
        CommandResult result = CommandRunner.Run("run", "--format", "-w", wrong, loose, tidy);
        Assert.Equal((CommandExit.BadInput, $"{loose}\n"), (result.ExitCode, result.Output));
        Assert.Equal(2, result.Error.TrimEnd().Split('\n').Length);
        Assert.Equal(Wrong, File.ReadAllText(wrong));
        Assert.Equal(Tidy, File.ReadAllText(loose));
        Assert.Equal(before, File.GetLastWriteTimeUtc(tidy));
        Assert.Equal(3, Directory.GetFiles(scratch.Location).Length);
        Assert.Equal(new CommandResult(CommandExit.Clean, "", ""), CommandRunner.Run("run", "--format", "-w", loose, tidy));
    }

    [Fact]
    public void The_document_says_what_changed_and_what_is_wrong()
    {
        using var scratch = new ScratchDirectory();
        string wrong = scratch.Write("a.scn", Wrong);
        string loose = scratch.Write("b.scn", Loose);
        CommandResult result = CommandRunner.Run("run", "--format", "--check", "--json", wrong, loose);
        Assert.Equal((CommandExit.BadInput, ""), (result.ExitCode, result.Error));
        JsonNode document = JsonNode.Parse(result.Output)!;
        Assert.Equal("format", document["mode"]!.GetValue<string>());
        Assert.False(document["files"]![0]!["valid"]!.GetValue<bool>());
        Assert.True(document["files"]![1]!["changed"]!.GetValue<bool>());
        Assert.Equal(2, document["diagnostics"]!.AsArray().Count);
        JsonNode printed = JsonNode.Parse(CommandRunner.Run("run", "--format", "--json", loose).Output)!;
        Assert.Equal(Tidy, printed["files"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public void A_file_of_a_finding_is_formatted_already_and_its_schedule_stays_valid()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, SampleFinding.Make()).Path;
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("run", "--format", "--check", folder).ExitCode);
        string file = Path.Combine(folder, "scenario.scn");
        File.WriteAllText(file, File.ReadAllText(file).Replace(": ", " :  ", StringComparison.Ordinal));
        Assert.Equal(CommandExit.Clean, CommandRunner.Run("run", "--format", "--write", folder).ExitCode);
        Assert.Equal(CommandExit.Findings, CommandRunner.Run("run", folder).ExitCode);
    }

    [Fact]
    public void Seeds_and_regressions_are_formatted()
    {
        string corpus = Path.Combine(RepositoryRoot.Path, "Corpus");
        string[] files = [.. Directory.GetFiles(corpus, "*.scn", SearchOption.AllDirectories)];
        Assert.NotEmpty(files);
        Assert.Equal(new CommandResult(CommandExit.Clean, "", ""), CommandRunner.Run(["run", "--format", "--check", .. files]));
    }

    [Fact]
    public void A_file_that_cannot_be_written_ends_the_command_with_exit_code_3()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", Loose);
        File.SetAttributes(path, FileAttributes.ReadOnly);
        try
        {
            bool isProtected = false;
            try
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
            }
            catch (UnauthorizedAccessException)
            {
                isProtected = true;
            }

            Assert.SkipUnless(isProtected, "this user may write protected files");
            CommandResult result = CommandRunner.Run("run", "--format", "-w", path);
            Assert.Equal(CommandExit.Environment, result.ExitCode);
            Assert.StartsWith($"{path}: cannot be written: ", result.Error, StringComparison.Ordinal);
            Assert.Equal(Loose, File.ReadAllText(path, Encoding.UTF8));
        }
        finally
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }
}
