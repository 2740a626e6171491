// Every schedule with exactly one deviation, one after the other: the default run is recorded decision by decision, then each
// of its alternatives is tried. Most races need no more, and where one deviation suffices this proves it and finds the first.

using System.Numerics;
using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Enumerates schedules with one deviation.</summary>
internal sealed class SingleDeviation : IScheduleStrategy
{
    private const int MaxDecisions = 2048;

    private readonly uint[] alternatives = new uint[MaxDecisions];
    private int decisionCount;
    private int decision;
    private int chosenDecision;
    private int chosenParty;
    private bool isRecording;

    /// <summary>Whether every decision of the default run was remembered, so that nothing was left out.</summary>
    internal bool IsComplete { get; private set; }

    /// <inheritdoc/>
    public void Begin(int partyCount) => decision = 0;

    /// <inheritdoc/>
    public int Next(in Decision at)
    {
        int number = decision++;
        if (isRecording)
        {
            IsComplete = number < MaxDecisions;
            if (IsComplete)
            {
                alternatives[number] = at.EnabledMask & ~(1u << at.Default);
                decisionCount = number + 1;
            }

            return at.Default;
        }

        return number == chosenDecision && (at.EnabledMask >> chosenParty & 1) != 0 ? chosenParty : at.Default;
    }

    /// <summary>Tries every single deviation of a scenario's default run.</summary>
    /// <param name="runner">Runner.</param>
    /// <param name="attempt">Runs the scenario under this strategy and says whether to stop.</param>
    /// <returns>Whether an attempt said so.</returns>
    internal bool Enumerate(ScenarioRunner runner, Func<bool> attempt)
    {
        isRecording = true;
        IsComplete = true;
        decisionCount = 0;
        attempt();
        isRecording = false;
        Verify.That(runner.Recorded.Count == 0, "the default run has deviations");
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
