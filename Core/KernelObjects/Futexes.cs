// Futexes (thor futex.hpp; hel.cpp, helFutexWait and helFutexWake): a thread sleeps on a word of its address space as long as the
// word has the value that the thread expects. Looking at the word and going to sleep are one step of the kernel. The three ways
// out are told apart (managarm fae979834, dd36b3b12, a1f6fb99e): woken, timed out, interrupted; and a word that has changed
// before is a race and not a success. A wake has a count (managarm 5ccf203f4) and takes sleepers first come, first served.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Time;

namespace Managarm.Perf.Core.KernelObjects;

/// <summary>Sleepers on words of user memory.</summary>
public sealed unsafe class Futexes
{
    /// <summary>No deadline.</summary>
    public const long NoDeadline = -1;

    private readonly World world;
    private readonly Slab<FutexWaiter> waiters;
    private readonly uint* lastOrder;

    internal Futexes(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        waiters = new Slab<FutexWaiter>(arena, options.ThreadCapacity, ObjectKind.FutexWaiter);
        lastOrder = arena.ReserveHot<uint>(1);
    }

    /// <summary>Number of threads that sleep.</summary>
    public int SleeperCount => waiters.LiveCount;

    /// <summary>Puts the running thread to sleep; the caller suspends right after, and the block's result tells what ended
    /// it: None for a wake, Timeout, or Cancelled for an interrupt.</summary>
    /// <param name="thread">The running thread.</param>
    /// <param name="space">Address space of the word: the universe of the process.</param>
    /// <param name="address">Address of the word.</param>
    /// <param name="value">What the word holds now.</param>
    /// <param name="expected">What the thread expects it to hold.</param>
    /// <param name="deadlineTicks">Absolute deadline, or <see cref="NoDeadline"/>.</param>
    /// <returns>None when the thread sleeps now; FutexRace when the word has changed; IllegalArgs for another negative
    /// deadline; Cancelled when an interrupt is pending.</returns>
    public HelError Wait(
        Handle<KernelThread> thread, Handle<Universe> space, ulong address, uint value, uint expected, long deadlineTicks)
    {
        if (deadlineTicks < NoDeadline)
        {
            return HelError.IllegalArgs;
        }

        if (value != expected)
        {
            return HelError.FutexRace;
        }

        if (world.Threads[thread].HasInterrupt)
        {
            return HelError.Cancelled;
        }

        Handle<FutexWaiter> waiter = waiters.Allocate();
        Verify.That(!waiter.IsNone, "more sleepers than threads");
        world.Writes(ObjectKind.FutexWaiter, waiter.Index);
        waiters[waiter] = new FutexWaiter
        {
            Space = space,
            Address = address,
            Thread = thread,
            Order = ++*lastOrder,
            Timer = deadlineTicks == NoDeadline ? default : world.Timers.ArmThread(thread, deadlineTicks),
        };
        world.Threads.Block(thread);
        return HelError.None;
    }

    /// <summary>Wakes sleepers on a word.</summary>
    /// <param name="space">Address space of the word.</param>
    /// <param name="address">Address of the word.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>How many were woken.</returns>
    public int Wake(Handle<Universe> space, ulong address, uint count)
    {
        int woken = 0;
        while (woken < count)
        {
            int oldest = OldestAt(space, address);
            if (oldest < 0)
            {
                break;
            }

            End(oldest, HelError.None);
            woken++;
        }

        return woken;
    }

    /// <summary>Kernel: the deadline of a sleeping thread has passed.</summary>
    /// <param name="thread">A thread that sleeps.</param>
    internal void Expire(Handle<KernelThread> thread) => End(Find(thread), HelError.Timeout);

    /// <summary>Kernel: a thread is interrupted or ends; if it sleeps on a word, it does so no more.</summary>
    /// <param name="thread">Any thread.</param>
    internal void Forget(Handle<KernelThread> thread)
    {
        int found = waiters.LiveCount == 0 ? -1 : Find(thread);
        if (found >= 0)
        {
            Remove(found);
        }
    }

    private void End(int index, HelError result)
    {
        Handle<KernelThread> thread = waiters.At(index).Thread;
        Remove(index);
        world.Threads.Unblock(thread, result);
    }

    private void Remove(int index)
    {
        world.Writes(ObjectKind.FutexWaiter, (uint)index);
        world.Timers.Disarm(waiters.At(index).Timer);
        waiters.Free(waiters.HandleAt(index));
    }

    private int Find(Handle<KernelThread> thread)
    {
        for (int index = 0; index < waiters.HighWater; index++)
        {
            if (waiters.IsLiveAt(index) && waiters.At(index).Thread == thread)
            {
                return index;
            }
        }

        return -1;
    }

    private int OldestAt(Handle<Universe> space, ulong address)
    {
        int oldest = -1;
        for (int index = 0; index < waiters.HighWater; index++)
        {
            ref FutexWaiter waiter = ref waiters.At(index);
            bool isThere = waiters.IsLiveAt(index) && waiter.Space == space && waiter.Address == address;
            if (isThere && (oldest < 0 || waiter.Order < waiters.At(oldest).Order))
            {
                oldest = index;
            }
        }

        return oldest;
    }
}

/// <summary>A thread that sleeps on a word.</summary>
public struct FutexWaiter
{
    /// <summary>Address space of the word.</summary>
    public Handle<Universe> Space;

    /// <summary>Address of the word.</summary>
    public ulong Address;

    /// <summary>The thread.</summary>
    public Handle<KernelThread> Thread;

    /// <summary>Its deadline, or none.</summary>
    public Handle<ArmedTimer> Timer;

    /// <summary>Order of falling asleep.</summary>
    public uint Order;
}
