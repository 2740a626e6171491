// The scheduler's default and its recording: no deviations without preemption, one per preemption, a preempted party goes to
// the back, time waits until nobody else can run, and the step bound ends what would not end.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Core.Tests.Scheduling;

public sealed class SchedulerTests
{
    [Fact]
    public void The_default_runs_the_party_woken_last_to_its_end()
    {
        using var tiny = new TinyWorld(3, 2);
        Assert.Equal("c1 c2 b1 b2 a1 a2", tiny.Run(NonPreemptive.Instance));
        Assert.Equal(0, tiny.Scheduler.Recorded.Count);
        Assert.Equal(tiny.TotalSteps, tiny.Scheduler.Steps);
    }

    [Fact]
    public void A_deviation_preempts_and_the_preempted_party_goes_to_the_back()
    {
        using var tiny = new TinyWorld(3, 2);
        Assert.Equal("c1 b1 b2 a1 a2 c2", tiny.Run(Deviating((3, 2, 2))));
        Assert.Equal([new Deviation(3, 2, 2)], tiny.Scheduler.Recorded.Deviations.ToArray());
        Assert.Equal("c1 a1 b1 b2 c2 a2", tiny.Run(Deviating((3, 1, 2), (1, 2, 2))));
        Assert.Equal(2, tiny.Scheduler.Recorded.Count);
    }

    [Fact]
    public void The_first_party_to_start_is_a_decision_of_the_time_party()
    {
        using var tiny = new TinyWorld(2, 1);
        Assert.Equal("a1 b1", tiny.Run(Deviating((0, 1, 1))));
        Assert.Equal("b1 a1", tiny.Run(NonPreemptive.Instance));
    }

    [Fact]
    public void Every_step_with_a_choice_is_one_decision()
    {
        using var tiny = new TinyWorld(2, 3);
        tiny.Run(NonPreemptive.Instance);
        Assert.Equal(8u, tiny.Scheduler.Steps);
        Assert.Equal(4u, tiny.Scheduler.Decisions);
    }

    [Fact]
    public void Time_runs_when_nobody_else_can_and_the_judge_is_asked_first()
    {
        using var test = new TestWorld();
        var judge = new CountingJudge(test);
        test.Add(async () =>
        {
            await test.Events.Wait(ref test.Bell(0), ref test.Bell(0), CancelToken.None, 10);
            test.Say("expired");
            return default;
        });
        test.Add(async () =>
        {
            await test.Point(0);
            test.Say("ran");
            return default;
        });
        test.World.Scheduler.Run(NonPreemptive.Instance, judge);
        Assert.Equal(["ran", "idle at 0", "expired", "idle at 10"], test.Happened);
    }

    [Fact]
    public void The_step_bound_ends_a_run_that_would_not_end()
    {
        using var test = new TestWorld(new WorldOptions { MaxSteps = 100 });
        test.Add(async () =>
        {
            while (true)
            {
                await test.Point(1);
            }
        });
        test.Run();
        Assert.True(test.World.Scheduler.IsOutOfSteps);
        Assert.Equal(100u, test.World.Scheduler.Steps);
        test.Rewind();
        Assert.False(test.World.Scheduler.IsOutOfSteps);
    }

    [Fact]
    public void A_panic_ends_the_run_before_the_next_step_and_the_first_one_counts()
    {
        using var test = new TestWorld();
        test.Add(async () =>
        {
            await test.Point(1);
            test.World.Panic(PanicCode.BadGuardFlag);
            test.World.Panic(PanicCode.QueueCorrupted);
            await test.Point(2);
            test.Say("too far");
            return default;
        });
        test.Run();
        Assert.Empty(test.Happened);
        Assert.Equal(PanicCode.BadGuardFlag, test.World.PanicCode);
        Assert.Equal(2u, test.World.PanicStep);
    }

    [Fact]
    public void The_trace_does_not_change_the_hash()
    {
        using var test = new TestWorld();
        test.Add(async () =>
        {
            await test.Point(1);
            test.World.Note(NoteKind.Replied, 1, 2);
            return default;
        });
        test.Run();
        ulong hash = test.World.Scheduler.TraceHash;
        test.Rewind();
        test.World.Trace.IsEnabled = true;
        test.Run();
        Assert.Equal(hash, test.World.Scheduler.TraceHash);
        Assert.Equal(3, test.World.Trace.Records.Count);
        Assert.Equal(NoteKind.Replied, test.World.Trace.Records[2].Note);
    }

    private static Replay Deviating(params (byte Party, byte Next, uint Point)[] deviations)
    {
        var schedule = new Schedule();
        foreach ((byte party, byte next, uint point) in deviations)
        {
            schedule.Add(new Deviation(party, next, point));
        }

        var replay = new Replay();
        replay.Load(schedule, isStrict: true);
        return replay;
    }

    private sealed class CountingJudge(TestWorld test) : IIdleJudge
    {
        public void JudgeIdle() => test.Say($"idle at {test.World.Timers.NowTicks}");
    }
}
