// The environment's strands: `time:` lines advance the clock and let what is due expire, `line:` lines deliver device input
// and let servers die. Each is a party, so when it acts relative to the others is a choice of the schedule, limited only by
// `when X blocked`.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Servers.Running;

/// <summary>Runs the calls of a time or line strand.</summary>
internal sealed class ScriptBody : IPartyBody
{
    private readonly ModelSystem system;
    private readonly World world;
    private int nextCall;

    internal ScriptBody(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        Call call = system.Scenario.CallAt(nextCall);
        if (call.WhenBlocked >= 0 && !world.Gates.MayPass(call.WhenBlocked, call.WhenSettled))
        {
            WaitAtGate(party, call);
            return;
        }

        world.Gates.Pass(party);
        Make(call);
        nextCall = system.Scenario.NextInStrand(nextCall);
        Prepare(party);
    }

    internal void Start(int party, int strand)
    {
        nextCall = system.Scenario.FirstCall(strand);
        Prepare(party);
    }

    private void Make(in Call call)
    {
        switch (call.Kind)
        {
            case CallKind.Advance:
                Advance(call.Argument0);
                break;
            case CallKind.Raise:
                system.FileServers.RaiseLine(call.Argument0, (uint)call.Argument1);
                break;
            case CallKind.Crash:
                system.FileServers.Crash(call.Argument0);
                break;
            default:
                Verify.Fail("the environment makes a call that it cannot make");
                break;
        }
    }

    private void Prepare(int party)
    {
        if (nextCall < 0)
        {
            world.Scheduler.Disable(party);
            return;
        }

        Call call = system.Scenario.CallAt(nextCall);
        if (call.WhenBlocked >= 0)
        {
            WaitAtGate(party, call);
        }
        else
        {
            world.Scheduler.Enable(party);
        }
    }

    private void WaitAtGate(int party, in Call call)
    {
        world.Scheduler.Disable(party);
        world.Gates.Wait(party, call.WhenBlocked, call.WhenSettled);
    }

    private void Advance(long ticks)
    {
        world.Scheduler.BeginStep(PointKind.TimeAdvance, ObjectKind.Clock, 0, isWrite: true);
        world.Timers.Advance(ticks);
    }
}
