// The deterministic counters of every seed under every protocol are pinned in a reviewed file, Corpus/pinned-counters.txt.
// They have no noise: any difference is a change of the model, and the test prints it exactly. To accept a change on purpose,
// run the test with MANAGARM_PERF_ACCEPT=1, which rewrites the file, and review the difference in the commit.

using System.Text;
using Managarm.Perf.Core;

namespace Managarm.Perf.Servers.Tests;

public sealed class PinnedCountersTests
{
    private static string FilePath => Path.Combine(RepositoryRoot.Path, "Corpus", "pinned-counters.txt");

    [Fact]
    public void Counters_of_the_seeds_are_as_pinned()
    {
        string[] actual = Measure();
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(FilePath, string.Join('\n', actual) + "\n");
            return;
        }

        string[] pinned = File.ReadAllText(FilePath).TrimEnd('\n').Split('\n');
        string difference = Difference(pinned, actual);
        Assert.True(difference.Length == 0, "pinned counters differ (- pinned, + now):\n" + difference);
    }

    [Fact]
    public void A_difference_names_the_line_that_changed()
    {
        string difference = Difference(["p a 1", "p b 2", "p c 3"], ["p a 1", "p b 4", "p d 5"]);
        Assert.Equal("- p b 2\n+ p b 4\n- p c 3\n+ p d 5\n", difference);
    }

    private static string Difference(string[] pinned, string[] actual)
    {
        var text = new StringBuilder();
        var now = actual.ToDictionary(KeyOf);
        foreach (string line in pinned)
        {
            if (!now.Remove(KeyOf(line), out string? current))
            {
                text.Append("- ").Append(line).Append('\n');
            }
            else if (current != line)
            {
                text.Append("- ").Append(line).Append("\n+ ").Append(current).Append('\n');
            }
        }

        foreach (string line in actual.Where(line => now.ContainsKey(KeyOf(line))))
        {
            text.Append("+ ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Protocol and seed name a line; a comment names itself.</summary>
    private static string KeyOf(string line) => line.StartsWith('#') ? line : string.Join(' ', line.Split(' ').Take(2));

    private static string[] Measure()
    {
        var lines = new List<string>
        {
            "# Counters of each seed under the default schedule: protocol seed steps decisions user-entries server-entries",
            "# supercalls messages completions payload-bytes calls returned. Review every change of this file.",
        };
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            using var runner = new ScenarioRunner(protocol, Profile.Managarm);
            foreach ((string name, Program program) in SeedPrograms.Load())
            {
                RunResult result = runner.Run(program, NonPreemptive.Instance, default);
                Counters counters = result.Counters;
                lines.Add($"{protocol.Name} {name} {result.Steps} {result.Decisions}"
                    + $" {counters.UserEntries} {counters.ServerEntries} {counters.SuperCalls}"
                    + $" {counters.Messages} {counters.Completions} {counters.PayloadBytes}"
                    + $" {counters.Calls} {counters.CallsReturned}");
            }
        }

        return [.. lines];
    }
}
