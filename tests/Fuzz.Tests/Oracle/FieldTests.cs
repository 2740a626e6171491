// What users met, as scenarios with the right answers in their first lines (Corpus/field): per protocol, and where profiles
// differ per profile, either clean over a bounded search or the violation that the search finds, and the results that must be
// possible. A protocol is looked at in all three profiles.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Oracle;

/// <summary>Tests of Corpus/field.</summary>
public sealed class FieldTests
{
    private const int Searches = 400;
    private const uint ExpectedSteps = 120;

    private static readonly string[] Protocols = ["monolithic", "tristate", "ordered"];

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (string path in Directory.GetFiles(FieldDirectory, "*.scn"))
        {
            foreach (string protocol in Protocols)
            {
                data.Add(Path.GetFileNameWithoutExtension(path), protocol);
            }
        }

        return data;
    }

    private static string FieldDirectory => Path.Combine(RepositoryRoot.Path, "Corpus", "field");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_scenario_from_the_field_is_answered_rightly(string name, string protocol)
    {
        string text = File.ReadAllText(Path.Combine(FieldDirectory, name + ".scn"));
        foreach (Profile profile in Enum.GetValues<Profile>())
        {
            string expected = Value(text, $"{protocol} {Profiles.NameOf(profile)}") ?? Value(text, protocol)!;
            Assert.Equal((name, profile, expected), (name, profile, Search(text, protocol, profile)));
        }
    }

    [Theory]
    [InlineData("data-beats-signal", "= 1 | EINTR", "monolithic tristate ordered")]
    [InlineData("standard-signals", "= 1 | 3", "monolithic ordered")]
    public void What_the_first_lines_name_can_happen_in_some_profile(string name, string allowed, string protocols)
    {
        string text = File.ReadAllText(Path.Combine(FieldDirectory, name + ".scn"));
        string[] results = Value(text, "reaches")!.Split(", ");
        Assert.Equal(allowed, "= " + string.Join(" | ", results));
        foreach (string protocol in protocols.Split(' '))
        {
            foreach (string result in results)
            {
                string without = "= " + string.Join(" | ", results.Where(each => each != result));
                string denied = text.Replace(allowed, without, StringComparison.Ordinal);
                Assert.Contains(
                    Enum.GetValues<Profile>(),
                    profile => Search(denied, protocol, profile).StartsWith("allowed ", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>The first violation over the default order and drawn ones, or that there is none.</summary>
    private static string Search(string text, string protocol, Profile profile)
    {
        Scenario scenario = SampleFinding.Parse(text).Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, profile);
        Violation violation = runner.Run(scenario, NonPreemptive.Instance, default).Violation;
        var delays = new DelayBounded();
        for (int run = 0; run < Searches && violation.IsNone; run++)
        {
            delays.Seed(Prng.Derive(1, (ulong)run), 1 + (run % 3), ExpectedSteps);
            violation = runner.Run(scenario, delays, default).Violation;
        }

        string kind = violation.Kind == CallKind.None ? "" : " " + CallTable.Of(violation.Kind).Name;
        return violation.IsNone ? "clean" : Invariants.NameOf(violation.Invariant) + kind;
    }

    private static string? Value(string text, string key)
    {
        string? line = Array.Find(text.Split('\n'), each => each.StartsWith($"# {key}: ", StringComparison.Ordinal));
        return line?[(key.Length + 4)..];
    }
}
