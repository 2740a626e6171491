// A world with one party and no scheduling: the workload that owns it decides what happens next, so that it measures one
// mechanism of Core and not the scheduler around it.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Bench.Workloads.Runs;

/// <summary>A world that a workload drives by hand.</summary>
internal sealed class DrivenWorld : IPartyBody, IDisposable
{
    private readonly unsafe Bell* bell;

    internal unsafe DrivenWorld()
    {
        bell = World.Arena.ReserveHot<Bell>(1);
        World.Scheduler.AddParty(PartyKind.Time, this);
        World.Seal();
    }

    /// <summary>The world.</summary>
    internal World World { get; } = new(new WorldOptions());

    internal OneshotEvents Events => World.Events;

    /// <inheritdoc/>
    public void Run(int party) => Verify.Fail("a driven world is driven by its workload");

    /// <inheritdoc/>
    public void Dispose() => World.Dispose();

    internal unsafe void Ring() => Events.Ring(ref *bell);

    internal unsafe BellWait BellRings() => Events.Wait(ref *bell, CancelToken.None);

    /// <summary>Continues the coroutine that was posted.</summary>
    internal void ResumePosted() => World.Tasks.Resume(World.Scheduler.Inboxes.TakePosted(Managarm.Perf.Core.World.TimeParty));
}
