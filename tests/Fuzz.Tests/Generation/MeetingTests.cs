// Calls that rarely meet do meet: in fresh scenarios any two calls are made by two threads of one process, each may come while
// another one waits, and signals stay pending over whatever comes next. What a meeting adds to a scenario leaves the rest as it
// is.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Generation;
using Managarm.Perf.Fuzz.Tests.Campaigns;

namespace Managarm.Perf.Fuzz.Tests.Generation;

public sealed class MeetingTests
{
    private const int Count = 40_000;
    private const int MinimumMeetings = 12;

    private static readonly CallKind[] Kinds =
        [.. Enum.GetValues<CallKind>().Where(kind => CallTable.Of(kind).MayBeMadeBy(StrandKind.Process))];

    [Fact]
    public void Any_two_calls_are_made_by_two_threads_of_a_process()
    {
        int[,] meetings = CountMeetings(static (_, _, _) => true);
        Assert.Empty(
            from first in Kinds
            from second in Kinds
            where meetings[(int)first, (int)second] + meetings[(int)second, (int)first] < MinimumMeetings
            select $"{first} and {second}");
    }

    [Fact]
    public void Any_call_is_made_beside_one_that_waits_for_the_same_file()
    {
        int[,] meetings = CountMeetings(SharesFile);
        CallKind[] ofFiles = [CallKind.Read, CallKind.Write, CallKind.Poll, CallKind.Close];
        Assert.Empty(
            from first in ofFiles
            from second in ofFiles
            where meetings[(int)first, (int)second] + meetings[(int)second, (int)first] < MinimumMeetings
            select $"{first} and {second}");
    }

    [Fact]
    public void Any_call_follows_a_signal_that_stays_pending()
    {
        var counts = new int[CallTable.Count];
        foreach (Scenario scenario in Generate())
        {
            for (int i = 2; i < scenario.CallCount; i++)
            {
                counts[(int)scenario.Calls[i].Kind] += IsPending(scenario, i) ? 1 : 0;
            }
        }

        Assert.DoesNotContain(Kinds, kind => counts[(int)kind] < MinimumMeetings);
    }

    [Fact]
    public void A_meeting_keeps_every_call_and_adds_a_few()
    {
        var mutator = new ScenarioMutator(GenerationOptions.Everything);
        var parser = new ScenarioParser();
        var random = new Prng(5);
        var scenario = new Scenario();
        Scenario[] seeds = [.. Directory.EnumerateFiles(TestCampaign.SeedDirectory, "*.scn").Order(StringComparer.Ordinal)
            .Select(path => ScenarioSource.Read(parser, path).File.Scenario)];
        int grown = 0;
        foreach (Scenario seed in seeds)
        {
            scenario.CopyFrom(seed);
            mutator.Meet(ref random, scenario);
            Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(scenario));
            Assert.InRange(scenario.CallCount, seed.CallCount, seed.CallCount + 6);
            foreach (CallKind kind in Kinds)
            {
                Assert.True(Occurrences(scenario, kind) >= Occurrences(seed, kind), $"{kind}");
            }

            grown += scenario.CallCount > seed.CallCount ? 1 : 0;
        }

        Assert.InRange(grown, seeds.Length * 8 / 10, seeds.Length);
    }

    private static IEnumerable<Scenario> Generate()
    {
        var generator = new ScenarioGenerator(GenerationOptions.Everything);
        var random = new Prng(12);
        var scenario = new Scenario();
        for (int i = 0; i < Count; i++)
        {
            generator.Generate(ref random, scenario);
            yield return scenario;
        }
    }

    /// <summary>How many scenarios have two calls of two threads of a process, by the kinds of the calls.</summary>
    private static int[,] CountMeetings(Func<Scenario, int, int, bool> isMeant)
    {
        var counts = new int[CallTable.Count, CallTable.Count];
        var last = new int[CallTable.Count, CallTable.Count];
        int number = 0;
        foreach (Scenario scenario in Generate())
        {
            number++;
            for (int first = 0; first < scenario.CallCount; first++)
            {
                for (int second = first + 1; second < scenario.CallCount; second++)
                {
                    (int one, int two) = ((int)scenario.Calls[first].Kind, (int)scenario.Calls[second].Kind);
                    if (last[one, two] != number && AreSiblings(scenario, first, second) && isMeant(scenario, first, second))
                    {
                        last[one, two] = number;
                        counts[one, two]++;
                    }
                }
            }
        }

        return counts;
    }

    private static bool AreSiblings(Scenario scenario, int first, int second)
    {
        (int one, int two) = (scenario.Calls[first].Strand, scenario.Calls[second].Strand);
        return one != two && scenario.Strands[one].IsActor && scenario.Strands[two].IsActor
            && scenario.Strands[one].Process == scenario.Strands[two].Process;
    }

    private static bool SharesFile(Scenario scenario, int first, int second) =>
        scenario.Calls[first].Argument0 == scenario.Calls[second].Argument0;

    /// <summary>Whether a call comes right behind a signal that its thread blocks and sends to itself.</summary>
    private static bool IsPending(Scenario scenario, int call)
    {
        ref readonly Call block = ref scenario.Calls[call - 2];
        ref readonly Call send = ref scenario.Calls[call - 1];
        int signal = send.Kind == CallKind.Kill ? send.Argument1 : send.Argument2;
        return block.Kind == CallKind.Sigprocmask && block.Argument0 == (int)MaskChange.Block
            && CallTable.Of(send.Kind).Has(CallFlags.SendsSignal) && (block.Argument1 >> signal & 1) != 0
            && block.Strand == send.Strand && send.Strand == scenario.Calls[call].Strand;
    }

    private static int Occurrences(Scenario scenario, CallKind kind)
    {
        int count = 0;
        foreach (ref readonly Call call in scenario.Calls)
        {
            count += call.Kind == kind ? 1 : 0;
        }

        return count;
    }
}
