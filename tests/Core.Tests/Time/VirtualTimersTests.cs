// Virtual time: deadlines expire in order, ties in the order of arming, the clock never goes back, and a clock wait completes
// exactly once whether it expires or is cancelled.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Time;

namespace Managarm.Perf.Core.Tests.Time;

public sealed class VirtualTimersTests : IDisposable
{
    private readonly TestWorld test = new();
    private readonly Handle<IpcQueue> queue;
    private readonly Dictionary<Handle<Operation>, ulong> tags = [];

    public VirtualTimersTests()
    {
        int party = test.Add(() => new ModelTask<Unit>(default(Unit)));
        queue = test.World.Queues.Create(party, default, 64, 2);
    }

    private ITimerSource Timers => test.World.Timers;

    public void Dispose() => test.Dispose();

    [Fact]
    public void Deadlines_expire_in_order_and_ties_in_the_order_of_arming() => Checked.ForAll<byte[]>(200, deadlines =>
    {
        deadlines = [.. deadlines.Take(60)];
        test.Rewind();
        Handle<OneshotEvent>[] events = [.. deadlines.Select(_ => test.Events.Create())];
        for (int i = 0; i < events.Length; i++)
        {
            Timers.ArmEvent(events[i], deadlines[i] % 8);
        }

        foreach (int next in Enumerable.Range(0, deadlines.Length).OrderBy(i => deadlines[i] % 8))
        {
            if (Timers.NextDeadlineTicks() != deadlines[next] % 8 || !Timers.ExpireNext()
                || test.Events.Raise(events[next]) != OneshotResult.AlreadySettled)
            {
                return false;
            }
        }

        return !Timers.HasArmed && Timers.NextDeadlineTicks() == -1 && !Timers.ExpireNext();
    });

    [Fact]
    public void The_clock_advances_to_deadlines_and_never_goes_back()
    {
        Timers.Advance(100);
        Timers.ArmEvent(test.Events.Create(), 40);
        Timers.ArmEvent(test.Events.Create(), 140);
        Assert.True(Timers.ExpireNext());
        Assert.Equal(100, Timers.NowTicks);
        Assert.True(Timers.ExpireNext());
        Assert.Equal(140, Timers.NowTicks);
    }

    [Fact]
    public void A_disarmed_timer_does_not_expire_and_its_handle_is_stale()
    {
        Handle<ArmedTimer> timer = Timers.ArmEvent(test.Events.Create(), 10);
        Timers.Disarm(timer);
        Timers.Disarm(timer);
        Timers.Disarm(default);
        Assert.False(Timers.ExpireNext());
    }

    [Theory]
    [InlineData(true, HelError.Cancelled)]
    [InlineData(false, HelError.None)]
    public void A_clock_wait_completes_once_by_expiry_or_by_cancel(bool cancelsFirst, HelError expected)
    {
        Handle<Operation> wait = Submit(deadlineTicks: 10);
        if (cancelsFirst)
        {
            Cancel(wait);
        }

        Timers.ExpireNext();
        if (!cancelsFirst)
        {
            Cancel(wait);
        }

        Cancel(wait);
        Timers.ExpireNext();
        Assert.True(test.World.Queues.TryPop(queue, out Handle<Operation> completed));
        Assert.Equal(wait, completed);
        Assert.Equal(expected, test.World.Lanes.Operations[completed].Error);
        Assert.False(test.World.Queues.TryPop(queue, out _));
        test.World.Lanes.Free(completed);
        Assert.Equal(0, test.World.Lanes.LiveOperations);
    }

    [Fact]
    public void A_stale_cancel_does_not_hit_the_next_wait_in_the_same_slot()
    {
        Handle<Operation> first = Submit(deadlineTicks: 10);
        Timers.ExpireNext();
        Handle<Operation> second = Submit(deadlineTicks: 20);
        Cancel(first);
        Assert.True(Timers.HasArmed);
        Timers.ExpireNext();
        test.World.Queues.TryPop(queue, out _);
        Assert.True(test.World.Queues.TryPop(queue, out Handle<Operation> completed));
        Assert.Equal(second, completed);
        Assert.Equal(HelError.None, test.World.Lanes.Operations[second].Error);
    }

    [Fact]
    public void The_defect_posts_an_expired_timer_twice()
    {
        test.Reset(default(DefectSet).With(Defect.TimerPostsTwice));
        Handle<IpcQueue> own = test.World.Queues.Create(0, default, 64, 2);
        Handle<Operation> wait = test.World.Lanes.Prepare(OperationKind.AwaitClock, own, 0);
        test.World.Queues.PushOrDrive(own, wait);
        test.World.Queues.BeginDrive(own);
        test.World.Queues.ProcessSubmission(own);
        Timers.ExpireNext();
        Assert.True(test.World.Queues.TryPop(own, out Handle<Operation> first));
        Assert.True(test.World.Queues.TryPop(own, out Handle<Operation> second));
        Assert.Equal(first, second);
    }

    [Fact]
    public void Expirations_are_bounded()
    {
        uint bound = test.World.Options.MaxExpirations;
        for (uint i = 0; i < bound; i++)
        {
            Timers.ArmEvent(test.Events.Create(), i);
            Assert.True(Timers.ExpireNext());
        }

        Timers.ArmEvent(test.Events.Create(), 0);
        Assert.False(Timers.ExpireNext());
    }

    private Handle<Operation> Submit(long deadlineTicks)
    {
        Handle<Operation> operation = test.World.Lanes.Prepare(OperationKind.AwaitClock, queue, 0);
        test.World.Lanes.Operations[operation].DeadlineTicks = deadlineTicks;
        test.World.Lanes.Operations[operation].Tag = test.World.Queues.NextTag(queue);
        tags[operation] = test.World.Lanes.Operations[operation].Tag;
        test.World.Queues.PushOrDrive(queue, operation);
        Drive();
        return operation;
    }

    private void Cancel(Handle<Operation> operation)
    {
        test.World.Queues.PushCancel(queue, tags[operation]);
        Drive();
    }

    private void Drive()
    {
        test.World.Queues.BeginDrive(queue);
        while (test.World.Queues.ProcessSubmission(queue))
        {
        }
    }
}
