// Gates are the `when X blocked` and `when X settled` clauses of scenarios: a party that waits at a gate is enabled only while
// the watched thread is blocked in the kernel, stopped inside a server, or has ended. A settled gate asks for more: that whoever
// serves the thread's call has begun to wait for what it asks for, or that its end is visible to others. Gates depend on the
// state of the moment: they close again if the watched thread runs.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Parties that wait for another thread to block.</summary>
public sealed unsafe class Gates
{
    private readonly World world;
    private readonly GateState* state;

    internal Gates(World world, Arena arena)
    {
        this.world = world;
        state = arena.ReserveHot<GateState>(1);
    }

    /// <summary>Whether some line of the scenario has a settled gate; without one nobody notes what is settled.</summary>
    public bool WatchesSettled
    {
        get => state->WatchesSettled;
        set => state->WatchesSettled = value;
    }

    /// <summary>Says that whoever serves a thread's call waits for what it asks for, or that the thread's end is
    /// visible.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="isSettled">Whether it is so; false when the call goes on.</param>
    public void SetSettled(int strand, bool isSettled)
    {
        uint bit = 1u << strand;
        if (!state->WatchesSettled || ((state->Settled & bit) != 0) == isSettled)
        {
            return;
        }

        Handle<KernelThread> thread = world.Threads.OfStrand(strand);
        if (!thread.IsNone)
        {
            world.Writes(ObjectKind.Thread, thread.Index);
        }

        state->Settled = isSettled ? state->Settled | bit : state->Settled & ~bit;
        Update();
    }

    /// <summary>Whether a strand's call or end is settled.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>What was said last.</returns>
    public bool IsSettled(int strand) => (state->Settled >> strand & 1) != 0;

    /// <summary>Whether a watched thread counts as blocked.</summary>
    /// <param name="strand">Strand of the thread; one that does not run yet does not count.</param>
    /// <param name="settled">Whether it must be settled, too.</param>
    /// <returns>True while a gate on it is open.</returns>
    public bool IsOpen(int strand, bool settled)
    {
        if (settled && !IsSettled(strand))
        {
            return false;
        }

        Handle<KernelThread> thread = world.Threads.OfStrand(strand);
        if (!world.Threads.All.IsLive(thread))
        {
            return false;
        }

        ref KernelThread watched = ref world.Threads[thread];
        bool isWaiting = watched.State == KernelThreadState.Blocked || watched.IsWaitingInCall;
        return (watched.State == KernelThreadState.Dead && !watched.IsReplaced) || (isWaiting && watched.IsInBlockingCall);
    }

    /// <summary>Whether a party may go through a gate now; it reads which thread runs the strand, and that thread's
    /// state.</summary>
    /// <param name="strand">Strand of the watched thread.</param>
    /// <param name="settled">Whether it must be settled, too.</param>
    /// <returns>True when the gate is open.</returns>
    public bool MayPass(int strand, bool settled)
    {
        world.Reads(ObjectKind.Strand, (uint)strand);
        Handle<KernelThread> watched = world.Threads.OfStrand(strand);
        if (!watched.IsNone)
        {
            world.Reads(ObjectKind.Thread, watched.Index);
        }

        return IsOpen(strand, settled);
    }

    /// <summary>Lets a party wait; it must be disabled and is enabled while the gate is open.</summary>
    /// <param name="party">The party.</param>
    /// <param name="strand">Strand of the watched thread.</param>
    /// <param name="settled">Whether it must be settled, too.</param>
    public void Wait(int party, int strand, bool settled)
    {
        state->WaitingMask |= 1u << party;
        state->SettledMask = settled ? state->SettledMask | 1u << party : state->SettledMask & ~(1u << party);
        state->Watched[party] = strand;
        Update();
    }

    /// <summary>Ends the wait of a party that goes through.</summary>
    /// <param name="party">The party.</param>
    public void Pass(int party) => state->WaitingMask &= ~(1u << party);

    /// <summary>Whether a party waits at a gate.</summary>
    /// <param name="party">The party.</param>
    /// <returns>True until it passes.</returns>
    public bool IsWaiting(int party) => (state->WaitingMask >> party & 1) != 0;

    /// <summary>Opens and closes gates after a thread has changed its state.</summary>
    public void Update()
    {
        for (uint rest = state->WaitingMask; rest != 0; rest &= rest - 1)
        {
            int party = System.Numerics.BitOperations.TrailingZeroCount(rest);
            if (IsOpen(state->Watched[party], (state->SettledMask >> party & 1) != 0) || world.Scheduler[party].HasAttention)
            {
                world.Scheduler.Enable(party);
            }
            else
            {
                world.Scheduler.Disable(party);
            }
        }
    }
}

/// <summary>Awaits that a gate opens; the caller looks again, since it may have closed.</summary>
/// <param name="world">The world.</param>
/// <param name="strand">Strand of the watched thread.</param>
/// <param name="settled">Whether it must be settled, too.</param>
public readonly struct GateAwaiter(World world, int strand, bool settled) : ICriticalNotifyCompletion, IModelAwaiter
{
    /// <summary>Whether the gate is open now.</summary>
    public bool IsCompleted => world.Gates.MayPass(strand, settled);

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public GateAwaiter GetAwaiter() => this;

    /// <summary>Goes on.</summary>
    public void GetResult() => world.Gates.Pass(world.Scheduler.Current);

    /// <inheritdoc/>
    public void OnSuspend(TaskBox box)
    {
        int party = world.Scheduler.Current;
        world.Scheduler[party].Continuation = world.Tasks.Adopt(box);
        world.Scheduler.Disable(party);
        world.Gates.Wait(party, strand, settled);
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => Verify.Fail("gates have no delegate continuations");

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("gates have no delegate continuations");
}

/// <summary>Waiting parties and whom they watch.</summary>
internal unsafe struct GateState
{
    public uint WaitingMask;

    /// <summary>Those that wait at a settled gate.</summary>
    public uint SettledMask;

    /// <summary>Strands whose call or end is settled.</summary>
    public uint Settled;

    /// <summary>Whether anybody asks.</summary>
    public bool WatchesSettled;

    public fixed int Watched[Scheduler.MaxParties];
}
