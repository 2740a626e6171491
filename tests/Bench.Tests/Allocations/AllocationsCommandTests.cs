// The command `allocations` by its public surface, in a process of its own where the environment matters. What a planted
// allocation is attributed to is tested in AttributionTests.

using System.Diagnostics;
using System.Text.Json;

namespace Managarm.Perf.Bench.Tests.Allocations;

public sealed class AllocationsCommandTests
{
    private const string Clean = "ring-same-thread-spsc";

    [Fact]
    public void A_workload_that_allocates_nothing_is_clean()
    {
        (int code, string output, string error) = Run([Clean], diagnostics: true);
        Assert.Equal("", error);
        Assert.StartsWith($"{Clean}: 0 bytes", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public void Nothing_needs_the_diagnostics_port_when_nothing_allocates() =>
        Assert.Equal(0, Run([Clean], diagnostics: false).Code);

    [Fact]
    public void An_allocation_is_a_finding_with_exact_bytes_and_estimated_shares()
    {
        (int code, string output, string error) = Run([.. Planted, "--json"], diagnostics: true);
        Assert.SkipWhen(code == 3, error);
        Assert.Equal(1, code);
        using var document = JsonDocument.Parse(output);
        JsonElement root = document.RootElement;
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal(AttributionTests.BoxedBytes, root.GetProperty("bytesPerPass").GetProperty("thread").GetInt64());
        Assert.Equal(1, root.GetProperty("sites").EnumerateArray().Sum(site => site.GetProperty("share").GetDouble()), 6);
        Assert.StartsWith("AttributionTests.cs:", root.GetProperty("sites")[0].GetProperty("source").GetString());
    }

    [Fact]
    public void A_closed_diagnostics_port_is_exit_code_3_and_one_line()
    {
        (int code, string output, string error) = Run(Planted, diagnostics: false);
        Assert.Equal(3, code);
        Assert.Equal("", output);
        Assert.Contains("DOTNET_EnableDiagnostics", Assert.Single(Told(error)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_workload_is_exit_code_2_and_one_line()
    {
        (int code, string output, string error) = Run(["no-such-workload"], diagnostics: true);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(Clean, Assert.Single(Told(error)), StringComparison.Ordinal);
    }

    /// <summary>What was said beside the progress that a slow machine gets to see.</summary>
    private static string[] Told(string error) =>
        [.. error.TrimEnd().Split('\n').Where(line => !line.Contains(" s  ", StringComparison.Ordinal))];

    private static string[] Planted
    {
        get
        {
            const string Test = nameof(AttributionTests.A_boxed_number_is_named_with_its_method);
            string method = $"{typeof(AttributionTests).FullName}.{Test}";
            string assembly = typeof(AttributionTests).Assembly.Location;
            return ["--test", assembly, "--method", method, "--check", $"{method}, {AttributionTests.CheckName}"];
        }
    }

    private static (int Code, string Output, string Error) Run(string[] arguments, bool diagnostics)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(BenchApplication).Assembly.Location, "allocations", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = diagnostics ? "1" : "0";
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }
}
