// A signal at every step: the seeds in which a signal meets a call that can wait are swept under every protocol. The baseline has
// nothing, the others only what is listed as known. And the sweep itself: it finds the race that needs one delay, each line
// that it prints shows what it says, and it leaves no schedule out.

using System.Text.Json.Nodes;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Sweeps;
using Managarm.Perf.Fuzz.Tests.Campaigns;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Sweeps;

/// <summary>Tests of sweeps.</summary>
public sealed class StepSweepTests
{
    private static readonly DateOnly AnyDayBeforeExpiry = new(2026, 12, 1);

    private static readonly CallKind[] Waits = [CallKind.Read, CallKind.Waitpid, CallKind.Poll, CallKind.Sigsuspend];

    public static TheoryData<string> Protocols => [.. ProtocolCatalog.All.ToArray().Select(protocol => protocol.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_signal_at_every_step_shows_only_what_is_known(string protocol)
    {
        Assert.Empty(Unexpected(protocol, default));
    }

    [Theory]
    [InlineData("monolithic", Defect.MaskNotRestored)]
    [InlineData("tristate", Defect.FlagNotReset)]
    public void A_planted_defect_is_seen(string protocol, Defect defect)
    {
        Assert.NotEmpty(Unexpected(protocol, default(DefectSet).With(defect)));
    }

    [Fact]
    public void A_sweep_counts_the_race_and_prints_lines_that_repeat_it()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        CommandResult result = CommandRunner.Run("run", path, "--strategy", "every-step", "--json");
        Assert.Equal(CommandExit.Findings, result.ExitCode);
        JsonNode document = JsonNode.Parse(result.Output)!;
        Assert.True(document["isComplete"]!.GetValue<bool>());
        JsonArray violations = document["violations"]!.AsArray();
        Assert.Contains(violations, each =>
            each!["signature"]!.GetValue<string>() == "tristate liveness waitpid with pause U@FlagCheck>U");
        foreach (JsonNode? each in violations)
        {
            CommandResult again = CommandRunner.Run("run", path, "--schedule", each!["first"]!.GetValue<string>(), "--json");
            Assert.Equal(CommandExit.Findings, again.ExitCode);
            Assert.Equal(
                each["invariant"]!.GetValue<string>(), JsonNode.Parse(again.Output)!["invariant"]!.GetValue<string>());
        }
    }

    /// <summary>Counts by hand what the sweep must try: per decision of the default run the enabled parties but one.</summary>
    [Fact]
    public void A_sweep_tries_each_enabled_party_at_each_decision_once()
    {
        Scenario scenario = SampleFinding.Parse(SampleFinding.LostInterrupt).Scenario;
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        var counter = new AlternativeCounter();
        runner.Run(scenario, counter, default);
        SweepReport report = StepSweep.Run(runner, scenario, default, CancellationToken.None);
        Assert.Equal(1UL + counter.Alternatives, report.Totals.Runs);
        Assert.InRange(report.Violated, 1UL, report.Totals.Runs - 1);
    }

    [Fact]
    public void The_console_says_which_schedules_violate_and_which_findings_are_known()
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        CommandResult result = CommandRunner.Run("run", path, "--strategy", "every-step", "--trace");
        Assert.Contains("PREEMPTION 1", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^[0-9]+ schedules?: tristate liveness waitpid with pause U@FlagCheck>U$", result.Output);
        Assert.Contains("  known: O1: ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^violated by [0-9]+: [0-9]+ schedules, all with at most one deviation; ", result.Output);
    }

    [Theory]
    [InlineData("--runs")]
    [InlineData("--seed")]
    public void An_option_of_a_random_search_is_refused(string option)
    {
        using var scratch = new ScratchDirectory();
        string path = scratch.Write("a.scn", SampleFinding.LostInterrupt);
        CommandResult result = CommandRunner.Run("run", path, "--strategy", "every-step", option, "3");
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Equal($"{option}: has no effect with every-step, which tries all", result.Error.TrimEnd());
    }

    /// <summary>Sweeps all seeds in which a signal may meet a wait and says what nobody has listed.</summary>
    private static List<string> Unexpected(string protocol, DefectSet defects)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        var covered = new HashSet<CallKind>();
        var unexpected = new List<string>();
        foreach (string path in Directory.EnumerateFiles(TestCampaign.SeedDirectory, "*.scn"))
        {
            Scenario scenario = SampleFinding.Parse(File.ReadAllText(path)).Scenario;
            CallKind[] kinds = [.. scenario.Calls.ToArray().Select(call => call.Kind)];
            if (!kinds.Contains(CallKind.Kill) || !Waits.Intersect(kinds).Any())
            {
                continue;
            }

            covered.UnionWith(kinds);
            SweepReport report = StepSweep.Run(runner, scenario, defects, CancellationToken.None);
            Assert.True(report.IsComplete, path);
            unexpected.AddRange(report.Violations.Where(violation => !IsExpected(protocol, violation))
                .Select(violation => $"{Path.GetFileName(path)}: {violation.Signature}: {violation.FirstLine}"));
        }

        Assert.Subset(covered, Waits.ToHashSet());
        return unexpected;
    }

    private static bool IsExpected(string protocol, SweptViolation violation) =>
        protocol != "monolithic" && TestCampaign.Known.Find(protocol, violation.Cause, AnyDayBeforeExpiry) is not null;

    private sealed class AlternativeCounter : IScheduleStrategy
    {
        internal ulong Alternatives { get; private set; }

        public void Begin(int partyCount) => Alternatives = 0;

        public int Next(in Decision decision)
        {
            Alternatives += (ulong)System.Numerics.BitOperations.PopCount(decision.EnabledMask) - 1;
            return decision.Default;
        }
    }
}
