// Sends cancels in a thread's name: the POSIX server as the one who cancels a request that went to another server. The message is
// the one that a thread would send, with the thread's credentials, but it comes from another queue, so nothing but luck orders
// it after the request of a living thread, and a lane error ends the server: the results were checked by assertions (process.cpp,
// cancelEvent). The cancel for a killed thread (`ordered`) is behind its request, since that thread can submit nothing any more;
// there an error means that the request is gone, too.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>The POSIX server's cancel messages.</summary>
public sealed class CancelSender
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly Dispatcher dispatcher;

    internal CancelSender(ModelSystem system, Dispatcher dispatcher)
    {
        this.system = system;
        this.dispatcher = dispatcher;
        world = system.World;
    }

    /// <summary>Sends a cancel on a lane of which the server has a descriptor.</summary>
    /// <param name="thread">The thread whose request is to be cancelled.</param>
    /// <param name="lane">Descriptor in the server's universe.</param>
    /// <param name="cancellationId">Id of the request.</param>
    /// <returns>Nothing.</returns>
    public ModelTask<Unit> Send(Handle<PosixThread> thread, uint lane, uint cancellationId)
    {
        uint credentials = system.Posix.Processes.Thread(thread).Kernel.Index;
        return Send(
            world.Lanes.PrepareExchange(dispatcher.Queue, dispatcher.Universe, lane, credentials), credentials, cancellationId);
    }

    /// <summary>Sends a cancel on the lane of a file that the thread's process has open; the file stays open meanwhile.</summary>
    /// <param name="thread">The thread whose request is to be cancelled.</param>
    /// <param name="file">File number.</param>
    /// <param name="cancellationId">Id of the request.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> SendToFile(Handle<PosixThread> thread, int file, uint cancellationId)
    {
        Handle<Process> process = system.Posix.Processes.Thread(thread).Process;
        await world.ReadPoint(PointKind.FileLookup, ObjectKind.Process, process.Index);
        Handle<OpenFile> open = system.Posix.Processes[process].Files[file];
        // Window G3a-closed: Corpus/windows/read-number-closed.scn
        if (open.IsNone && !system.Repaired(Repairs.RelayChecksFile))
        {
            world.Panic(PanicCode.UncheckedServerError);
            return default;
        }

        bool isInFlight = NamedLane(thread, out Handle<Lane> named);
        Handle<Lane> lane = open.IsNone ? named : system.Files.Files[open].ClientLane;
        // Window G3a-reuse: Corpus/windows/read-number-reused.scn
        if (isInFlight && lane != named && system.Repaired(Repairs.RelayByLane))
        {
            lane = named;
        }

        if (lane.IsNone)
        {
            return default;
        }

        uint credentials = system.Posix.Processes.Thread(thread).Kernel.Index;
        world.Lanes.Retain(lane);
        await Send(
            world.Lanes.PrepareExchange(dispatcher.Queue, dispatcher.Universe, lane, credentials), credentials, cancellationId);
        world.Lanes.Release(lane);
        return default;
    }

    /// <summary>The lane of a thread's request, which a repaired superCancel names beside the file number. Where it is not
    /// repaired this is a look of an observer.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="lane">The lane; none when it is closed.</param>
    /// <returns>Whether there is such a request.</returns>
    private bool NamedLane(Handle<PosixThread> thread, out Handle<Lane> lane)
    {
        Handle<KernelThread> kernel = system.Posix.Processes.Threads[thread].Kernel;
        bool isRelied = system.Has(Repairs.RelayByLane | Repairs.RelayChecksFile);
        FileRequest request = FileRequest.InFlight(world, kernel, isRelied);
        bool logs = world.Log.IsEnabled;
        world.Log.IsEnabled = logs && isRelied;
        HelError error = world.Universes.Inspect(world.Threads[kernel].Universe, request.Lane, out Descriptor found);
        world.Log.IsEnabled = logs;
        lane = error == HelError.None && found.Kind == DescriptorKind.Lane ? Handle<Lane>.FromBits(found.Target) : default;
        return request.Lane != 0;
    }

    /// <summary>Cancels the request that a killed thread has in flight, which its page names, in its name. Whether the request
    /// was sent or is over does not matter; nobody waits for the cancel.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> SendForKilled(Handle<PosixThread> thread)
    {
        Handle<KernelThread> kernel = system.Posix.Processes.Thread(thread).Kernel;
        await world.ReadPoint(PointKind.RequestLoad, ObjectKind.ThreadPage, kernel.Index);
        var named = new FileRequest(world.Threads[kernel].RequestLane, world.Threads[kernel].RequestId);
        if (named.Id == 0 || (world.Has(Defect.KilledRequestKeptBesideOthers) && HasOtherRequest(kernel)))
        {
            return default;
        }

        return await SendForKilled(thread, named);
    }

    /// <summary>Cancels the request that a killed thread has in flight.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="request">Its request.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> SendForKilled(Handle<PosixThread> thread, FileRequest request)
    {
        Handle<KernelThread> kernel = system.Posix.Processes.Thread(thread).Kernel;
        Handle<Universe> universe = world.Threads[kernel].Universe;
        await world.ReadPoint(PointKind.LaneTransfer, ObjectKind.Universe, universe.Index);
        world.Counters.ServerEntries++;
        HelError error = world.Universes.Transfer(
            universe, dispatcher.Universe, request.Lane, HelRights.Invoke, HelRights.Invoke, out uint copy);
        if (error == HelError.None)
        {
            uint credentials = world.Threads[kernel].Credentials;
            system.Ledger.Requests.CancelIssued(credentials, request.Id);
            SendOn(copy, credentials, request.Id).Detach();
        }

        return default;
    }

    /// <summary>Whether the page of another thread names a request; only a planted defect asks.</summary>
    private bool HasOtherRequest(Handle<KernelThread> kernel)
    {
        bool isFound = false;
        for (int index = 0; index < world.Threads.All.HighWater; index++)
        {
            ref KernelThread other = ref world.Threads.All.At(index);
            isFound |= index != (int)kernel.Index && other.State != KernelThreadState.Dead && other.RequestId != 0;
        }

        return isFound;
    }

    /// <summary>The answer ends the exchange and says nothing that matters: nobody waits for the request any more.</summary>
    private async ModelTask<Unit> SendOn(uint lane, uint credentials, uint cancellationId)
    {
        Handle<Operation> operation = world.Lanes.PrepareExchange(dispatcher.Queue, dispatcher.Universe, lane, credentials);
        AddCancel(operation, cancellationId);
        world.Lanes.AddItem(operation, ItemKind.ReceiveInline);
        world.Note(NoteKind.CancelSent, cancellationId, credentials);
        await dispatcher.Push(operation);
        world.Lanes.Free(operation);
        return await dispatcher.Close(lane);
    }

    private void AddCancel(Handle<Operation> operation, uint cancellationId)
    {
        world.Lanes.AddItem(operation, ItemKind.Offer);
        ref Item request = ref world.Lanes.AddItem(operation, ItemKind.Send);
        request.Message.Kind = (ushort)MessageKind.CancelOperation;
        request.Message.CancellationId = cancellationId;
        request.LengthBytes = MessageSize.Head;
        world.Lanes.AddItem(operation, ItemKind.Imbue);
    }

    private async ModelTask<Unit> Send(Handle<Operation> operation, uint credentials, uint cancellationId)
    {
        AddCancel(operation, cancellationId);
        world.Note(NoteKind.CancelSent, cancellationId, credentials);
        await dispatcher.Push(operation);
        Operation completed = world.Lanes.Operations[operation];
        world.Lanes.Free(operation);
        bool hasFailed = completed.Error != HelError.None || completed.Items[0].Error != HelError.None
            || completed.Items[1].Error != HelError.None;
        // Window G2-lane: Corpus/windows/read-lane-broken.scn
        // Window G2-lane: Corpus/windows/read-relay-broken.scn
        if (hasFailed && !system.Repaired(Repairs.CancelErrorsChecked))
        {
            world.Panic(PanicCode.UncheckedServerError);
        }

        return default;
    }
}
