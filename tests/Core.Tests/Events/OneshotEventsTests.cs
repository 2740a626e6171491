// Events, bells, tokens and scopes through coroutines: whoever comes first settles a wait, latecomers are told, waking posts
// and never runs, and nothing is left behind.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests.Events;

public sealed class OneshotEventsTests : IDisposable
{
    private readonly TestWorld test = new();

    private OneshotEvents Events => test.Events;

    public void Dispose() => test.Dispose();

    [Fact]
    public void Raising_twice_or_after_a_cancel_is_an_error_code()
    {
        Handle<OneshotEvent> handle = Events.Create();
        Assert.Equal(OneshotResult.Raised, Events.Raise(handle));
        Assert.Equal(OneshotResult.AlreadySettled, Events.Raise(handle));
        Assert.Equal(OneshotResult.AlreadySettled, Events.Cancel(handle));
        Events.Free(handle);
        Assert.Equal(OneshotResult.Stale, Events.Raise(handle));
        Handle<OneshotEvent> next = Events.Create();
        Assert.Equal(handle.Index, next.Index);
        Assert.Equal(OneshotResult.Stale, Events.Cancel(handle));
        Assert.Equal(OneshotResult.Cancelled, Events.Cancel(next));
        Assert.Equal(OneshotResult.Stale, Events.Raise(default));
        Assert.Equal(PanicCode.None, test.World.PanicCode);
    }

    [Fact]
    public void With_the_defect_raising_twice_fails_an_assertion_of_the_model()
    {
        test.Reset(default(DefectSet).With(Defect.EventRaisedTwiceAsserts));
        Handle<OneshotEvent> handle = Events.Create();
        Events.Raise(handle);
        Events.Raise(handle);
        Assert.Equal(PanicCode.EventRaisedTwice, test.World.PanicCode);
        Assert.True(test.World.Scheduler.IsHalted);
    }

    [Fact]
    public void A_bell_wakes_everybody_who_waits_and_nobody_else()
    {
        test.Add(() => WaitFor(0, "first"));
        test.Add(() => WaitFor(0, "second"));
        test.Add(() => WaitFor(1, "other"));
        test.Run();
        Assert.Empty(test.Happened);
        Events.Ring(ref test.Bell(0));
        Assert.Empty(test.Happened);
        test.Run();
        Assert.Equal(["first True", "second True"], test.Happened.Order());
        Assert.Equal(1, Events.LiveEvents);
    }

    [Fact]
    public void A_wait_for_two_bells_ends_with_either_and_leaves_both_lists()
    {
        test.Add(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                test.Say($"{await Events.Wait(ref test.Bell(0), ref test.Bell(1), default)}");
            }

            return default;
        });
        test.Run();
        Events.Ring(ref test.Bell(1));
        test.Run();
        Events.Ring(ref test.Bell(0));
        Events.Ring(ref test.Bell(1));
        test.Run();
        Assert.Equal(["True", "True"], test.Happened);
        Assert.Equal(0, Events.LiveEvents);
        Assert.Equal(0, test.Bell(0).First | test.Bell(1).First);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_of_ring_and_cancel_wins(bool ringsFirst)
    {
        Handle<CancelSource> source = Events.CreateSource(CancelToken.None);
        test.Add(() => WaitFor(0, "wait", new CancelToken(source)));
        test.Run();
        if (ringsFirst)
        {
            Events.Ring(ref test.Bell(0));
        }

        Events.CancelSource(source);
        Events.CancelSource(source);
        Events.Ring(ref test.Bell(0));
        test.Run();
        Assert.Equal([$"wait {ringsFirst}"], test.Happened);
        Assert.Equal(0, Events.LiveEvents);
        Events.FreeSource(source);
    }

    [Fact]
    public void A_wait_with_a_cancelled_token_does_not_begin()
    {
        Handle<CancelSource> source = Events.CreateSource(CancelToken.None);
        Events.CancelSource(source);
        test.Add(() => WaitFor(0, "wait", new CancelToken(source)));
        test.Run();
        Assert.Equal(["wait False"], test.Happened);
        Events.FreeSource(source);
        Assert.True(Events.IsCancelled(new CancelToken(source)));
        Assert.False(Events.IsCancelled(CancelToken.None));
    }

    [Fact]
    public void Cancelling_a_scope_reaches_children_and_not_parents()
    {
        CancelScope outer = CancelScope.Open(Events, CancelToken.None);
        CancelScope middle = CancelScope.Open(Events, outer.Token);
        CancelScope inner = CancelScope.Open(Events, middle.Token);
        CancelScope sibling = CancelScope.Open(Events, outer.Token);
        middle.Cancel();
        Assert.False(Events.IsCancelled(outer.Token));
        Assert.True(Events.IsCancelled(middle.Token));
        Assert.True(Events.IsCancelled(inner.Token));
        Assert.False(Events.IsCancelled(sibling.Token));
        inner.Dispose();
        CancelScope late = CancelScope.Open(Events, middle.Token);
        Assert.True(Events.IsCancelled(late.Token));
        late.Dispose();
        middle.Dispose();
        outer.Cancel();
        Assert.True(Events.IsCancelled(sibling.Token));
        sibling.Dispose();
        outer.Dispose();
        Assert.Equal(0, Events.LiveSources);
    }

    [Fact]
    public void A_deadline_ends_a_wait_and_an_early_ring_disarms_it()
    {
        test.Add(async () =>
        {
            test.Say($"{await Events.Wait(ref test.Bell(0), ref test.Bell(0), default, 50)} at {test.World.Timers.NowTicks}");
            return default;
        });
        test.Add(async () =>
        {
            test.Say($"{await Events.Wait(ref test.Bell(1), ref test.Bell(1), default, 70)} at {test.World.Timers.NowTicks}");
            return default;
        });
        test.Add(async () =>
        {
            await Events.Wait(ref test.Bell(2), ref test.Bell(2), default, 20);
            Events.Ring(ref test.Bell(1));
            return default;
        });
        test.Run();
        Assert.Equal(["True at 20", "True at 50"], test.Happened);
        Assert.False(test.World.Timers.HasArmed);
        Assert.Equal(0, Events.LiveEvents);
    }

    [Fact]
    public void Waiting_for_a_cancel_and_for_a_time_end_as_they_say()
    {
        Handle<CancelSource> source = Events.CreateSource(CancelToken.None);
        var token = new CancelToken(source);
        test.Add(async () =>
        {
            test.Say($"cancel {await Events.WaitForCancel(token)}");
            return default;
        });
        test.Add(async () =>
        {
            test.Say($"time {await Events.WaitUntil(10, token)}");
            test.Say($"time {await Events.WaitUntil(99, token)}");
            return default;
        });
        test.Add(async () =>
        {
            await Events.Wait(ref test.Bell(2), ref test.Bell(2), default, 30);
            Events.CancelSource(source);
            return default;
        });
        test.Run();
        Assert.Equal(["time True", "cancel False", "time False"], test.Happened.OrderByDescending(line => line.EndsWith("True"))
            .ThenBy(line => line));
        Assert.False(test.World.Timers.HasArmed);
        Assert.Equal(30, test.World.Timers.NowTicks);
    }

    private async ModelTask<Unit> WaitFor(int bell, string name, CancelToken token = default)
    {
        test.Say($"{name} {await test.Ring(bell, token)}");
        return default;
    }
}
