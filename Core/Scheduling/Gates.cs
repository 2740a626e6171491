// Gates are the `when X blocked` clauses of scenarios: a party that waits at a gate is enabled only while the watched thread
// is blocked in the kernel, stopped inside a server, or has ended. Gates depend on the state of the moment: they close again
// if the watched thread runs.

using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core;

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

    /// <summary>Whether a watched thread counts as blocked.</summary>
    /// <param name="strand">Strand of the thread; one that does not run yet does not count.</param>
    /// <returns>True while a gate on it is open.</returns>
    public bool IsOpen(int strand)
    {
        Handle<KernelThread> thread = world.Threads.OfStrand(strand);
        if (!world.Threads.All.IsLive(thread))
        {
            return false;
        }

        ref KernelThread watched = ref world.Threads[thread];
        bool isWaiting = watched.State == ThreadState.Blocked || watched.IsWaitingInCall;
        return (watched.State == ThreadState.Dead && !watched.IsReplaced) || (isWaiting && watched.IsInBlockingCall);
    }

    /// <summary>Whether a party may go through a gate now; it reads which thread runs the strand, and that thread's
    /// state.</summary>
    /// <param name="strand">Strand of the watched thread.</param>
    /// <returns>True when the gate is open.</returns>
    public bool MayPass(int strand)
    {
        world.Reads(ObjectKind.Strand, (uint)strand);
        Handle<KernelThread> watched = world.Threads.OfStrand(strand);
        if (!watched.IsNone)
        {
            world.Reads(ObjectKind.Thread, watched.Index);
        }

        return IsOpen(strand);
    }

    /// <summary>Lets a party wait; it must be disabled and is enabled while the gate is open.</summary>
    /// <param name="party">The party.</param>
    /// <param name="strand">Strand of the watched thread.</param>
    public void Wait(int party, int strand)
    {
        state->WaitingMask |= 1u << party;
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
            if (IsOpen(state->Watched[party]) || world.Scheduler[party].HasAttention)
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
public readonly struct GateAwaiter(World world, int strand) : ICriticalNotifyCompletion, IKernelAwaiter
{
    /// <summary>Whether the gate is open now.</summary>
    public bool IsCompleted => world.Gates.MayPass(strand);

    /// <summary>Supports await.</summary>
    /// <returns>This.</returns>
    public GateAwaiter GetAwaiter() => this;

    /// <summary>Goes on.</summary>
    public void GetResult() => world.Gates.Pass(world.Scheduler.Current);

    /// <inheritdoc/>
    public void OnSuspend(KernelBox box)
    {
        int party = world.Scheduler.Current;
        world.Scheduler[party].Continuation = world.Tasks.Adopt(box);
        world.Scheduler.Disable(party);
        world.Gates.Wait(party, strand);
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
    public fixed int Watched[Scheduler.MaxParties];
}
