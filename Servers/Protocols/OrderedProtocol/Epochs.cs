// Guard epochs: for each thread the POSIX server has one object that stands for the thread's guard, or its next one, and that is
// cancelled when a signal is parked or the thread is to end. Requests of the thread that the server itself serves wait on it, so
// that nobody has to send a cancel. It is replaced, never reset, when the parked signal is raised; a request that still refers to
// the former one keeps that alive by its reference (a shared_ptr there).

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols.OrderedProtocol;

/// <summary>Guard epochs of all threads.</summary>
internal sealed class Epochs
{
    /// <summary>Tells epoch numbers from cancellation ids.</summary>
    private const uint NumberBit = 0x8000_0000;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly Slab<GuardEpoch> epochs;
    private readonly ThreadTable<GuardedThread> threads;

    internal Epochs(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        epochs = new Slab<GuardEpoch>(world.Arena, RunLimits.Epochs, ObjectKind.Epoch);
        threads = ThreadTable<GuardedThread>.OfPosixThreads(system);
    }

    /// <summary>Number of epochs alive.</summary>
    public int LiveCount => epochs.LiveCount;

    /// <summary>Gives a thread a fresh epoch, in place of the one that it has, if any. That of a thread which is to end is
    /// cancelled from the beginning.</summary>
    /// <param name="thread">The thread.</param>
    public void Renew(Handle<PosixThread> thread)
    {
        Replace(thread);
        if (system.Posix.Processes.Thread(thread).IsForcedToEnd && !world.Has(Defect.DyingEpochRenewed))
        {
            Cancel(thread);
        }
    }

    /// <summary>Cancels a thread's epoch: every request under it is to end.</summary>
    /// <param name="thread">The thread.</param>
    public void Cancel(Handle<PosixThread> thread)
    {
        ref PosixThread state = ref system.Posix.Processes.Thread(thread);
        Handle<GuardEpoch> epoch = Guarded(thread).Epoch;
        world.Writes(ObjectKind.Epoch, epoch.Index);
        world.Note(NoteKind.EpochCancelled, state.Strand, 0);
        system.Ledger.Requests.EpochCancelled(state.Kernel.Index, epochs[epoch].Number);
        world.Events.CancelSource(epochs[epoch].Source);
        if (world.Has(Defect.EpochFreedWhileHeld))
        {
            epochs[epoch].References = 1;
            Replace(thread);
        }
    }

    /// <summary>What has become of the request that a thread is being served; for observers.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Told once its epoch is cancelled; an epoch that is gone counts as cancelled.</returns>
    public ServedRequest ServedRequestOf(Handle<PosixThread> thread)
    {
        Handle<GuardEpoch> epoch = threads.At(thread.Index).ServedUnder;
        if (epoch.IsNone)
        {
            return ServedRequest.None;
        }

        bool isTold = !epochs.IsLive(epoch) || world.Events.IsCancelled(new CancelToken(epochs[epoch].Source));
        return isTold ? ServedRequest.Told : ServedRequest.Untold;
    }

    /// <summary>Refers a request to the epoch that its thread has now.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="admission">The request.</param>
    /// <returns>The request, which ends with that epoch.</returns>
    public Admission Join(Handle<PosixThread> thread, Admission admission)
    {
        if (world.Has(Defect.EpochTakenLate))
        {
            Replace(thread);
        }

        Handle<GuardEpoch> epoch = Guarded(thread).Epoch;
        world.Writes(ObjectKind.Epoch, epoch.Index);
        Verify.That(Guarded(thread).ServedUnder.IsNone, "a thread is served twice at a time");
        epochs[epoch].References++;
        Guarded(thread).ServedUnder = epoch;
        system.Lemmas.Joined(thread, new CancelToken(epochs[epoch].Source));
        admission.Held = epoch;
        admission.Thread = thread;
        admission.CancellationId = epochs[epoch].Number;
        admission.Token = new CancelToken(epochs[epoch].Source);
        return admission;
    }

    /// <summary>Token of a thread's present epoch.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>The token; it holds no reference.</returns>
    public CancelToken TokenOf(Handle<PosixThread> thread)
    {
        Handle<GuardEpoch> epoch = Guarded(thread).Epoch;
        world.Reads(ObjectKind.Epoch, epoch.Index);
        return new CancelToken(epochs[epoch].Source);
    }

    /// <summary>A request has ended and lets go of its epoch.</summary>
    /// <param name="admission">The request; it may have none.</param>
    public void Leave(in Admission admission)
    {
        if (!admission.Held.IsNone)
        {
            Guarded(admission.Thread).ServedUnder = default;
            Release(admission.Held);
        }
    }

    /// <summary>A thread has ended and lets go of its epoch.</summary>
    /// <param name="thread">The thread.</param>
    public void Retire(Handle<PosixThread> thread)
    {
        Verify.That(Guarded(thread).ServedUnder.IsNone, "a thread has ended that is still served");
        Release(Guarded(thread).Epoch);
        Guarded(thread) = default;
    }

    /// <summary>Drops a reference; the last one frees the epoch.</summary>
    /// <param name="epoch">An epoch, or none.</param>
    private void Release(Handle<GuardEpoch> epoch)
    {
        if (epoch.IsNone)
        {
            return;
        }

        if (!epochs.IsLive(epoch))
        {
            system.Lemmas.EpochLost();
            return;
        }

        world.Writes(ObjectKind.Epoch, epoch.Index);
        Verify.That(epochs[epoch].References > 0, "an epoch lives on that nobody refers to");
        if (--epochs[epoch].References == 0)
        {
            world.Events.FreeSource(epochs[epoch].Source);
            epochs.Free(epoch);
        }
    }

    /// <summary>A live thread's own; touching it is touching the thread.</summary>
    private ref GuardedThread Guarded(Handle<PosixThread> thread)
    {
        _ = system.Posix.Processes.Thread(thread).Strand;
        return ref threads.At(thread.Index);
    }

    private void Replace(Handle<PosixThread> thread)
    {
        Handle<GuardEpoch> former = Guarded(thread).Epoch;
        Handle<GuardEpoch> created = epochs.Allocate();
        Verify.That(!created.IsNone, "out of epochs");
        world.Writes(ObjectKind.Epoch, created.Index);
        epochs[created] = new GuardEpoch
        {
            Source = world.Events.CreateSource(system.Posix.Processes.Thread(thread).Kernel.Index),
            References = 1,
            Number = NumberBit | (created.Generation << 8) | created.Index,
        };
        Guarded(thread).Epoch = created;
        Release(former);
    }
}

/// <summary>What a thread has to do with epochs.</summary>
internal struct GuardedThread
{
    /// <summary>Epoch of its guard, or of its next one.</summary>
    public Handle<GuardEpoch> Epoch;

    /// <summary>Epoch of the request that it is being served, or none.</summary>
    public Handle<GuardEpoch> ServedUnder;
}

/// <summary>What the requests of one guard have in common.</summary>
internal struct GuardEpoch
{
    /// <summary>Cancelled when a signal is parked or the thread is to end.</summary>
    public Handle<CancelSource> Source;

    /// <summary>The thread and the requests that refer to it.</summary>
    public int References;

    /// <summary>Names the epoch to the ledger.</summary>
    public uint Number;
}
