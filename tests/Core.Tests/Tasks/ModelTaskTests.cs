// Kernel coroutines: completion with and without suspension, nesting, detaching, misuse, abandonment. Completion resumes the
// awaiting coroutine inline; wake-ups go through the party's inbox.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.Tasks;

public sealed class ModelTaskTests : IDisposable
{
    private readonly TestWorld test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_task_that_does_not_suspend_is_complete_at_once()
    {
        ModelTask<int> task = Immediate(4);
        Assert.True(task.IsCompleted);
        Assert.Equal(4, task.TakeResult());
        Assert.Equal(0, test.World.Tasks.LiveCount);
        Assert.Equal(5, new ModelTask<int>(5).TakeResult());
    }

    [Fact]
    public void Results_travel_up_through_nested_coroutines_inline()
    {
        test.Add(async () =>
        {
            test.Say($"result {await Deep(3)}");
            return default;
        });
        test.Run();
        Assert.Equal(6, test.World.Tasks.LiveCount);
        test.Events.Ring(ref test.Bell(0));
        test.Run();
        Assert.Equal(["depth 0", "depth 1", "depth 2", "depth 3", "result 103"], test.Happened);
        Assert.Equal(0, test.World.Tasks.LiveCount);
    }

    [Fact]
    public void A_detached_coroutine_runs_on_by_itself()
    {
        test.Add(() =>
        {
            Deep(0).Detach();
            Immediate(1).Detach();
            test.Say("detached");
            return new ModelTask<Unit>(default(Unit));
        });
        test.Run();
        test.Events.Ring(ref test.Bell(0));
        test.Run();
        Assert.Equal(["detached", "depth 0"], test.Happened);
        Assert.Equal(0, test.World.Tasks.LiveCount);
    }

    [Fact]
    public void A_task_can_finish_before_it_is_awaited()
    {
        test.Add(async () =>
        {
            ModelTask<int> task = Deep(0);
            await test.Ring(1);
            Assert.True(task.IsCompleted);
            test.Say($"result {await task}");
            return default;
        });
        test.Run();
        test.Events.Ring(ref test.Bell(0));
        test.Run();
        test.Events.Ring(ref test.Bell(1));
        test.Run();
        Assert.Equal(["depth 0", "result 100"], test.Happened);
    }

    [Fact]
    public void Awaiting_twice_is_noticed()
    {
        test.Add(async () =>
        {
            ModelTask<int> task = Deep(0);
            await task;
            await task;
            return default;
        });
        test.Run();
        test.Events.Ring(ref test.Bell(0));
        Assert.Throws<ToolBugException>(test.Run);
    }

    [Fact]
    public void Taking_early_and_detaching_late_are_noticed()
    {
        ModelTask<int> task = default;
        test.Add(async () =>
        {
            task = Deep(0);
            Assert.Throws<ToolBugException>(() => task.TakeResult());
            await task;
            return default;
        });
        test.Run();
        test.Events.Ring(ref test.Bell(0));
        test.Run();
        Assert.Throws<ToolBugException>(task.Detach);
    }

    [Fact]
    public void A_bug_of_the_tool_reaches_the_host()
    {
        test.Add(async () =>
        {
            await test.Ring(0);
            Verify.Fail("found");
            return default;
        });
        test.Run();
        test.Events.Ring(ref test.Bell(0));
        Assert.Equal("found", Assert.Throws<ToolBugException>(test.Run).Message);
    }

    [Fact]
    public void Reset_abandons_what_is_suspended_and_numbers_afresh()
    {
        test.Add(async () => await Never());
        test.Run();
        Assert.Equal(2, test.World.Tasks.LiveCount);
        ulong hash = test.World.Arena.Hash();
        test.Rewind();
        Assert.Equal(0, test.World.Tasks.LiveCount);
        test.Run();
        Assert.Equal(2, test.World.Tasks.LiveCount);
        Assert.Equal(hash, test.World.Arena.Hash());
        Assert.Empty(test.Happened);
    }

    [Fact]
    public void Killing_a_thread_abandons_its_coroutines_only()
    {
        int victim = test.Add(async () => await Never());
        test.Add(async () => await Never());
        World world = test.World;
        Handle<KernelThread> thread = world.Threads.Create(victim, world.Universes.Create(), 0);
        test.Run();
        world.Threads.Kill(thread);
        Assert.Equal(2, world.Tasks.LiveCount);
        test.Events.Ring(ref test.Bell(7));
        test.Run();
        Assert.Equal(["woken"], test.Happened);
        Assert.Equal(0, world.Tasks.LiveCount);
        world.Tasks.Resume(12345);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void A_race_is_won_by_the_first_and_ends_with_the_last(int rung, int winner)
    {
        test.Add(async () =>
        {
            using var scope = CancelScope.Open(test.Events, CancelToken.None);
            int won = await new TaskRace(Side(0, scope.Token), Side(1, scope.Token), scope);
            test.Say($"winner {won}");
            return default;
        });
        test.Run();
        test.Events.Ring(ref test.Bell(rung));
        test.Run();
        Assert.Equal($"winner {winner}", test.Happened[^1]);
        Assert.Equal(3, test.Happened.Count);
        Assert.Equal($"side {winner} True", test.Happened[0]);
        Assert.Equal($"side {1 - winner} False", test.Happened[1]);
        Assert.Equal(0, test.World.Tasks.LiveCount);
        Assert.Equal(0, test.Events.LiveEvents + test.Events.LiveSources);
    }

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 0)]
    public void A_race_may_be_decided_before_it_begins(bool firstIsDone, bool secondIsDone, int winner)
    {
        test.Add(async () =>
        {
            using var scope = CancelScope.Open(test.Events, CancelToken.None);
            ModelTask<Unit> first = firstIsDone ? new ModelTask<Unit>(default(Unit)) : Side(0, scope.Token);
            ModelTask<Unit> second = secondIsDone ? new ModelTask<Unit>(default(Unit)) : Side(1, scope.Token);
            int won = await new TaskRace(first, second, scope);
            test.Say($"winner {won}");
            return default;
        });
        test.Run();
        Assert.Equal($"winner {winner}", test.Happened[^1]);
        Assert.Equal(0, test.World.Tasks.LiveCount);
        Assert.Equal(0, test.Events.LiveEvents + test.Events.LiveSources);
    }

    private static async ModelTask<int> Immediate(int value)
    {
        await new ReadyAwaiter();
        return value;
    }

    private async ModelTask<int> Deep(int depth)
    {
        int result = depth == 0 ? await Leaf() : await Deep(depth - 1) + 1;
        test.Say($"depth {depth}");
        return result;
    }

    private async ModelTask<int> Leaf()
    {
        await test.Ring(0);
        return 100;
    }

    private async ModelTask<Unit> Never()
    {
        await test.Ring(7);
        test.Say("woken");
        return default;
    }

    private async ModelTask<Unit> Side(int number, CancelToken token)
    {
        test.Say($"side {number} {await test.Ring(number, token)}");
        return default;
    }
}
