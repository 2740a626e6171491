// Both programs are packed, installed from the package and used in an empty folder far from any clone: they start by the names of
// their commands, have the project's scenarios with them, and start their own processes. Nothing is downloaded for that.
using System.Reflection;
using System.Text.Json;

namespace Managarm.Perf.Repository.Tests;

/// <summary>The programs as installed tools.</summary>
public sealed class ToolTests : IDisposable
{
    private static readonly string configuration =
        typeof(ToolTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    private string Packages => Path.Combine(folder, "packages");

    private string Tools => Path.Combine(folder, "tools");

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Fuzz_works_as_a_tool_in_any_folder()
    {
        Install("Fuzz");
        var campaign = Use("managarm-fuzz", "campaign", "--runs", "1", "--protocol", "monolithic", "--json");
        Assert.True(campaign.ExitCode == 0, campaign.Error);
        using var document = JsonDocument.Parse(campaign.Output);
        int seeds = Directory.GetFiles(Path.Combine(RepositoryTree.Root, "Corpus", "seeds"), "*.scn").Length;
        Assert.InRange(document.RootElement.GetProperty("totals").GetProperty("corpus").GetInt32(), seeds, seeds + 1);
        Assert.Equal(40, document.RootElement.GetProperty("provenance").GetProperty("commit").GetString()!.Length);

        var windows = Use("managarm-fuzz", "windows", "list");
        Assert.True(windows.ExitCode == 0, windows.Error);
        Assert.Contains("waitpid-cancel-before-submit", windows.Output, StringComparison.Ordinal);

        string window = Path.Combine(RepositoryTree.Root, "Corpus", "windows", "waitpid-cancel-before-submit.scn");
        var promote = Use("managarm-fuzz", "promote", window, "--name", "window");
        Assert.Equal(3, promote.ExitCode);
        Assert.Contains("run this in a clone", promote.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bench_works_as_a_tool_in_any_folder()
    {
        Install("Bench");
        var list = Use("managarm-bench", "list");
        Assert.True(list.ExitCode == 0, list.Error);
        Assert.Contains("event-word", list.Output, StringComparison.Ordinal);

        var compare = Use("managarm-bench", "compare", "event-word", "event-word", "--launches", "6", "--seconds", "0.1");
        Assert.Contains(compare.ExitCode, new[] { 0, 1, 3 });
        Assert.StartsWith("event-word: ", compare.Output, StringComparison.Ordinal);
    }

    private void Install(string project)
    {
        Demand("pack", project, "-c", configuration, "--no-build", "-o", Packages);
        Demand("tool", "install", $"Managarm.Perf.{project}", "--tool-path", Tools, "--source", Packages);
    }

    private static void Demand(params string[] arguments)
    {
        var result = ToolProcess.Run(RepositoryTree.Root, "dotnet", arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    private ToolResult Use(string tool, params string[] arguments)
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(folder, "elsewhere")).FullName;
        return ToolProcess.Run(elsewhere, Path.Combine(Tools, tool), arguments);
    }
}
