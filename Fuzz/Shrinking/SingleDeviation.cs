// Every schedule with exactly one deviation more than a given one, one after the other: the run without it is recorded decision
// by decision, then each of its alternatives is tried. Most races need no more than one deviation from the default, and where
// one suffices this proves it and finds the first.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Enumerates schedules with one deviation more.</summary>
internal sealed class SingleDeviation : IScheduleStrategy
{
    private const int MaxDecisions = 2048;

    private readonly uint[] alternatives = new uint[MaxDecisions];
    private readonly Replay below = new();
    private int decisionCount;
    private int decision;
    private int chosenDecision;
    private int chosenParty;
    private bool isRecording;

    /// <summary>Whether every decision of the run without it was remembered, so that nothing was left out.</summary>
    internal bool IsComplete { get; private set; }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        decision = 0;
        below.Begin(partyCount);
    }

    /// <inheritdoc/>
    public int Next(in Decision at)
    {
        int number = decision++;
        int usual = below.Next(at);
        if (isRecording)
        {
            IsComplete = number < MaxDecisions;
            if (IsComplete)
            {
                alternatives[number] = at.EnabledMask & ~(1u << usual);
                decisionCount = number + 1;
            }

            return usual;
        }

        return number == chosenDecision && (at.EnabledMask >> chosenParty & 1) != 0 ? chosenParty : usual;
    }

    /// <summary>Tries every single deviation of a scenario's default run.</summary>
    /// <param name="runner">Runner.</param>
    /// <param name="attempt">Runs the scenario under this strategy and says whether to stop.</param>
    /// <returns>Whether an attempt said so.</returns>
    internal bool Enumerate(ScenarioRunner runner, Func<bool> attempt)
    {
        below.Load(new Schedule(), isStrict: false);
        isRecording = true;
        IsComplete = true;
        decisionCount = 0;
        attempt();
        Verify.That(runner.Recorded.Count == 0, "the default run has deviations");
        return TryAlternatives(attempt);
    }

    /// <summary>Tries every single deviation on top of others, which are followed leniently.</summary>
    /// <param name="others">The others.</param>
    /// <param name="attempt">Runs the scenario under this strategy and says whether to stop.</param>
    /// <returns>Whether an attempt said so.</returns>
    internal bool EnumerateOnTopOf(Schedule others, Func<bool> attempt)
    {
        below.Load(others, isStrict: false);
        isRecording = true;
        IsComplete = true;
        decisionCount = 0;
        return attempt() || TryAlternatives(attempt);
    }

    private bool TryAlternatives(Func<bool> attempt)
    {
        isRecording = false;
        for (int number = 0; number < decisionCount; number++)
        {
            for (uint rest = alternatives[number]; rest != 0; rest &= rest - 1)
            {
                chosenDecision = number;
                chosenParty = BitOperations.TrailingZeroCount(rest);
                if (attempt())
                {
                    return true;
                }
            }
        }

        return false;
    }
}

// Looks for any schedule with fewer deviations than the one at hand, related or not. It comes first, too: a raw finding of a
// random walk has a hundred deviations and mostly needs one, and whoever needs one is cheap to shrink.
/// <summary>Searches a shorter schedule for the same scenario.</summary>
internal sealed class FewerDeviations : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => schedule.Count > 0 ? 1 : 0;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        candidate.MaximumDeviations = candidate.Schedule.Count - 1;
        return true;
    }
}
