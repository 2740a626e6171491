// A sleep set (Godefroid, 1996): outcomes of threads' steps whose continuations from a node are equivalent to explored ones. An
// outcome falls asleep when it has been explored, and sleeps on in the nodes below as long as only independent steps are made.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Outcomes that need not be explored from a node.</summary>
internal sealed class SleepSet
{
    private readonly List<SleepingOutcome> sleepers = [];

    /// <summary>Whether an outcome sleeps.</summary>
    /// <param name="thread">Whose step.</param>
    /// <param name="name">Name of the outcome in the memory model.</param>
    /// <returns>True when it need not be explored.</returns>
    internal bool Contains(int thread, int name)
    {
        foreach (SleepingOutcome sleeper in sleepers)
        {
            if (sleeper.Thread == thread && sleeper.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets an outcome sleep that has been explored.</summary>
    /// <param name="thread">Whose step.</param>
    /// <param name="name">Name of the outcome in the memory model.</param>
    /// <param name="step">What the step did.</param>
    internal void Add(int thread, int name, in ExploredStep step) => sleepers.Add(new SleepingOutcome(thread, name, step));

    /// <summary>Becomes the set of the node behind a step: whatever slept before it and is independent of it.</summary>
    /// <param name="before">The set of the node above.</param>
    /// <param name="thread">Who made the step.</param>
    /// <param name="step">The step.</param>
    /// <param name="model">Says what depends on what.</param>
    internal void TakeOver(SleepSet before, int thread, in ExploredStep step, IMemoryModel model)
    {
        sleepers.Clear();
        foreach (SleepingOutcome sleeper in before.sleepers)
        {
            if (sleeper.Thread != thread && !model.AreDependent(step, sleeper.Step))
            {
                sleepers.Add(sleeper);
            }
        }
    }

    /// <summary>One outcome of the step of one thread, and what that step did.</summary>
    private readonly record struct SleepingOutcome(int Thread, int Name, ExploredStep Step);
}
