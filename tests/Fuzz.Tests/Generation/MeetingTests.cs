// Calls that rarely meet do meet: in fresh programs any two calls are made by two threads of one process, each may come while
// another one waits, and signals stay pending over whatever comes next. What a meeting adds to a program leaves the rest as it
// is.

using Managarm.Perf.Core;
using Managarm.Perf.Corpus;

namespace Managarm.Perf.Fuzz.Tests;

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
        foreach (Program program in Generate())
        {
            for (int i = 2; i < program.CallCount; i++)
            {
                counts[(int)program.Calls[i].Kind] += IsPending(program, i) ? 1 : 0;
            }
        }

        Assert.DoesNotContain(Kinds, kind => counts[(int)kind] < MinimumMeetings);
    }

    [Fact]
    public void A_meeting_keeps_every_call_and_adds_a_few()
    {
        var mutator = new ProgramMutator(GenerationOptions.Everything);
        var parser = new ScenarioParser();
        var random = new Prng(5);
        var program = new Program();
        Program[] seeds = [.. Directory.EnumerateFiles(TestCampaign.SeedDirectory, "*.scn").Order(StringComparer.Ordinal)
            .Select(path => ScenarioFile.Read(parser, path).Scenario.Program)];
        int grown = 0;
        foreach (Program seed in seeds)
        {
            program.CopyFrom(seed);
            mutator.Meet(ref random, program);
            Assert.Equal(ProgramFault.None, ProgramRules.CheckNormal(program));
            Assert.InRange(program.CallCount, seed.CallCount, seed.CallCount + 6);
            foreach (CallKind kind in Kinds)
            {
                Assert.True(Occurrences(program, kind) >= Occurrences(seed, kind), $"{kind}");
            }

            grown += program.CallCount > seed.CallCount ? 1 : 0;
        }

        Assert.InRange(grown, seeds.Length * 8 / 10, seeds.Length);
    }

    private static IEnumerable<Program> Generate()
    {
        var generator = new ProgramGenerator(GenerationOptions.Everything);
        var random = new Prng(12);
        var program = new Program();
        for (int i = 0; i < Count; i++)
        {
            generator.Generate(ref random, program);
            yield return program;
        }
    }

    /// <summary>How many programs have two calls of two threads of a process, by the kinds of the calls.</summary>
    private static int[,] CountMeetings(Func<Program, int, int, bool> isMeant)
    {
        var counts = new int[CallTable.Count, CallTable.Count];
        var last = new int[CallTable.Count, CallTable.Count];
        int number = 0;
        foreach (Program program in Generate())
        {
            number++;
            for (int first = 0; first < program.CallCount; first++)
            {
                for (int second = first + 1; second < program.CallCount; second++)
                {
                    (int one, int two) = ((int)program.Calls[first].Kind, (int)program.Calls[second].Kind);
                    if (last[one, two] != number && AreSiblings(program, first, second) && isMeant(program, first, second))
                    {
                        last[one, two] = number;
                        counts[one, two]++;
                    }
                }
            }
        }

        return counts;
    }

    private static bool AreSiblings(Program program, int first, int second)
    {
        (int one, int two) = (program.Calls[first].Strand, program.Calls[second].Strand);
        return one != two && program.Strands[one].IsActor && program.Strands[two].IsActor
            && program.Strands[one].Process == program.Strands[two].Process;
    }

    private static bool SharesFile(Program program, int first, int second) =>
        program.Calls[first].Argument0 == program.Calls[second].Argument0;

    /// <summary>Whether a call comes right behind a signal that its thread blocks and sends to itself.</summary>
    private static bool IsPending(Program program, int call)
    {
        ref readonly Call block = ref program.Calls[call - 2];
        ref readonly Call send = ref program.Calls[call - 1];
        int signal = send.Kind == CallKind.Kill ? send.Argument1 : send.Argument2;
        return block.Kind == CallKind.Sigprocmask && block.Argument0 == (int)MaskChange.Block
            && CallTable.Of(send.Kind).Has(CallFlags.SendsSignal) && (block.Argument1 >> signal & 1) != 0
            && block.Strand == send.Strand && send.Strand == program.Calls[call].Strand;
    }

    private static int Occurrences(Program program, CallKind kind)
    {
        int count = 0;
        foreach (ref readonly Call call in program.Calls)
        {
            count += call.Kind == kind ? 1 : 0;
        }

        return count;
    }
}
