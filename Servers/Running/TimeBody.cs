// Time as a party: whenever a device will act when time passes the strategy may let it pass so far, and when nobody else can run
// it must.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Servers.Running;

/// <summary>Lets time pass to the next event.</summary>
internal sealed class TimeBody(World world) : IPartyBody
{
    /// <inheritdoc/>
    public void Run(int party)
    {
        world.Scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Clock, 0, isWrite: true);
        if (!world.Timers.ExpireNext() || !world.Timers.CanPass)
        {
            world.Scheduler.Disable(party);
        }
    }
}
