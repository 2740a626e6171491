// Follows the transitions of an earlier run in another order that is equal to it: each transition comes after all on which it
// depends. Pauses are left out: they may as well not have happened. Used to let time pass as late as possible, and by the audit
// that shuffles runs to see that equal orders are equal.

using System.Numerics;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Runs parties in a given order.</summary>
internal sealed class FixedOrder : IScheduleStrategy
{
    private readonly List<int> order = [];
    private readonly List<int> left = [];
    private int position;

    /// <inheritdoc/>
    public bool AsksAlways => true;

    /// <summary>The system, if parties that have nothing to do shall pause before time passes: they say so only when they
    /// run.</summary>
    internal ModelSystem? PausesFirst { get; init; }

    /// <summary>Whether the last run could not follow the order.</summary>
    internal bool HasDiverged { get; private set; }

    /// <summary>Parties in the order in which they run.</summary>
    internal IReadOnlyList<int> Order => order;

    /// <summary>Takes the order of a run, with lazy parties as late as they may be.</summary>
    /// <param name="trace">The run, ordered.</param>
    /// <returns>Whether it differs from the run's own.</returns>
    internal bool Arrange(TransitionTrace trace) => Arrange(trace, EagerFirst);

    /// <summary>Takes an order that is equal to that of a run.</summary>
    /// <param name="trace">The run, ordered.</param>
    /// <param name="choose">Picks one of the transitions that may come next, by position in the list.</param>
    /// <returns>Whether it differs from the run's own.</returns>
    internal bool Arrange(TransitionTrace trace, Func<TransitionTrace, List<int>, int> choose)
    {
        order.Clear();
        left.Clear();
        for (int number = 0; number < trace.Count; number++)
        {
            if (!trace.IsPause(number))
            {
                left.Add(number);
            }
        }

        bool isOther = false;
        List<int> ready = [];
        while (left.Count > 0)
        {
            ready.Clear();
            ready.AddRange(left.Where(number => IsReady(trace, number)));
            int chosen = ready[choose(trace, ready)];
            isOther |= chosen != left[0];
            order.Add(trace[chosen].Party);
            left.Remove(chosen);
        }

        return isOther;
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        position = 0;
        HasDiverged = false;
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        if (HasDiverged || position >= order.Count)
        {
            return decision.Default;
        }

        int party = order[position];
        int pausing = (decision.LazyMask >> party & 1) != 0 ? Pausing(decision) : -1;
        if (pausing >= 0)
        {
            return pausing;
        }

        if ((decision.EnabledMask >> party & 1) == 0)
        {
            HasDiverged = true;
            return decision.Default;
        }

        position++;
        return party;
    }

    private static int EagerFirst(TransitionTrace trace, List<int> ready)
    {
        int eager = ready.FindIndex(number => (trace[number].Lazy >> trace[number].Party & 1) == 0);
        return Math.Max(eager, 0);
    }

    private int Pausing(in Decision decision)
    {
        uint free = decision.EnabledMask & ~(decision.IsAtPoint ? 1u << decision.Party : 0);
        for (uint rest = free; rest != 0 && PausesFirst is not null; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            if (PausesFirst.Parties.WouldPause(party))
            {
                return party;
            }
        }

        return -1;
    }

    private bool IsReady(TransitionTrace trace, int number)
    {
        foreach (int before in left)
        {
            if (before == number)
            {
                return true;
            }

            if (trace.HappensBefore(before, number))
            {
                return false;
            }
        }

        return true;
    }
}
