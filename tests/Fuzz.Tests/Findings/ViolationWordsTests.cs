// Every kind of violation is told in words of its own: for each invariant the bank has a scenario that violates it, and its
// title, its sentence and its recipe are read here as a user would read them.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Oracle;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Findings;

public sealed class ViolationWordsTests
{
    public static TheoryData<string> Files => [.. Directory
        .GetFiles(Path.Combine(RepositoryRoot.Path, "Corpus", "oracle"), "*-violated.scn").Select(path => Path.GetFileName(path)!)
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_violation_of_every_invariant_is_told_in_its_own_words(string file)
    {
        Story story = TellPair(Path.GetFileNameWithoutExtension(file));
        string confirm = ConfirmText.Write(story, []);
        string chart = Chart.Write(story, "");
        Assert.False(story.Violation.IsNone);
        Assert.DoesNotContain("nobody breaks", confirm, StringComparison.Ordinal);
        Assert.DoesNotContain("the rule below", confirm, StringComparison.Ordinal);
        Assert.DoesNotContain("of nobody", confirm, StringComparison.Ordinal);
        Assert.Contains(ViolationWords.Expectation(story), confirm, StringComparison.Ordinal);
        Assert.DoesNotContain(" violated here", chart, StringComparison.Ordinal);
        bool isAssertion = story.Violation.Invariant == Invariant.Panic;
        Assert.Equal(isAssertion, ViolationWords.Title(story).Contains("assertion", StringComparison.Ordinal));
        Assert.Equal(isAssertion, confirm.Contains("An assertion fails", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_assertion_has_words_of_its_own()
    {
        PanicCode[] codes = [.. Enum.GetValues<PanicCode>().Where(each => each != PanicCode.None)];
        Assert.Equal(codes.Length, codes.Select(ViolationWords.PanicWords).Distinct().Count());
    }

    [Fact]
    public void Every_invariant_has_a_scenario_here()
    {
        string[] told = [.. Files.Select(row => row.Data.Replace("-violated.scn", "", StringComparison.Ordinal))];
        string[] all = [.. Enum.GetValues<Invariant>().Where(each => each != Invariant.None).Select(Invariants.NameOf)];
        Assert.Empty(all.Except(told));
    }

    // A child has ended and waitpid never returns: no assertion, and nobody is answered twice.
    [Fact]
    public void A_call_that_never_returns_is_said_not_to_return()
    {
        Story story = Tell("""
            A: sigsuspend({})
            B: sigaction(CHLD, ignore)
            B: A = fork()
            B: C = fork()
            B: waitpid(C)
            """);
        Assert.Equal(Invariant.Completion, story.Violation.Invariant);
        Assert.Equal("B never returns from waitpid(C)", ViolationWords.Title(story));
        Assert.Equal("What a request waits for is there, and yet its call never returns.", ViolationWords.Sentence(story));
        Assert.Contains("B hangs in `waitpid(C)`", ConfirmText.Write(story, []), StringComparison.Ordinal);
    }

    // The signal ends A2 and with it the process, but A stays: no signal is parked or deliverable at the end.
    [Fact]
    public void A_thread_that_stays_while_its_process_ends_is_not_said_to_have_a_signal()
    {
        Story story = Tell("""
            thread A2 in A
            A: tgkill(A, A2, USR1)
            A: sigsuspend({})
            """);
        Assert.Equal(Invariant.Liveness, story.Violation.Invariant);
        Assert.Empty(story.WaitingSignals);
        Assert.DoesNotContain("deliverable or parked", ViolationWords.Sentence(story), StringComparison.Ordinal);
        Assert.Contains("does not end", ConfirmText.Write(story, []), StringComparison.Ordinal);
        string digest = string.Join('\n', Digest.Write(story, ""));
        Assert.Contains("calls tgkill(A, A2, USR1)", digest, StringComparison.Ordinal);
    }

    private static Story TellPair(string name)
    {
        var pair = new OraclePair(name);
        var defects = default(DefectSet).With(pair.Defect);
        using ScenarioRunner runner = pair.MakeRunner();
        (_, Schedule schedule) = pair.Search(runner, defects);
        return FindingReplay.Tell(runner, pair.Scenario, schedule, defects);
    }

    private static Story Tell(string text)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        return FindingReplay.Tell(runner, SampleFinding.Parse(text).Scenario, new Schedule(), default);
    }
}
