// `run` used as users of BenchmarkDotNet use it: several globs, its own arguments behind them or before them, and artefacts where
// they say. Times are not looked at: a dry job makes one iteration of each.

using System.Text.Json;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Tests;

public sealed class SuiteTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("run --filter *event-w?rd* layout-no floor-volatile --job dry --exporters csv html --data DATA --json")]
    [InlineData("run --exporters csv html --job dry --json --data DATA --filter floor-volatile *event-w?rd*")]
    [InlineData("run --job dry -f floor-volatile --data DATA --exporters csv html -f *event-w?rd* --json")]
    public void Globs_and_what_is_passed_on_stand_in_any_order(string line)
    {
        JsonElement report = Run(line.Replace("DATA", folder, StringComparison.Ordinal));
        IEnumerable<string?> names = report.GetProperty("workloads").EnumerateArray()
            .Select(workload => workload.GetProperty("name").GetString());
        Assert.Equal(["event-word", "floor-volatile"], names.Order(StringComparer.Ordinal));
        Assert.Equal(
            [".csv", ".html", ".json", ".md"],
            Directory.GetFiles(Path.Combine(folder, "benchmarks", "results"))
                .Select(path => Path.GetExtension(path)!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_job_that_is_named_takes_the_place_of_ours()
    {
        Run($"run --filter floor-volatile --job dry --data {folder} --json");
        string path = Directory.GetFiles(Path.Combine(folder, "benchmarks", "results"), "*-full.json").Single();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement only = document.RootElement.GetProperty("Benchmarks").EnumerateArray().Single();
        IEnumerable<string?> stages = only.GetProperty("Measurements").EnumerateArray()
            .Where(each => each.GetProperty("IterationMode").GetString() == "Workload")
            .Select(each => each.GetProperty("IterationStage").GetString());
        Assert.Single(stages, "Actual");
    }

    [Fact]
    public void Artefacts_lie_where_the_user_says()
    {
        string elsewhere = Path.Combine(folder, "elsewhere");
        Run($"run --filter floor-volatile --job dry --artifacts {elsewhere} --data {folder} --json");
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(elsewhere, "results")));
        Assert.False(Directory.Exists(Path.Combine(folder, "benchmarks")));
    }

    private static JsonElement Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = BenchApplication.Run(line.Split(' '), output, error);
        Assert.True(exitCode is CommandExit.Clean or CommandExit.Environment, error.ToString());
        using var document = JsonDocument.Parse(output.ToString());
        return document.RootElement.Clone();
    }
}
