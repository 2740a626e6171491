// Time as a party: whenever a deadline is armed the strategy may let it expire, and when nobody else can run it must.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Lets the earliest deadline expire.</summary>
internal sealed class TimeBody(World world) : IPartyBody
{
    /// <inheritdoc/>
    public void Run(int party)
    {
        world.Scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Clock, 0, isWrite: true);
        if (!world.Timers.ExpireNext() || !world.Timers.HasArmed)
        {
            world.Scheduler.Disable(party);
        }
    }
}
