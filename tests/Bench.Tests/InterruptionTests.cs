// Every command of Bench ends in order when it is interrupted: before it begins, soon after, and later. It exits with 130 if it
// had not finished by itself, says so in a line, and shows no stack. What a document or table holds is what was finished.

using System.Text.Json;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Tests;

public sealed class InterruptionTests
{
    private static readonly string[] Lines =
    [
        "latency --protocol tristate --seconds 600",
        "latency --protocol all --seconds 600 --json",
        "mini --seconds 600",
        "mini --seconds 600 --json",
        "costs --seconds 600",
        "costs --seconds 600 --json",
        "ratios --seconds 600",
        "ratios --seconds 600 --json",
        "compare event-word event-word --seconds 600",
        "compare event-word event-pooled-source --seconds 600 --repeat 9 --json",
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string line in Lines)
            {
                cases.Add(line, 0);
                cases.Add(line, 300);
                cases.Add(line, 1500);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_interrupted_measurement_ends_with_130_and_keeps_what_is_finished(string line, int afterMilliseconds)
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        if (afterMilliseconds == 0)
        {
            stop.Cancel();
        }
        else
        {
            stop.CancelAfter(afterMilliseconds);
        }

        int exitCode = BenchApplication.Run(
            line.Split(' '), new CommandContext { Output = output, Error = error, Stop = stop.Token });
        Assert.Equal(CommandExit.Interrupted, exitCode);
        Assert.StartsWith("interrupted", error.ToString().TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
        if (line.EndsWith("--json", StringComparison.Ordinal) && output.ToString().Length > 0)
        {
            using var document = JsonDocument.Parse(output.ToString());
            Assert.Equal(1, document.RootElement.GetProperty("version").GetInt32());
        }
    }
}
