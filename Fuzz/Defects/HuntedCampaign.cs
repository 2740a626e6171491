// The runs of a campaign with one protocol and one defect or several, one after the other on one thread. They are drawn and
// merged as a campaign's, so the number of a run here is its number there; without feedback nothing is merged, and the corpus
// stays what it was at the start.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Defects;

/// <summary>A campaign that is made run by run.</summary>
/// <param name="runner">Runs scenarios.</param>
/// <param name="corpus">Its corpus; changed.</param>
/// <param name="defects">What is planted.</param>
/// <param name="hasFeedback">Whether the corpus takes in what showed a new feature.</param>
internal sealed class HuntedCampaign(ScenarioRunner runner, CampaignCorpus corpus, DefectSet defects, bool hasFeedback)
{
    private readonly RunDraw draw = new(corpus);
    private readonly Replay replay = new();
    private readonly List<Novelty> novelties = [];
    private long nextRun;

    /// <summary>Makes the next run.</summary>
    /// <param name="seed">Master seed.</param>
    /// <returns>Whether something is violated because of what is planted.</returns>
    internal bool Next(ulong seed)
    {
        if (nextRun % Campaign.RoundRuns == 0)
        {
            if (hasFeedback)
            {
                corpus.Merge(novelties, (int)(nextRun / Campaign.RoundRuns));
            }

            novelties.Clear();
        }

        long run = nextRun++;
        Violation violation = runner.Run(draw.Scenario, draw.Draw(seed, run, run), defects).Violation;
        NoteNovelty(run);
        return !violation.IsNone && IsCause(seed, run);
    }

    /// <summary>Whether a part of what is planted is enough for a violation by the recorded schedule of the last run.</summary>
    /// <param name="part">The part.</param>
    /// <returns>True also for a violation of another kind.</returns>
    internal bool IsShownBy(DefectSet part) => !runner.Run(draw.Scenario, replay, part).Violation.IsNone;

    private void NoteNovelty(long run)
    {
        Coverage coverage = runner.System.World.Coverage;
        if (coverage.HasNewAgainst(corpus.Seen))
        {
            var copy = new Scenario();
            copy.CopyFrom(draw.Scenario);
            novelties.Add(new Novelty(run, copy, coverage.Bits.ToArray()));
        }
    }

    /// <summary>Whether nothing is violated without the defects, neither by the run's draw nor by its recorded schedule, which
    /// the replay keeps.</summary>
    private bool IsCause(ulong seed, long run)
    {
        replay.Load(runner.Recorded, isStrict: false);
        return runner.Run(draw.Scenario, replay, default).Violation.IsNone
            && runner.Run(draw.Scenario, draw.Draw(seed, run, run), default).Violation.IsNone;
    }
}
