// The five lemmas on which `ordered` rests (docs/protocols/ordered.md), each an invariant that is checked in every run of a
// protocol which claims them. The other judges look at what user code asks for and gets; these look inside the servers, so
// that a run in which a lemma breaks is a finding even where luck lets all calls end as they should. Nothing here changes
// anything.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Judges the lemmas: order, level, epoch, victim, ending.</summary>
public sealed unsafe class LemmaJudge
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly uint* lastRegistered;

    internal LemmaJudge(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        lastRegistered = world.Arena.ReserveCold<uint>(world.Options.ThreadCapacity);
    }

    /// <summary>A kernel thread begins.</summary>
    /// <param name="credentials">Index of the thread.</param>
    public void ThreadCreated(uint credentials) => lastRegistered[credentials] = 0;

    /// <summary>A server has entered a request into a registry; no id may come again under its credentials (victim).</summary>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="id">Cancellation id.</param>
    public void Registered(uint credentials, uint id)
    {
        Demand(id > lastRegistered[credentials], Invariant.Victim, credentials);
        lastRegistered[credentials] = Math.Max(id, lastRegistered[credentials]);
    }

    /// <summary>A cancel has found nothing, or an early one is dropped: then its request has been registered before, or was never
    /// sent, which only a killed thread's is not (order).</summary>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="id">Cancellation id.</param>
    public void NotFound(uint credentials, uint id) => Demand(
        id <= lastRegistered[credentials] || world.Threads.All.At((int)credentials).State == KernelThreadState.Dead,
        Invariant.Order, credentials);

    /// <summary>An early cancel is given to a request; it must name that one (victim).</summary>
    /// <param name="credentials">Caller of the request.</param>
    /// <param name="isMeant">Whether the cancel names its credentials and its id.</param>
    public void Matched(uint credentials, bool isMeant) => Demand(isMeant, Invariant.Victim, credentials);

    /// <summary>A request joins an epoch: one that is cancelled belongs to a guard with a parked signal, or to a thread that is
    /// to end (epoch).</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="token">Token of the epoch.</param>
    public void Joined(Handle<PosixThread> thread, CancelToken token)
    {
        ref PosixThread state = ref system.Posix.Processes.Threads[thread];
        bool isMeant = state.ParkedSignal != 0 || state.IsForcedToEnd || state.IsInTermination;
        Demand(world.Events.IsCancelled(token) == isMeant, Invariant.Epoch, state.Kernel.Index);
    }

    /// <summary>A signal was parked: what the thread is being served is told in the same step (epoch).</summary>
    /// <param name="thread">The thread.</param>
    public void Parked(Handle<PosixThread> thread)
    {
        if (system.Sides.Claims is { } claims)
        {
            bool isTold = claims.ServedRequestOf(thread) != ServedRequest.Untold;
            Demand(isTold, Invariant.Epoch, system.Posix.Processes.Threads[thread].Kernel.Index);
        }
    }

    /// <summary>A request lets go of an epoch that is gone (epoch).</summary>
    public void EpochLost() => system.Ledger.Violate(Invariant.Epoch, -1, -1);

    /// <summary>A server is about to end a thread inside its guard: a fatal signal must be due (ending).</summary>
    /// <param name="thread">The thread.</param>
    public void GraceOver(Handle<PosixThread> thread) => Demand(
        IsFatalDue(thread), Invariant.Ending, system.Posix.Processes.Threads[thread].Kernel.Index);

    /// <summary>A request ends as interrupted; one that began as cancelled has looked for data all the same (ending).</summary>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="hadData">Whether it began as cancelled with what it asks for there.</param>
    public void Interrupted(uint credentials, bool hadData) => Demand(!hadData, Invariant.Ending, credentials);

    /// <summary>Judges what must hold when nobody can run.</summary>
    public void JudgeIdle()
    {
        if (system.Sides.Claims is not { } claims)
        {
            return;
        }

        if (claims.HasUnsettledArrivals)
        {
            system.Ledger.Violate(Invariant.Order, -1, -1);
        }

        if (system.Registry.TryFindDeafened(out uint credentials))
        {
            Demand(false, Invariant.Ending, credentials);
        }

        int live = 0;
        Slab<PosixThread> threads = system.Posix.Processes.Threads;
        for (int index = 0; index < threads.HighWater; index++)
        {
            if (threads.IsLiveAt(index))
            {
                live++;
                JudgeThread(claims, threads.HandleAt(index));
            }
        }

        if (claims.EpochCount > live)
        {
            EpochLost();
        }
    }

    private void JudgeThread(ILemmaClaims claims, Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Threads[thread];
        ref KernelThread kernel = ref world.Threads[state.Kernel];
        bool isPastLevel = kernel.State == KernelThreadState.Blocked && kernel.WaitsForParking && kernel.GuardFlag == 2;
        Demand(!isPastLevel, Invariant.Level, state.Kernel.Index);
        ServedRequest served = claims.ServedRequestOf(thread);
        Demand(state.ParkedSignal == 0 || served != ServedRequest.Untold, Invariant.Epoch, state.Kernel.Index);
        Demand(served != ServedRequest.Told, Invariant.Ending, state.Kernel.Index);
        bool isInGuard = kernel.State != KernelThreadState.Dead && kernel.GuardFlag != 0;
        Demand(!isInGuard || state.Grace != 0 || !IsFatalDue(thread), Invariant.Ending, state.Kernel.Index);
    }

    private bool IsFatalDue(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Threads[thread];
        return (state.ParkedSignal != 0 && state.ParkedHandling.IsFatal) || system.Posix.Signals.FatalPending(thread) >= 0;
    }

    private void Demand(bool holds, Invariant lemma, uint credentials)
    {
        if (holds || !system.Ledger.IsEnabled || system.Sides.Claims is null)
        {
            return;
        }

        int strand = system.StrandOfThread(credentials);
        system.Ledger.Violate(lemma, strand, system.Ledger[strand].Call - 1);
    }
}
