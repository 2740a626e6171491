// Thread control: observations are level triggered and complete once, interrupts coalesce and wake a blocked thread, resume is
// valid only while stopped, and activations nest.

using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.Threads;

public sealed class KernelThreadsTests : IDisposable
{
    private readonly TestWorld test = new();
    private readonly Handle<KernelThread> thread;
    private readonly Handle<IpcQueue> observer;

    public KernelThreadsTests()
    {
        int party = test.Add(() => new ModelTask<Unit>(default(Unit)));
        int server = test.Add(() => new ModelTask<Unit>(default(Unit)));
        thread = Threads.Create(party, test.World.Universes.Create(), 0);
        observer = test.World.Queues.Create(server, default, 256, 4);
        Threads.Resume(thread);
    }

    private KernelThreads Threads => test.World.Threads;

    public void Dispose() => test.Dispose();

    [Fact]
    public void An_observation_completes_when_the_thread_stops_or_at_once_while_it_is_stopped()
    {
        Observe();
        Assert.False(TryTake(out _));
        Threads.Stop(thread, Observation.SuperCall);
        Assert.True(TryTake(out Observation seen));
        Assert.Equal(Observation.SuperCall, seen);
        Observe();
        Assert.True(TryTake(out seen));
        Assert.Equal(Observation.SuperCall, seen);
        Assert.Equal(HelError.None, Threads.Resume(thread));
        Observe();
        Assert.False(TryTake(out _));
    }

    [Fact]
    public void Several_observations_of_one_thread_all_complete_in_order()
    {
        for (int i = 0; i < 3; i++)
        {
            Observe();
        }

        Assert.False(TryTake(out _));
        Threads.Stop(thread, Observation.Interrupt);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(TryTake(out Observation seen));
            Assert.Equal(Observation.Interrupt, seen);
        }

        Threads.Resume(thread);
        Observe();
        Observe();
        Threads.Kill(thread);
        Assert.True(TryTake(out Observation first) && TryTake(out Observation second) && first == second);
        Assert.Equal(Observation.Terminated, first);
        Assert.Equal(0, test.World.Lanes.LiveOperations);
    }

    [Fact]
    public void Resume_is_valid_only_while_stopped()
    {
        Assert.Equal(HelError.IllegalState, Threads.Resume(thread));
        Threads.Stop(thread, Observation.Interrupt);
        Assert.Equal(HelError.None, Threads.Resume(thread));
        Threads.Block(thread);
        Assert.Equal(HelError.IllegalState, Threads.Resume(thread));
        Threads.Kill(thread);
        Assert.Equal(HelError.ThreadTerminated, Threads.Resume(thread));
        Assert.Equal(HelError.ThreadTerminated, Threads.Interrupt(thread));
    }

    [Fact]
    public void Interrupts_coalesce_and_wake_a_blocked_thread()
    {
        Threads.Block(thread);
        Threads.Interrupt(thread);
        Threads.Interrupt(thread);
        Assert.Equal(KernelThreadState.Running, Threads[thread].State);
        Assert.Equal(HelError.Cancelled, Threads[thread].WakeResult);
        Observe();
        Threads.TakeInterrupt(thread);
        Assert.True(TryTake(out Observation seen));
        Assert.Equal(Observation.Interrupt, seen);
        Assert.False(Threads[thread].HasInterrupt);
    }

    [Fact]
    public void The_end_of_a_thread_completes_its_observation()
    {
        Observe();
        Threads.Kill(thread);
        Threads.Kill(thread);
        Assert.True(TryTake(out Observation seen));
        Assert.Equal(Observation.Terminated, seen);
        Observe();
        Assert.True(TryTake(out seen));
        Assert.Equal(Observation.Terminated, seen);
    }

    [Fact]
    public void Activations_nest_and_the_stack_is_bounded()
    {
        Assert.True(Threads.TryPushActivation(thread, 1, 10, 0, 0));
        test.World.Scheduler[Threads[thread].Party].Continuation = 55;
        Assert.True(Threads.TryPushActivation(thread, 2, 20, 4, 0xff));
        Assert.Equal(2, Threads.TopActivation(thread).Strand);
        Assert.Equal(0, test.World.Scheduler[Threads[thread].Party].Continuation);
        Threads.PopActivation(thread);
        Assert.Equal(1, Threads.TopActivation(thread).Strand);
        Assert.Equal(55, test.World.Scheduler[Threads[thread].Party].Continuation);
        int pushed = 1;
        while (Threads.TryPushActivation(thread, 3, 0, 0, 0))
        {
            pushed++;
        }

        Assert.Equal(test.World.Options.MaxActivationDepth, pushed);
        Threads.Kill(thread);
        Assert.Equal(0, Threads[thread].ActivationDepth);
    }

    [Fact]
    public void Frames_of_one_thread_take_no_room_from_another()
    {
        var all = new List<Handle<KernelThread>> { thread };
        while (all.Count < test.World.Options.LiveThreadCapacity)
        {
            all.Add(Threads.Create(Threads[thread].Party, Threads[thread].Universe, all.Count));
        }

        foreach (Handle<KernelThread> one in all)
        {
            for (int depth = 0; depth < test.World.Options.MaxActivationDepth; depth++)
            {
                Assert.True(Threads.TryPushActivation(one, 1, 0, 0, 0));
            }

            Assert.False(Threads.TryPushActivation(one, 1, 0, 0, 0));
        }
    }

    private void Observe()
    {
        Handle<Operation> operation = test.World.Lanes.Prepare(OperationKind.Observe, observer, 0);
        test.World.Lanes.Operations[operation].Thread = thread;
        test.World.Queues.PushOrDrive(observer, operation);
        test.World.Queues.BeginDrive(observer);
        test.World.Queues.ProcessSubmission(observer);
    }

    private bool TryTake(out Observation seen)
    {
        seen = Observation.None;
        if (!test.World.Queues.TryPop(observer, out Handle<Operation> operation))
        {
            return false;
        }

        seen = test.World.Lanes.Operations[operation].Observation;
        test.World.Lanes.Free(operation);
        return true;
    }
}
