// The command line of Bench: help names an example, wrong input is one line and exit code 2, and short measurements give
// complete tables and documents.

using System.Text.Json;
using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Tests;

public sealed class BenchApplicationTests : IDisposable
{
    // Clean, or too noisy to tell, which depends on what else the machine does.
    private static readonly int[] Measured = [CommandExit.Clean, CommandExit.Environment];

    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Theory]
    [InlineData("nonsense", "nonsense: no such command, option or argument; see --help")]
    [InlineData("list --calls", "--calls: no such command, option or argument; see --help")]
    [InlineData("compare event-word", "B: is missing; see --help")]
    [InlineData("compare --workload", "--workload: needs a value; see --help")]
    [InlineData("mini --seconds never", "--seconds: must be a number from 0.1 to 3600, not 'never'")]
    [InlineData("allocations", "WORKLOAD is missing; see list")]
    [InlineData(
        "latency --protocol nope",
        "--protocol: no protocol is called 'nope'; there are monolithic, none, oneshot, cancel-id, queue-alert, lane-cancel, "
        + "tristate, ordered")]
    [InlineData(
        "compare event-word event-word --workload run-tasks",
        "--workload: has no effect when A is a workload, 'event-word'")]
    public void A_mistake_is_named(string line, string message)
    {
        Assert.Equal(2, Run(line));
        Assert.Equal(message, error.ToString().TrimEnd('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("mini --seconds")]
    [InlineData("mini --seconds never")]
    [InlineData("mini --seconds 0")]
    [InlineData("mini --seconds -1")]
    [InlineData("mini --seconds 1e9")]
    [InlineData("mini --unknown")]
    [InlineData("costs --corpus no-such-folder --seconds 1")]
    [InlineData("latency --protocol nonsense")]
    [InlineData("latency --protocol tristate,")]
    [InlineData("compare")]
    [InlineData("compare event-word")]
    [InlineData("compare event-word no-such-thing")]
    [InlineData("compare no-such-thing event-word")]
    [InlineData("compare no-such-thing no-other-thing")]
    [InlineData("compare --workload no-such-workload HEAD HEAD")]
    [InlineData("compare event-word event-word --launches 5")]
    [InlineData("compare event-word event-word --launches many")]
    [InlineData("compare event-word event-word --margin 0")]
    [InlineData("compare event-word event-word --repeat 0")]
    [InlineData("compare event-word event-word --slow-down -1")]
    [InlineData("ratios --filter no-such-subject")]
    [InlineData("run --filter no-such-workload")]
    [InlineData("run --filter *no-such-workload*")]
    [InlineData("run --no-such-option")]
    [InlineData("run --exporters no-such-exporter")]
    [InlineData("run --job no-such-job")]
    [InlineData("run --quick=maybe")]
    [InlineData("run --job short --quick=maybe")]
    [InlineData("run ring")]
    [InlineData("run --data FILE")]
    [InlineData("run --data=")]
    [InlineData("run --filter --job dry")]
    [InlineData("run --filter event-word --job")]
    [InlineData("run --filter event-word --exporters nothing --job dry")]
    [InlineData("compare event-word event-word --data FILE")]
    [InlineData("compare event-word event-word --seconds 0")]
    [InlineData("compare event-word event-word --launches 1000")]
    [InlineData("compare event-word event-word --margin 101")]
    [InlineData("compare event-word event-word event-word")]
    [InlineData("compare event-word HEAD")]
    [InlineData("compare --end-of-options HEAD")]
    [InlineData("ratios --seconds never")]
    [InlineData("ratios --filter")]
    [InlineData("ratios ring")]
    [InlineData("list everything")]
    [InlineData("list --json=perhaps")]
    [InlineData("layout --json --depth -1")]
    [InlineData("layout --depth 99999999999")]
    [InlineData("layout IpcQueue RingHeader")]
    [InlineData("latency --protocol")]
    [InlineData("latency --protocol ,")]
    [InlineData("latency --protocol all,tristate")]
    [InlineData("latency --protocol tristate,tristate")]
    [InlineData("latency --seconds 3601")]
    [InlineData("latency tristate")]
    [InlineData("costs --corpus")]
    [InlineData("costs --seconds NaN")]
    [InlineData("mini --seconds 1,5")]
    [InlineData("mini --seconds 0x10")]
    [InlineData("mini mini")]
    [InlineData("allocations no-such-workload")]
    [InlineData("allocations event-word event-word")]
    [InlineData("child event-word --slow-down 1001")]
    [InlineData("child event-word --slow-down some")]
    [InlineData("--json")]
    [InlineData("@response-file")]
    [InlineData("child")]
    [InlineData("child no-such-workload")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string line)
    {
        Assert.Equal(2, Run(line.Replace("FILE", Environment.ProcessPath, StringComparison.Ordinal)));
        Assert.Equal("", output.ToString());
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
        Assert.NotEqual("", error.ToString().Trim());
    }

    [Theory]
    [InlineData("mini --help", "Example: mini")]
    [InlineData("costs --help", "Example: costs")]
    [InlineData("layout --help", "Example: layout")]
    [InlineData("allocations --help", "Example: allocations")]
    [InlineData("latency --help", "Example: latency")]
    [InlineData("compare --help", "Example: compare")]
    [InlineData("ratios --help", "Example: ratios")]
    [InlineData("run --help", "Example: run")]
    [InlineData("list --help", "Example: list")]
    [InlineData("child --help", "Example: echo")]
    public void Help_shows_an_example(string line, string example)
    {
        Assert.Equal(0, Run(line));
        Assert.Contains(example, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Latency_prints_a_row_and_a_line_per_protocol_and_situation()
    {
        Assert.Contains(Run("latency --protocol tristate --seconds 0.1"), Measured);
        string[] rows = output.ToString().Split('\n');
        foreach (string situation in new[] { "round-trip", "woken", "cancelled" })
        {
            Assert.Equal(2, rows.Count(row => row.StartsWith($"tristate    {situation}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Latency_counts_exactly_what_a_read_takes()
    {
        Assert.Contains(Run("latency --protocol all --seconds 0.1 --json"), Measured);
        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal(1, document.RootElement.GetProperty("version").GetInt32());
        foreach (JsonElement read in document.RootElement.GetProperty("reads").EnumerateArray())
        {
            string protocol = read.GetProperty("protocol").GetString()!;
            string situation = read.GetProperty("situation").GetString()!;
            bool sendsCancel = situation == "cancelled" && protocol is not ("none" or "oneshot");
            double messages = protocol == "monolithic" ? 0 : sendsCancel ? 2 : 1;
            bool canCancel = protocol != "none" || situation != "cancelled";
            Assert.Equal(messages, read.GetProperty("messagesPerRead").GetDouble());
            Assert.Equal(canCancel, read.GetProperty("latency").GetProperty("count").GetInt64() > 0);
            Assert.Equal(!canCancel, read.GetProperty("ineffective").GetInt64() > 0);
        }
    }

    [Fact]
    public void Mini_prints_a_line_per_world()
    {
        Assert.Contains(Run("mini --seconds 0.1"), Measured);
        Assert.Contains("coroutines", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mini_writes_one_versioned_document()
    {
        Assert.Contains(Run("mini --seconds 0.1 --json"), Measured);
        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal(1, document.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(3, document.RootElement.GetProperty("worlds").GetArrayLength());
    }

    [Fact]
    public void Costs_measures_a_folder_of_scenarios()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(
            Path.Combine(folder, "one.scn"),
            "pipe r, w\nA: sigaction(USR1, handle)\nA: read(r, 1) = 1 | EINTR\nB: kill(A, USR1) when A blocked\n");
        Assert.Contains(Run($"costs --seconds 0.1 --json --corpus {folder}"), Measured);
        using var document = JsonDocument.Parse(output.ToString());
        JsonElement protocols = document.RootElement.GetProperty("protocols");
        Assert.Equal(2, protocols.GetArrayLength());
        Assert.Equal(11, protocols[0].GetProperty("variants").GetArrayLength());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_broken_scenario_is_named_with_its_place()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "bad.scn"), "A: frobnicate()\n");
        Assert.Equal(2, Run($"costs --seconds 0.1 --corpus {folder}"));
        Assert.Contains("bad.scn:1:4: ", error.ToString(), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_list_names_every_workload()
    {
        Assert.Equal(0, Run("list --json"));
        using var document = JsonDocument.Parse(output.ToString());
        IEnumerable<string?> names = document.RootElement.GetProperty("workloads").EnumerateArray()
            .Select(workload => workload.GetProperty("name").GetString());
        Assert.Equal(WorkloadCatalog.Names, names);
    }

    [Fact]
    public void A_comparison_is_one_versioned_document()
    {
        int exitCode = Run("compare event-word event-word --launches 6 --seconds 0.1 --json");
        Assert.Contains(exitCode, new[] { 0, 1, 3 });
        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal(1, document.RootElement.GetProperty("version").GetInt32());
        JsonElement line = document.RootElement.GetProperty("comparisons")[0];
        Assert.Equal(6, line.GetProperty("launches").GetInt32());
        Assert.InRange(line.GetProperty("ratio").GetDouble(), line.GetProperty("lower").GetDouble(),
            line.GetProperty("upper").GetDouble());
    }

    [Theory]
    [InlineData("list --json")]
    [InlineData("layout RingHeader --json")]
    [InlineData("mini --seconds 0.1 --json")]
    [InlineData("allocations event-word --json")]
    public void Every_document_ends_with_its_provenance(string line)
    {
        Assert.Contains(Run(line), Measured);
        using var document = JsonDocument.Parse(output.ToString());
        JsonProperty last = document.RootElement.EnumerateObject().Last();
        Assert.Equal(Provenance.Member, last.Name);
        Assert.Equal(line.Split(' '), last.Value.GetProperty("command").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(Servers.Running.ScenarioRunner.ModelVersion, last.Value.GetProperty("modelVersion").GetInt32());
        Assert.Equal(Environment.ProcessorCount, last.Value.GetProperty("machine").GetProperty("processors").GetInt32());
        foreach (string name in new[] { "commit", "tree", "time" })
        {
            Assert.NotEqual("", last.Value.GetProperty(name).GetString());
        }
    }

    private int Run(string line) =>
        BenchApplication.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
}
