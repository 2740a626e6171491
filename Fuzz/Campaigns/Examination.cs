// From violations to causes: one of each kind is shrunk and attributed, then the others are counted for the causes that explain
// them by their own schedules, and what is left is examined in its turn. Which are chosen and in which order they are told does
// not depend on who works on them, so it is the same for any number of workers.

using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Examines violations.</summary>
/// <param name="team">Who works on them.</param>
/// <param name="causes">What is known of causes.</param>
/// <param name="nameOf">Name of a protocol by its number.</param>
/// <param name="watcher">Told of each.</param>
internal sealed class Examination(
    CampaignTeam team, CampaignCauses causes, Func<int, string> nameOf, IExaminationWatcher watcher)
{
    private readonly List<RoundViolation> unshrunk = [];

    /// <summary>What there was no time for.</summary>
    internal IReadOnlyList<RoundViolation> Unshrunk => unshrunk;

    /// <summary>Examines.</summary>
    /// <param name="due">Violations in the order of their runs.</param>
    /// <param name="choose">Which are shrunk next; none when the rest is left out.</param>
    internal void Run(List<RoundViolation> due, Func<List<RoundViolation>, List<RoundViolation>> choose)
    {
        while (due.Count > 0)
        {
            List<RoundViolation> chosen = choose(due);
            if (chosen.Count == 0)
            {
                causes.LeaveOut(due.Count);
                due.ForEach(watcher.LeftOut);
                return;
            }

            List<RoundViolation> rest = [.. due.Except(chosen)];
            Shrink(chosen);
            if (unshrunk.Count > 0)
            {
                unshrunk.AddRange(rest);
                return;
            }

            due = CountKnown(rest);
        }
    }

    private List<RoundViolation> CountKnown(List<RoundViolation> due)
    {
        var share = new CountShare(due);
        team.Attend(worker => worker.Count(share), () =>
        {
            watcher.Shrinking(0, 0);
            if (watcher.IsUp)
            {
                share.Close();
            }
        });
        for (int number = 0; number < due.Count; number++)
        {
            if (share.Causes[number] is { } cause)
            {
                causes.Count(nameOf(due[number].Key.Protocol), cause, 1);
                watcher.Counted(due[number], cause);
            }
        }

        return [.. due.Where((_, number) => share.Causes[number] is null)];
    }

    private void Shrink(List<RoundViolation> due)
    {
        int told = 0;
        var share = new ShrinkShare(due);
        team.Attend(
            worker => worker.Shrink(share),
            () =>
            {
                for (; told < due.Count && !watcher.IsUp && share.Finished(told) is { } finding; told++)
                {
                    RoundViolation violation = due[told];
                    causes.Confirm(violation.Key, nameOf(violation.Key.Protocol), finding.Cause ?? Cause.Unattributed);
                    watcher.Shrunk(violation, finding);
                }

                watcher.Shrinking(due.Count, told);
            },
            () => watcher.IsUp);
        share.Close();
        unshrunk.AddRange(due[told..]);
    }
}

/// <summary>Watches an examination, on the thread that attends to it.</summary>
internal interface IExaminationWatcher
{
    /// <summary>Whether nothing is waited for any more.</summary>
    bool IsUp { get; }

    /// <summary>Called now and then.</summary>
    /// <param name="count">How many are being shrunk; 0 while others are counted.</param>
    /// <param name="done">How many of these are shrunk.</param>
    void Shrinking(int count, int done);

    /// <summary>A violation was shrunk and attributed.</summary>
    /// <param name="violation">The violation.</param>
    /// <param name="finding">What became of it.</param>
    void Shrunk(RoundViolation violation, RawFinding finding);

    /// <summary>A violation is explained by a cause of another one.</summary>
    /// <param name="violation">The violation.</param>
    /// <param name="cause">The cause.</param>
    void Counted(RoundViolation violation, Cause cause);

    /// <summary>A violation is neither shrunk nor counted.</summary>
    /// <param name="violation">The violation.</param>
    void LeftOut(RoundViolation violation);
}
