// What happens around the programs and not in them: signals, a full disk, a closed output, an error output that nobody can
// write to. Both programs are started as they were built and have to end with the right code, one line and no stack.
using System.Reflection;

namespace Managarm.Perf.Repository.Tests;

/// <summary>The programs in bad surroundings.</summary>
public sealed class SurroundingsTests : IDisposable
{
    private static readonly string configuration =
        typeof(SurroundingsTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Fuzz", "INT", "campaign --time 8h --protocol all --data DATA")]
    [InlineData("Fuzz", "TERM", "campaign --time 8h --protocol tristate --data DATA --json")]
    [InlineData("Fuzz", "INT", "bugs hunt --seeds 9999 --runs 999999")]
    [InlineData("Bench", "INT", "compare event-word event-word --seconds 600")]
    [InlineData("Bench", "TERM", "mini --seconds 600")]
    [InlineData("Bench", "INT", "run --filter event-word --job long --data DATA")]
    public void A_signal_ends_a_command_with_130(string program, string signal, string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals");
        string[] arguments = ["exec", PathOf(program), .. Words(line)];
        using var tool = ToolProcess.Start(RepositoryTree.Root, "dotnet", arguments);
        tool.AwaitError(" s  ");
        tool.Signal(signal);
        var result = tool.Wait();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("interrupted", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fuzz", "protocols", "> /dev/full")]
    [InlineData("Fuzz", "bugs list --json", "> /dev/full")]
    [InlineData("Fuzz", "run Corpus/seeds/read-signal.scn", ">&-")]
    [InlineData("Bench", "list", "> /dev/full")]
    [InlineData("Bench", "list --json", "> /dev/full")]
    [InlineData("Bench", "layout", ">&-")]
    [InlineData("Bench", "mini --seconds 0.1", "> /dev/full")]
    public void An_output_that_takes_nothing_is_one_line_and_exit_code_3(string program, string line, string redirection)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        var result = Shell($"dotnet exec '{PathOf(program)}' {string.Join(' ', Words(line))} {redirection}");
        Assert.Equal((3, 1), (result.ExitCode, Told(result).Length));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fuzz", "nonsense", 2)]
    [InlineData("Bench", "nonsense", 2)]
    [InlineData("Bench", "list", 0)]
    public void An_error_output_that_takes_nothing_changes_no_exit_code(string program, string line, int exitCode)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        Assert.Equal(exitCode, Shell($"dotnet exec '{PathOf(program)}' {line} 2> /dev/full").ExitCode);
    }

    [Theory]
    [InlineData("Fuzz", "campaign --runs 1 --data /dev/null", 2)]
    [InlineData("Fuzz", "campaign --runs 1 --data /proc/none", 3)]
    [InlineData("Bench", "run --filter event-word --data /dev/null", 2)]
    [InlineData("Bench", "run --filter event-word --data /proc/none", 3)]
    public void A_data_root_that_cannot_be_one_is_told_before_anything_is_done(string program, string line, int exitCode)
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "there is no /proc");
        var result = ToolProcess.Run(RepositoryTree.Root, "dotnet", ["exec", PathOf(program), .. Words(line)]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--data: ", Told(result)[0], StringComparison.Ordinal);
    }

    /// <summary>What was said beside the progress that a slow machine gets to see.</summary>
    private static string[] Told(ToolResult result) =>
        [.. result.Error.TrimEnd('\n').Split('\n').Where(text => !text.Contains(" s  ", StringComparison.Ordinal))];

    private static ToolResult Shell(string line) => ToolProcess.Run(RepositoryTree.Root, "sh", "-c", line);

    private string[] Words(string line) =>
        line.Replace("DATA", Path.Combine(folder, "data"), StringComparison.Ordinal).Split(' ');

    private static string PathOf(string program)
    {
        string name = $"Managarm.Perf.{program}";
        return Path.Combine(
            RepositoryTree.Root, "artifacts", "bin", name, configuration.ToLowerInvariant(), $"{name}.dll");
    }
}
