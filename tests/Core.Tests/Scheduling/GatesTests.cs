// Gates: a party that waits for another thread to block is enabled exactly while that thread blocks inside a call or has ended,
// and looks again when it goes through.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.Scheduling;

public sealed class GatesTests : IDisposable
{
    private const int Watched = 3;

    private readonly TestWorld test = new();
    private readonly Handle<KernelThread> thread;
    private readonly int watcher;

    public GatesTests()
    {
        int party = test.Add(() => new ModelTask<Unit>(default(Unit)));
        watcher = test.Add(Pass);
        World world = test.World;
        thread = world.Threads.Create(party, world.Universes.Create(), Watched);
        world.Threads.Resume(thread);
        world.Threads[thread].IsInBlockingCall = true;
        test.Run();
    }

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_gate_is_closed_while_the_thread_runs()
    {
        Assert.True(test.World.Gates.IsWaiting(watcher));
        Assert.False(test.World.Scheduler.IsEnabled(watcher));
        Assert.False(test.World.Gates.IsOpen(Watched, settled: false));
        Assert.False(test.World.Gates.IsOpen(Watched + 1, settled: false));
    }

    [Fact]
    public void A_gate_opens_and_closes_with_the_state_of_the_thread()
    {
        test.World.Threads.Block(thread);
        Assert.True(test.World.Scheduler.IsEnabled(watcher));
        test.World.Threads.Unblock(thread, HelError.None);
        Assert.False(test.World.Scheduler.IsEnabled(watcher));
        test.World.Threads.SetWaitingInCall(thread, isWaiting: true);
        Assert.True(test.World.Scheduler.IsEnabled(watcher));
        test.Run();
        Assert.Equal(["passed"], test.Happened);
        Assert.False(test.World.Gates.IsWaiting(watcher));
    }

    [Fact]
    public void A_gate_opens_for_good_when_the_thread_ends()
    {
        test.World.Threads.Kill(thread);
        Assert.True(test.World.Gates.IsOpen(Watched, settled: false));
        test.Run();
        Assert.Equal(["passed"], test.Happened);
    }

    [Fact]
    public void A_settled_gate_waits_for_whoever_serves_the_call()
    {
        Gates gates = test.World.Gates;
        test.World.Threads.Block(thread);
        Assert.False(gates.IsOpen(Watched, settled: true));
        gates.SetSettled(Watched, isSettled: true);
        Assert.False(gates.IsOpen(Watched, settled: true), "nobody watches");
        gates.WatchesSettled = true;
        gates.SetSettled(Watched, isSettled: true);
        Assert.True(gates.IsOpen(Watched, settled: true));
        gates.SetSettled(Watched, isSettled: false);
        Assert.True(gates.IsOpen(Watched, settled: false));
        Assert.False(gates.IsOpen(Watched, settled: true));
    }

    private async ModelTask<Unit> Pass()
    {
        while (!test.World.Gates.IsOpen(Watched, settled: false))
        {
            await new GateAwaiter(test.World, Watched, settled: false);
        }

        test.Say("passed");
        return default;
    }
}
