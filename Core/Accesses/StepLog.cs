// Who took which step, and what those that stand at a point are going to do. The access log says what each step touched; this
// says whose it was. Strategies that look at races and at who read from whom need both. It costs two stores per step. It lives
// outside the arena because it describes runs and is not part of their state.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Core.Accesses;

/// <summary>Announcements of the steps of a run: those taken, and those that parties stand before.</summary>
public sealed class StepLog
{
    /// <summary>Number of steps that are kept; older ones are overwritten.</summary>
    public const int Capacity = 1 << 12;

    private readonly StepAnnouncement[] taken = new StepAnnouncement[Capacity];
    private readonly StepAnnouncement[] pending = new StepAnnouncement[Scheduler.MaxParties];

    /// <summary>A step that was taken.</summary>
    /// <param name="step">Its number; must be one of the last <see cref="Capacity"/>.</param>
    /// <returns>What was announced of it.</returns>
    public StepAnnouncement this[uint step] => taken[step & (Capacity - 1)];

    /// <summary>The step that a party stands before.</summary>
    /// <param name="party">The party.</param>
    /// <returns>Nothing when the party stands at no point: it has just been woken, or goes through its inbox.</returns>
    public StepAnnouncement PendingOf(int party) => pending[party];

    internal void Reset() => Array.Clear(pending);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Announce(int party, StepAnnouncement announcement) => pending[party] = announcement;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(uint step, int party, StepAnnouncement announcement)
    {
        taken[step & (Capacity - 1)] = announcement;
        pending[party] = default;
    }
}
