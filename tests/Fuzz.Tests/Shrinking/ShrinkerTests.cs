// What a shrinker leaves of scenarios whose violation needs only a part of them: a result that cannot be is the violation here,
// since it stays whatever the schedule and the protocol are.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Shrinking;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Shrinking;

public sealed class ShrinkerTests
{
    [Theory]
    [InlineData(
        "device tty late on files3\nA: read(tty, 1) = 0\nline: raise(tty, 1)\n",
        "device tty\nA: read(tty, 1) = 0\n")]
    [InlineData(
        "device tty slow\ndevice tty2 on files2\nA: read(tty2, 3) = 0\nA: read(tty, 1)\nline: raise(tty2, 3)\n",
        "device tty\nA: read(tty, 1) = 0\n")]
    [InlineData(
        "A: T = clone()\nB: tgkill(A, T, URG) = 5\n",
        "process A\nB: tgkill(A, A, USR1) = 5\n")]
    [InlineData(
        "A: C = fork()\nC: T = clone()\nC: exec()\nB: tgkill(C, T, URG) = 5\n",
        "process A\nB: tgkill(A, A, USR1) = 5\n")]
    [InlineData("device tty\nA: exec()\nA: write(tty, 1) = 5\nline: crash(tty)\n", "device tty\nA: write(tty, 1) = 5\n")]
    public void What_the_defect_does_not_need_goes(string text, string expected)
    {
        var file = SampleFinding.Parse(text);
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        RunResult result = runner.Run(file.Scenario, NonPreemptive.Instance, default);
        Assert.Equal(Invariant.Allowed, result.Violation.Invariant);
        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        ShrinkResult shrunk = new Shrinker(runner, default).Shrink(file.Scenario, schedule, result.Violation);
        Assert.True(shrunk.Reproduces);
        Assert.Equal(expected, ScenarioFormatter.Format(shrunk.Scenario));
    }

    [Fact]
    public void Every_smaller_form_is_told_and_an_early_end_keeps_the_last()
    {
        var file = SampleFinding.Parse("device tty late on files3\nA: read(tty, 1) = 0\nline: raise(tty, 1)\n");
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        RunResult result = runner.Run(file.Scenario, NonPreemptive.Instance, default);
        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        List<string> forms = Shrink(endsAfter: int.MaxValue, out string whole);
        Assert.True(forms.Count > 1, "one form shows nothing");
        Assert.Equal(whole, forms[^1]);
        for (int ends = 0; ends < forms.Count; ends++)
        {
            Assert.Equal(forms[..ends], Shrink(ends, out string early));
            Assert.Equal(ends == 0 ? ScenarioFormatter.Format(file.Scenario) : forms[ends - 1], early);
        }

        List<string> Shrink(int endsAfter, out string rest)
        {
            var told = new List<string>();
            using var stop = new CancellationTokenSource();
            if (endsAfter == 0)
            {
                stop.Cancel();
            }

            var shrinker = new Shrinker(runner, default)
            {
                Stop = stop.Token,
                Improved = (scenario, _) =>
                {
                    told.Add(ScenarioFormatter.Format(scenario));
                    if (told.Count == endsAfter)
                    {
                        stop.Cancel();
                    }
                },
            };
            ShrinkResult shrunk = shrinker.Shrink(file.Scenario, schedule, result.Violation);
            Assert.True(shrunk.Reproduces);
            rest = ScenarioFormatter.Format(shrunk.Scenario);
            return told;
        }
    }

    [Fact]
    public void A_limit_of_steps_ends_it_with_what_it_has()
    {
        var file = SampleFinding.Parse("device tty late on files3\nA: read(tty, 1) = 0\nline: raise(tty, 1)\n");
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        RunResult result = runner.Run(file.Scenario, NonPreemptive.Instance, default);
        var schedule = new Schedule();
        schedule.CopyFrom(runner.Recorded);
        long before = runner.Steps;
        ShrinkResult whole = new Shrinker(runner, default).Shrink(file.Scenario, schedule, result.Violation);
        long steps = runner.Steps - before;
        Assert.False(whole.Effort.HasEndedEarly);
        string smallest = ScenarioFormatter.Format(whole.Scenario);

        var limited = new Shrinker(runner, default) { MostSteps = steps / 3 };
        before = runner.Steps;
        ShrinkResult early = limited.Shrink(file.Scenario, schedule, result.Violation);
        Assert.True(early.Reproduces);
        Assert.True(early.Effort.HasEndedEarly);
        Assert.InRange(runner.Steps - before, steps / 3, steps * 2 / 3);
        Assert.NotEqual(smallest, ScenarioFormatter.Format(early.Scenario));
    }
}
