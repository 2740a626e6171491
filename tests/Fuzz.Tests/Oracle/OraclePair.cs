// A scenario of Corpus/oracle or of Corpus/oracle/cases: its comments say which defect is planted, under which protocol and
// profile, and either what it violates within a search or that it stays clean over as many random schedules.

using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Oracle;

/// <summary>One half of a pair.</summary>
internal sealed class OraclePair
{
    private readonly string[] lines;

    internal OraclePair(string name)
    {
        string path = Path.Combine(Directory, name + ".scn");
        string text = File.ReadAllText(path);
        lines = text.Split('\n');
        Scenario = SampleFinding.Parse(text).Scenario;
        Assert.True(DefectNames.TryFind(Value("defect"), out Defect defect), name);
        Defect = defect;
    }

    internal static string Directory => Path.Combine(RepositoryRoot.Path, "Corpus", "oracle");

    internal Scenario Scenario { get; }

    internal Defect Defect { get; }

    internal string Violates => Value("violates");

    internal bool StaysClean => Value("clean").Length > 0;

    internal int Runs => int.Parse(
        (Value("search") + Value("clean")).Split(' ')[1], NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The first violation of the search, with its schedule.</summary>
    internal (Violation Violation, Schedule Schedule) Search(ScenarioRunner runner, DefectSet defects)
    {
        var walk = new RandomWalk();
        var schedule = new Schedule();
        for (int run = 0; run < Runs; run++)
        {
            walk.Seed(Prng.Derive(1, (ulong)run), (uint)(run % 4));
            Violation violation = runner.Run(Scenario, walk, defects).Violation;
            if (!violation.IsNone)
            {
                schedule.CopyFrom(runner.Recorded);
                return (violation, schedule);
            }
        }

        return (default, schedule);
    }

    internal ScenarioRunner MakeRunner()
    {
        Assert.True(Profiles.TryParse(Value("profile") is { Length: > 0 } named ? named : "managarm", out Profile profile));
        return new ScenarioRunner(ProtocolCatalog.Find(Value("protocol"))!, profile);
    }

    private string Value(string key)
    {
        string? line = Array.Find(lines, each => each.StartsWith($"# {key}: ", StringComparison.Ordinal));
        return line is null ? "" : line[(key.Length + 4)..];
    }
}
