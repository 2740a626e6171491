// Worlds of coroutines allocate nothing once they are warm, whatever the schedule: every run of the second pass has run before
// with the same seed, so a byte that it allocates is a box that was lost.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.Tasks;

[Trait("Category", "ZeroAllocation")]
public sealed class CoroutineAllocationTests : IDisposable
{
    private const ulong Seeds = 300;

    private readonly TestWorld test = new();
    private readonly RandomWalk walk = new();
    private long sum;

    public void Dispose() => test.Dispose();

    [Fact]
    public void Nested_detached_and_waiting_coroutines()
    {
        test.Add(Ringer);
        test.Add(Nester);
        test.Add(Nester);
        CheckWarm();
    }

    [Fact]
    public void Runs_that_end_with_suspended_coroutines()
    {
        test.Add(Nester);
        test.Add(Stuck);
        CheckWarm();
    }

    [Fact]
    public void Races_that_end_and_races_that_are_abandoned_half_way()
    {
        test.Add(Racer);
        test.Add(Ringer);
        test.Add(HalfRacer);
        CheckWarm();
    }

    [Fact]
    public void Killed_threads()
    {
        World world = test.World;
        test.Add(Stuck);
        test.Add(Nester);
        test.Add(async () =>
        {
            await test.Point(0);
            world.Threads.Kill(world.Threads.OfStrand(0));
            return default;
        });
        CheckWarm(() => world.Threads.Create(1, world.Universes.Create(), 0));
    }

    private void CheckWarm(Func<Handle<KernelThread>>? prepare = null)
    {
        ZeroBytes.Check("runs", () => RunAll(prepare));
        Assert.NotEqual(0, sum);
    }

    private void RunAll(Func<Handle<KernelThread>>? prepare)
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            test.Rewind();
            prepare?.Invoke();
            walk.Seed(seed, (uint)seed & 1);
            test.Run(walk);
            sum += test.World.Scheduler.Steps;
        }
    }

    private async ModelTask<Unit> Ringer()
    {
        for (int i = 0; i < 6; i++)
        {
            await test.Point((uint)i);
            test.Events.Ring(ref test.Bell(i & 1));
        }

        return default;
    }

    private async ModelTask<Unit> Nester()
    {
        for (int i = 0; i < 3; i++)
        {
            sum += await Deep(i);
        }

        Deep(2).Detach();
        return default;
    }

    private async ModelTask<int> Deep(int depth)
    {
        if (depth > 0)
        {
            return await Deep(depth - 1) + 1;
        }

        await test.Point(7);
        await test.Events.Wait(ref test.Bell(0), ref test.Bell(1), CancelToken.None, test.World.Timers.NowTicks + 5);
        return 1;
    }

    private async ModelTask<Unit> Stuck()
    {
        await Deep(2);
        await test.Ring(5);
        return default;
    }

    private async ModelTask<Unit> Racer()
    {
        for (int i = 0; i < 2; i++)
        {
            using var scope = CancelScope.Open(test.Events, CancelToken.None);
            sum += await new TaskRace(Side(0, scope.Token), Side(1, scope.Token), scope);
        }

        return default;
    }

    // The second side does not listen to the scope, so the run ends when one side has finished and the other has not.
    private async ModelTask<Unit> HalfRacer()
    {
        using var scope = CancelScope.Open(test.Events, CancelToken.None);
        sum += await new TaskRace(Side(0, scope.Token), Side(6, CancelToken.None), scope);
        return default;
    }

    private async ModelTask<Unit> Side(int bell, CancelToken token)
    {
        await test.Ring(bell, token);
        return default;
    }
}
