// Answers every question about a certain choice with the unusual, and everything else with the default.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Hardware.Tests.Thor;

/// <summary>A strategy that always takes one chance.</summary>
internal sealed class AlwaysDeviates(int choice) : IScheduleStrategy
{
    public void Begin(int partyCount)
    {
    }

    public int Next(in Decision decision) => decision.Party == choice
        ? System.Numerics.BitOperations.TrailingZeroCount(decision.EnabledMask & ~(1u << choice))
        : decision.Default;
}
