// The timer engine against a list: whatever is armed and cancelled when, every wait completes exactly once, as cancelled only
// if it was cancelled before it elapsed, never before its deadline, and in the order of deadlines. With every device for
// deadlines.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Hardware.Tests.Thor;

public sealed class TimerEngineTests
{
    [Theory]
    [InlineData(AlarmKind.TscDeadline, 1)]
    [InlineData(AlarmKind.OneShot, 1)]
    [InlineData(AlarmKind.Hpet, 1)]
    [InlineData(AlarmKind.TscDeadline, 4)]
    [InlineData(AlarmKind.OneShot, 2)]
    public void Every_wait_completes_exactly_once(AlarmKind alarm, int processors)
    {
        using var test = new KernelWorld(processors, alarm);
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), script =>
        {
            test.Reset(default);
            return CompletesOnce(test, processors, script);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithStartSize(1).WithEndSize(120).WithReplay(1, 3));
    }

    [Theory]
    [InlineData(AlarmKind.TscDeadline)]
    [InlineData(AlarmKind.OneShot)]
    [InlineData(AlarmKind.Hpet)]
    public void Deadlines_are_monotone_and_never_early(AlarmKind alarm)
    {
        using var test = new KernelWorld(1, alarm);
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), deadlines =>
        {
            test.Reset(default);
            var expected = new Dictionary<Handle<Operation>, long>();
            foreach (byte deadline in deadlines.Take(40))
            {
                expected[test.Submit(deadline)] = deadline;
            }

            long last = -1;
            while (expected.Count > 0)
            {
                test.Settle();
                while (test.TryTake(out Handle<Operation> done, out _))
                {
                    long deadline = expected[done];
                    expected.Remove(done);
                    if (deadline < last || test.Timers.NowTicks < deadline)
                    {
                        return false;
                    }

                    last = deadline;
                }

                if (expected.Count > 0 && !test.Pass())
                {
                    return false;
                }
            }

            return !test.Timers.HasArmed;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithStartSize(1).WithEndSize(80).WithReplay(1, 3));
    }

    [Fact]
    public void Time_has_nothing_to_do_without_a_deadline()
    {
        using var test = new KernelWorld();
        Assert.False(test.Timers.CanPass);
        Assert.False(test.Pass());
        Assert.Equal(0u, test.World.Scheduler.EnabledMask);
    }

    [Fact]
    public void A_deadline_in_the_past_elapses_at_once_without_an_interrupt()
    {
        using var test = new KernelWorld();
        test.Timers.Advance(10);
        test.Submit(5);
        Assert.False(test.Timers.CanPass);
        test.Settle();
        Assert.True(test.TryTake(out _, out HelError error));
        Assert.Equal(HelError.None, error);
    }

    [Fact]
    public void Several_deadlines_that_have_passed_are_one_interrupt()
    {
        using var test = new KernelWorld();
        for (int deadline = 1; deadline <= 5; deadline++)
        {
            test.Submit(deadline);
        }

        test.Timers.Advance(20);
        uint before = test.World.Scheduler.Steps;
        test.Settle();
        Assert.Equal(before + 1 + 5, test.World.Scheduler.Steps);
    }

    [Theory]
    [InlineData(Defect.DeadlineNotRechecked, true)]
    [InlineData(Defect.Count, false)]
    public void A_deadline_that_passes_while_it_is_written_does_not_wait_until_the_counter_comes_round(Defect defect, bool isLate)
    {
        DefectSet defects = defect == Defect.Count ? default : default(DefectSet).With(defect);
        using var test = new KernelWorld(1, AlarmKind.Hpet, defects);
        test.Always(test.Hardware.DelayChoice);
        test.Submit(7);
        while (test.Pass())
        {
            test.Settle();
        }

        test.Settle();
        Assert.True(test.TryTake(out _, out _));
        Assert.Equal(isLate, test.Timers.NowTicks > 1000);
    }

    [Theory]
    [InlineData(Defect.TimerOfOtherProcessor, true)]
    [InlineData(Defect.Count, false)]
    public void A_cancel_from_another_processor_leaves_its_own_deadline_alone(Defect defect, bool isLost)
    {
        DefectSet defects = defect == Defect.Count ? default : default(DefectSet).With(defect);
        using var test = new KernelWorld(2, AlarmKind.TscDeadline, defects);
        test.ActOn(1);
        Handle<Operation> far = test.Submit(9);
        test.ActOn(0);
        Handle<Operation> own = test.Submit(5);
        test.Timers.Cancel(far);
        bool isDone = false;
        while (test.Pass())
        {
            test.Settle();
            while (test.TryTake(out Handle<Operation> done, out _))
            {
                isDone |= done == own;
            }
        }

        Assert.Equal(!isLost, isDone);
    }

    private static bool CompletesOnce(KernelWorld test, int processors, byte[] script)
    {
        var open = new List<Handle<Operation>>();
        var cancelled = new HashSet<Handle<Operation>>();
        var completed = new HashSet<Handle<Operation>>();
        foreach (byte step in script)
        {
            test.ActOn(step % processors);
            switch (step >> 6)
            {
                case 0 when open.Count < 30:
                    open.Add(test.Submit(test.Timers.NowTicks + (step & 15)));
                    break;
                case 1 when open.Count > 0:
                    Handle<Operation> victim = open[step % open.Count];
                    cancelled.Add(victim);
                    test.Timers.Cancel(victim);
                    break;
                case 2:
                    test.Pass();
                    break;
                default:
                    test.Settle();
                    break;
            }

            if (!Collect(test, open, cancelled, completed))
            {
                return false;
            }
        }

        do
        {
            test.Settle();
        }
        while (test.Pass());
        return Collect(test, open, cancelled, completed) && open.Count == 0 && !test.Timers.HasArmed;
    }

    private static bool Collect(
        KernelWorld test,
        List<Handle<Operation>> open,
        HashSet<Handle<Operation>> cancelled,
        HashSet<Handle<Operation>> completed)
    {
        while (test.TryTake(out Handle<Operation> done, out HelError error))
        {
            bool isExpected = open.Remove(done) && completed.Add(done);
            if (!isExpected || (error == HelError.Cancelled && !cancelled.Contains(done)))
            {
                return false;
            }
        }

        return true;
    }
}
