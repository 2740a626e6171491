// What a run of a campaign is: scenario and schedule, drawn from the run's own random stream. Both follow from master seed, run
// index and the corpus at the start of the round, so the same run can be drawn again: by another worker, by a hunt, or once more
// without a defect. A quarter of the runs is fresh from the start, because seeds hold what somebody has thought of. The others
// show each seed twice and then change the corpus, mostly by letting one call more meet those of a scenario. Half of them start
// from a seed, however much the corpus has grown.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Generation;
using Managarm.Perf.Fuzz.Searching;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Draws runs.</summary>
/// <param name="corpus">Scenarios to draw from.</param>
internal sealed class RunDraw(CampaignCorpus corpus)
{
    private const int FreshPeriod = 4;
    private const long SeedRounds = 2;
    private const uint UnchangedShare = 2;
    private const uint MeetingShare = 5;
    private const uint MutationShare = 2;

    private readonly ScenarioGenerator generator = new(GenerationOptions.Everything);
    private readonly ScenarioMutator mutator = new(GenerationOptions.Everything);
    private readonly ScheduleMix schedules = new();

    /// <summary>The scenario drawn last.</summary>
    internal Scenario Scenario { get; } = new();

    /// <summary>Draws a run.</summary>
    /// <param name="seed">Master seed.</param>
    /// <param name="runIndex">The run.</param>
    /// <param name="number">Its number among those of its protocol.</param>
    /// <returns>The strategy of its schedule, valid until the next call.</returns>
    internal IScheduleStrategy Draw(ulong seed, long runIndex, long number)
    {
        var random = new Prng(Prng.Derive(seed, (ulong)runIndex));
        DrawScenario(ref random, number);
        return schedules.Draw(ref random);
    }

    /// <summary>Every run in four is fresh, at a place that moves on, so that no shard gets all or none of them.</summary>
    private static bool IsFresh(long number) => number % FreshPeriod == FreshPlace(number);

    /// <summary>How many runs before this one are not fresh.</summary>
    private static long CountFromCorpus(long number) =>
        number - (number / FreshPeriod) - (number % FreshPeriod > FreshPlace(number) ? 1 : 0);

    private static long FreshPlace(long number) => (number / FreshPeriod + FreshPeriod - 1) % FreshPeriod;

    private void DrawScenario(ref Prng random, long number)
    {
        if (corpus.Count == 0 || IsFresh(number))
        {
            generator.Generate(ref random, Scenario);
            return;
        }

        long turn = CountFromCorpus(number);
        if (turn < corpus.SeedCount * SeedRounds)
        {
            Scenario.CopyFrom(corpus[(int)(turn % corpus.SeedCount)]);
            return;
        }

        DrawChanged(ref random);
    }

    private void DrawChanged(ref Prng random)
    {
        uint choice = random.NextBelow(UnchangedShare + MeetingShare + MutationShare);
        bool isSeed = corpus.SeedCount > 0 && random.NextBelow(2) == 0;
        Scenario.CopyFrom(corpus[(int)random.NextBelow((uint)(isSeed ? corpus.SeedCount : corpus.Count))]);
        if (choice < UnchangedShare)
        {
            return;
        }

        if (choice < UnchangedShare + MeetingShare)
        {
            mutator.Meet(ref random, Scenario);
            return;
        }

        for (uint mutations = 1 + random.NextBelow(2); mutations > 0; mutations--)
        {
            mutator.Mutate(ref random, Scenario, corpus[(int)random.NextBelow((uint)corpus.Count)]);
        }
    }
}
