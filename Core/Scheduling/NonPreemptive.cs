// The default schedule: no deviations at all. It is the reference that every other schedule is a list of deviations from.

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Always takes the default.</summary>
public sealed class NonPreemptive : IScheduleStrategy
{
    /// <summary>The one instance; it has no state.</summary>
    public static NonPreemptive Instance { get; } = new();

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
    }

    /// <inheritdoc/>
    public int Next(in Decision decision) => decision.Default;
}
