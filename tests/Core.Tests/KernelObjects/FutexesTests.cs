// Futexes: the three ways out of a wait are told apart, a changed word is a race, a wake has a count and takes sleepers in
// order, and nobody sleeps on after an interrupt or an end.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.KernelObjects;

public sealed class FutexesTests : IDisposable
{
    private const ulong Address = 0x1000;

    private readonly TestWorld test = new();
    private readonly Handle<Universe> space;
    private readonly Handle<KernelThread>[] threads = new Handle<KernelThread>[3];

    public FutexesTests()
    {
        space = test.World.Universes.Create();
        for (int i = 0; i < threads.Length; i++)
        {
            int party = test.Add(() => new ModelTask<Unit>(default(Unit)));
            threads[i] = test.World.Threads.Create(party, space, i);
            test.World.Threads.Resume(threads[i]);
        }
    }

    private Futexes Futexes => test.World.Futexes;

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_word_that_has_changed_is_a_race_and_not_a_success()
    {
        Assert.Equal(HelError.FutexRace, Futexes.Wait(threads[0], space, Address, 2, 1, Futexes.NoDeadline));
        Assert.Equal(HelError.IllegalArgs, Futexes.Wait(threads[0], space, Address, 1, 1, -2));
        Assert.Equal(KernelThreadState.Running, test.World.Threads[threads[0]].State);
        Assert.Equal(0, Futexes.SleeperCount);
    }

    [Fact]
    public void A_wake_takes_as_many_as_it_says_in_the_order_of_falling_asleep()
    {
        Sleep(2);
        Sleep(0);
        Sleep(1);
        Assert.Equal(0, Futexes.Wake(space, Address + 4, 1));
        Assert.Equal(0, Futexes.Wake(test.World.Universes.Create(), Address, 1));
        Assert.Equal(2, Futexes.Wake(space, Address, 2));
        AssertAwake(2, HelError.None);
        AssertAwake(0, HelError.None);
        Assert.Equal(KernelThreadState.Blocked, test.World.Threads[threads[1]].State);
        Assert.Equal(1, Futexes.Wake(space, Address, uint.MaxValue));
        Assert.Equal(0, Futexes.Wake(space, Address, 1));
    }

    [Fact]
    public void A_deadline_an_interrupt_and_a_wake_are_told_apart()
    {
        Sleep(0, deadlineTicks: 10);
        Sleep(1, deadlineTicks: 20);
        Sleep(2, deadlineTicks: 30);
        Assert.True(test.World.Timers.ExpireNext());
        AssertAwake(0, HelError.Timeout);
        test.World.Threads.Interrupt(threads[1]);
        AssertAwake(1, HelError.Cancelled);
        Assert.Equal(1, Futexes.Wake(space, Address, 5));
        AssertAwake(2, HelError.None);
        Assert.False(test.World.Timers.HasArmed);
        Assert.Equal(0, Futexes.SleeperCount);
    }

    [Fact]
    public void A_pending_interrupt_keeps_a_thread_from_sleeping()
    {
        test.World.Threads.Interrupt(threads[0]);
        Assert.Equal(HelError.Cancelled, Futexes.Wait(threads[0], space, Address, 1, 1, Futexes.NoDeadline));
        Assert.Equal(0, Futexes.SleeperCount);
    }

    [Fact]
    public void A_thread_that_ends_sleeps_no_more()
    {
        Sleep(0, deadlineTicks: 10);
        test.World.Threads.Kill(threads[0]);
        Assert.Equal(0, Futexes.SleeperCount);
        Assert.False(test.World.Timers.HasArmed);
        Assert.Equal(0, Futexes.Wake(space, Address, 1));
    }

    private void Sleep(int number, long deadlineTicks = Futexes.NoDeadline)
    {
        Assert.Equal(HelError.None, Futexes.Wait(threads[number], space, Address, 1, 1, deadlineTicks));
        Assert.Equal(KernelThreadState.Blocked, test.World.Threads[threads[number]].State);
    }

    private void AssertAwake(int number, HelError result)
    {
        Assert.Equal(KernelThreadState.Running, test.World.Threads[threads[number]].State);
        Assert.Equal(result, test.World.Threads[threads[number]].WakeResult);
    }
}
