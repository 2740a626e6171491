// What a run of a campaign is: scenario and schedule, drawn from the run's own random stream. Both follow from master seed, run
// index and the corpus at the start of the epoch, so the same run can be drawn again: by another worker, by a hunt, or once more
// without a defect.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Draws runs.</summary>
/// <param name="corpus">Scenarios to draw from.</param>
internal sealed class RunDraw(CampaignCorpus corpus)
{
    private readonly ProgramGenerator generator = new(GenerationOptions.Everything);
    private readonly ProgramMutator mutator = new(GenerationOptions.Everything);
    private readonly ScheduleMix schedules = new();

    /// <summary>The scenario drawn last.</summary>
    internal Program Program { get; } = new();

    /// <summary>Draws a run.</summary>
    /// <param name="seed">Master seed.</param>
    /// <param name="runIndex">The run.</param>
    /// <param name="number">Its number among those of its protocol.</param>
    /// <returns>The strategy of its schedule, valid until the next call.</returns>
    internal IScheduleStrategy Draw(ulong seed, long runIndex, long number)
    {
        var random = new Prng(Prng.Derive(seed, (ulong)runIndex));
        DrawProgram(ref random, number);
        return schedules.Draw(ref random);
    }

    private void DrawProgram(ref Prng random, long number)
    {
        if (number < corpus.SeedCount * 4L)
        {
            Program.CopyFrom(corpus[(int)(number % corpus.SeedCount)]);
            return;
        }

        uint choice = random.NextBelow(16);
        if (corpus.Count == 0 || choice < 3)
        {
            generator.Generate(ref random, Program);
            return;
        }

        Program.CopyFrom(corpus[(int)random.NextBelow((uint)corpus.Count)]);
        if (choice < 7)
        {
            return;
        }

        for (uint mutations = 1 + random.NextBelow(3); mutations > 0; mutations--)
        {
            mutator.Mutate(ref random, Program, corpus[(int)random.NextBelow((uint)corpus.Count)]);
        }
    }
}
