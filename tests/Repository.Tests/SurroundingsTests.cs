// What happens around the programs and not in them: signals, a full disk, a closed output, an error output that nobody can
// write to. Both programs are started as they were built and have to end with the right code, one line and no stack; after a
// signal within five seconds and with everything on disk that they had found.
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Managarm.Perf.Repository.Tests;

/// <summary>The programs in bad surroundings.</summary>
public sealed class SurroundingsTests : IDisposable
{
    private static readonly string configuration =
        typeof(SurroundingsTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    // Five seconds, or five times what it takes here to start a program that does nothing, which is a fraction of a second on a
    // machine that has time for us.
    private static readonly Lazy<TimeSpan> patience = new(MeasurePatience);

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Fuzz", "INT", "campaign --time 8h --protocol all --data DATA")]
    [InlineData("Fuzz", "TERM", "explore --all-small --protocol all --data DATA")]
    [InlineData("Fuzz", "INT", "windows hunt --seeds 9999 --runs 999999")]
    [InlineData("Fuzz", "TERM", "defects hunt --seeds 9999 --runs 999999")]
    [InlineData("Fuzz", "INT", "run Corpus/seeds/read-signal.scn --strategy random --runs 1000000000")]
    [InlineData("Bench", "INT", "compare event-word event-word --seconds 600")]
    [InlineData("Bench", "TERM", "mini --seconds 600")]
    [InlineData("Bench", "INT", "latency --seconds 600")]
    [InlineData("Bench", "TERM", "ratios --seconds 600")]
    [InlineData("Bench", "INT", "run --filter event-word --job long --data DATA")]
    public void A_signal_ends_a_command_with_130(string program, string signal, string line)
    {
        ToolResult result = Interrupt(program, signal, line);
        Assert.Contains("interrupted", result.Error + result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_ends_the_wait_for_a_pipe_that_nobody_writes(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such pipes");
        Assert.Equal(0, ToolProcess.Run(folder, "mkfifo", "data").ExitCode);
        ToolResult result = Interrupt("Fuzz", signal, "run DATA");
        Assert.Contains("interrupted before its end", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void What_an_interrupted_campaign_names_is_on_disk(string signal)
    {
        const string Line = "campaign --time 8h --protocol tristate --data DATA --json";
        ToolResult result = Interrupt("Fuzz", signal, Line, "shrinking ");
        using var document = JsonDocument.Parse(result.Output);
        JsonElement findings = document.RootElement.GetProperty("findings");
        int pending = document.RootElement.GetProperty("volatile").GetProperty("notShrunk").GetInt32();
        Assert.True(findings.GetArrayLength() + pending > 0, "the campaign had seen nothing yet");
        foreach (JsonElement finding in findings.EnumerateArray())
        {
            string path = Path.Combine(folder, "data", "findings", finding.GetProperty("folder").GetString()!);
            Assert.True(File.Exists(Path.Combine(path, "finding.json")), path);
        }

        string waiting = Path.Combine(folder, "data", "pending");
        Assert.Equal(pending, Directory.Exists(waiting) ? Directory.GetFiles(waiting, "*.scn").Length : 0);
    }

    [Theory]
    [InlineData("Fuzz", "protocols", "> /dev/full")]
    [InlineData("Fuzz", "windows list --json", "> /dev/full")]
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
        Assert.StartsWith("standard output: ", Told(result)[0], StringComparison.Ordinal);
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

    /// <summary>Sends a signal as soon as a command says that it is at work; it has to end in time, and in order.</summary>
    private ToolResult Interrupt(string program, string signal, string line, string sign = " s  ")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "interrupts are ignored here, as in a shell's background");
        string[] arguments = ["exec", PathOf(program), .. Words(line)];
        using var tool = ToolProcess.Start(RepositoryTree.Root, "dotnet", arguments);
        tool.AwaitError(sign);
        tool.Signal(signal);
        long start = Stopwatch.GetTimestamp();
        ToolResult result = tool.Wait();
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, patience.Value);
        Assert.Equal(130, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        return result;
    }

    private static TimeSpan MeasurePatience()
    {
        const double Seconds = 5;
        long start = Stopwatch.GetTimestamp();
        ToolProcess.Run(RepositoryTree.Root, "dotnet", "exec", PathOf("Fuzz"), "protocols");
        return TimeSpan.FromSeconds(Seconds * Math.Max(1, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    /// <summary>Whether whoever started this process made it, and what it starts, deaf to interrupts.</summary>
    private static bool IgnoresInterrupts()
    {
        const string Status = "/proc/self/status";
        const string Key = "SigIgn:";
        const ulong Interrupt = 1UL << 1;
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line is not null && (ulong.Parse(line[Key.Length..].Trim(), NumberStyles.HexNumber) & Interrupt) != 0;
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
