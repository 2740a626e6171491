// What is said of the talk's protocol, put to the model: a cancelled call leaks one descriptor; a signal that is accepted before
// the event is published is lost, which takes one delay; and nothing raises an event twice, not even two signals in one call.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Protocols;

public sealed class OneshotTests
{
    private const string OneSignal = "pipe r, w\nA: sigaction(USR1, handle)\nA: read(r, 1)\nB: kill(A, USR1)\n";

    private const string TwoSignals =
        "pipe r, w\nA: sigaction(USR1, handle)\nA: sigaction(USR2, handle)\nA: read(r, 1)\n"
        + "B: kill(A, USR1) when A blocked\nB: kill(A, USR2)\nC: tgkill(A, A, USR1) when A blocked\n";

    [Fact]
    public void A_call_leaks_a_descriptor_when_it_is_cancelled_and_hangs_when_it_is_not()
    {
        Dictionary<Invariant, int> seen = Search(OneSignal, 3000, "tristate");
        Assert.DoesNotContain(Invariant.Leak, seen.Keys);
        seen = Search(OneSignal, 3000, "oneshot");
        Assert.Equal([Invariant.Leak, Invariant.Liveness], seen.Keys.Where(each => each != Invariant.None).Order().Reverse());
    }

    [Fact]
    public void Two_signals_in_one_call_do_not_raise_the_event_twice()
    {
        Dictionary<Invariant, int> seen = Search(TwoSignals, 20_000, "oneshot");
        Assert.Contains(Invariant.Leak, seen.Keys);
        Assert.DoesNotContain(Invariant.Panic, seen.Keys);
    }

    [Theory]
    [InlineData("pipe r, w\nA: poll(r in, -1)\nB: kill(A, USR1) when A blocked\n")]
    [InlineData("A: nanosleep(100)\nB: kill(A, USR1) when A blocked\n")]
    [InlineData("pipe r, w\nA: write(w, 8)\nA: write(w, 1)\nB: kill(A, USR1) when A blocked\n")]
    [InlineData("A: C = fork()\nA: waitpid(C)\nC: pause()\nB: kill(A, USR1) when A blocked\n")]
    public void With_all_calls_every_kind_of_call_ends_with_an_interruption(string scenario)
    {
        string text = "A: sigaction(USR1, handle)\n" + scenario.Replace("pipe r, w\n", "", StringComparison.Ordinal);
        text = scenario.StartsWith("pipe", StringComparison.Ordinal) ? "pipe r, w\n" + text : text;
        using ScenarioRunner runner = Make("oneshot");
        runner.System.JudgesAllCalls = true;
        RunResult result = runner.Run(Parse(text), NonPreemptive.Instance, default);
        Assert.Equal(Invariant.Leak, result.Violation.Invariant);
        int strand = runner.System.Scenario.FindStrand(ShortName.Of("A"));
        Assert.True(runner.System.Ledger[strand].HasEnded, "the interrupted call did not return");
        Assert.Equal(1, runner.System.Ledger[strand].HandlersRun);
    }

    private static Dictionary<Invariant, int> Search(string text, ulong runs, string protocol)
    {
        using ScenarioRunner runner = Make(protocol);
        Scenario scenario = Parse(text);
        var seen = new Dictionary<Invariant, int>();
        var strategy = new RandomWalk();
        for (ulong run = 0; run < runs; run++)
        {
            strategy.Seed(run, 0);
            Invariant invariant = runner.Run(scenario, strategy, default).Violation.Invariant;
            seen[invariant] = seen.GetValueOrDefault(invariant) + 1;
        }

        return seen;
    }

    private static ScenarioRunner Make(string protocol) => new(ProtocolCatalog.Find(protocol)!, Profile.Managarm);

    private static Scenario Parse(string text)
    {
        var file = new ScenarioFile();
        Assert.True(new ScenarioParser().TryParse("test", text, file, out ScenarioError? error), error?.ToString());
        return file.Scenario;
    }
}
