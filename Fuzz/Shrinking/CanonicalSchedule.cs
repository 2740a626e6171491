// Among the schedules that show the violation, chooses one that does not depend on how it was found: the fewest deviations, and
// of these the last ones that still decide. For one deviation that is the last of all single deviations that show the
// violation. With more, each in turn takes the last place that it can have while the others stay, the last one first, until
// nothing moves or four rounds are over. Every schedule that keeps one deviation and has one other is tried as well, since it
// may be shorter.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Brings schedules into a canonical form.</summary>
internal sealed class CanonicalSchedule
{
    private const int MaximumRounds = 4;
    private const int MostDeviations = 8;

    private readonly ShrinkEvaluator evaluator;
    private readonly Schedule kept = new();
    private readonly Schedule last = new();

    internal CanonicalSchedule(ShrinkEvaluator evaluator)
    {
        this.evaluator = evaluator;
    }

    /// <summary>Gives a finding its canonical schedule; its scenario stays.</summary>
    /// <param name="best">The finding.</param>
    internal void Apply(ShrinkState best)
    {
        if (best.Schedule.Count > 2)
        {
            FindPair(best);
        }

        bool hasMoved = best.Schedule.Count <= MostDeviations;
        for (int round = 0; hasMoved && round < MaximumRounds; round++)
        {
            hasMoved = false;
            for (int i = best.Schedule.Count - 1; i >= 0; i--)
            {
                hasMoved |= MoveToLast(best, i);
            }

            hasMoved &= best.Schedule.Count > 1;
        }
    }

    private bool MoveToLast(ShrinkState best, int index)
    {
        if (index >= best.Schedule.Count)
        {
            return false;
        }

        kept.CopyFrom(best.Schedule);
        kept.RemoveAt(index);
        last.CopyFrom(best.Schedule);
        evaluator.EnumerateOnTopOf(best, kept, () => last.CopyFrom(evaluator.Runner.Recorded));
        bool hasMoved = !last.Deviations.SequenceEqual(best.Schedule.Deviations);
        best.Reschedule(last);
        return hasMoved;
    }

    private void FindPair(ShrinkState best)
    {
        for (int i = 0; i < best.Schedule.Count && best.Schedule.Count > 2; i++)
        {
            kept.Clear();
            kept.Add(best.Schedule.Deviations[i]);
            last.CopyFrom(best.Schedule);
            evaluator.EnumerateOnTopOf(best, kept, () =>
            {
                if (evaluator.Runner.Recorded.Count < last.Count)
                {
                    last.CopyFrom(evaluator.Runner.Recorded);
                }
            });
            best.Reschedule(last);
        }
    }
}
