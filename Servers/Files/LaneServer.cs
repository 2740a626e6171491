// Serves requests on passthrough lanes (protocols/fs/src/server.cpp, servePassthrough): accepts in order, detaches each
// handler and accepts the next, so requests of one lane run concurrently and a cancel is just another request. A handler
// learns the caller's credentials by one more exchange before it can register; a cancel takes as many hops, and only that
// keeps the two in order.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>The file protocol's server side, for the POSIX server's own files and for external file servers.</summary>
public sealed class LaneServer
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly Dispatcher dispatcher;

    internal LaneServer(ModelSystem system, Dispatcher dispatcher)
    {
        this.system = system;
        world = system.World;
        this.dispatcher = dispatcher;
    }

    /// <summary>Creates the passthrough lane of a file and serves it until the client end is gone.</summary>
    /// <param name="file">A file without a lane.</param>
    public void Open(Handle<OpenFile> file)
    {
        (Handle<Lane> client, Handle<Lane> server) = world.Lanes.Create(1);
        system.Files.Files[file].ClientLane = client;
        system.Files.BeginUse(file);
        Serve(file, server).Detach();
    }

    private async KernelTask<Unit> Serve(Handle<OpenFile> file, Handle<Lane> lane)
    {
        while (true)
        {
            Handle<Operation> operation = dispatcher.PrepareExchange(lane);
            world.Lanes.AddItem(operation, ItemKind.Accept);
            world.Lanes.AddItem(operation, ItemKind.Receive);
            await dispatcher.Push(operation);
            HelError error = world.Lanes.Operations[operation].Items[0].Error;
            Handle<Lane> conversation = world.Lanes.Operations[operation].Items[0].Conversation;
            Message request = world.Lanes.Operations[operation].Items[1].Message;
            world.Lanes.Free(operation);
            if (error != HelError.None)
            {
                break;
            }

            Handle(file, lane.Index, conversation, request).Detach();
        }

        world.Lanes.Release(lane);
        system.Files.EndUse(file);
        return default;
    }

    private async KernelTask<Unit> Handle(Handle<OpenFile> file, uint scope, Handle<Lane> conversation, Message request)
    {
        system.Files.BeginUse(file);
        Handle<Operation> operation = dispatcher.PrepareExchange(conversation);
        world.Lanes.AddItem(operation, ItemKind.Extract);
        await dispatcher.Push(operation);
        uint credentials = world.Lanes.Operations[operation].Items[0].Credentials;
        HelError error = world.Lanes.Operations[operation].Items[0].Error;
        world.Lanes.Free(operation);
        world.Note(NoteKind.RequestAccepted, request.Kind, credentials);
        if (error == HelError.None)
        {
            switch ((MessageKind)request.Kind)
            {
                case MessageKind.CancelOperation:
                    system.Registry.Cancel(scope, credentials, request.CancellationId);
                    break;
                case MessageKind.Read:
                    await Read(file, scope, conversation, request, credentials);
                    break;
                default:
                    await Write(file, conversation, request, credentials);
                    break;
            }
        }

        world.Lanes.Release(conversation);
        system.Files.EndUse(file);
        return default;
    }

    private async KernelTask<Unit> Read(
        Handle<OpenFile> file, uint scope, Handle<Lane> conversation, Message request, uint credentials)
    {
        if (!system.Registry.TryRegister(scope, credentials, request.CancellationId, out Handle<RegistryEntry> entry))
        {
            return await Reply(conversation, new TransferResult(Errno.EIO, default), credentials);
        }

        TransferResult result = await system.Files.Read(file, (uint)request.Argument0, system.Registry.TokenOf(entry));
        if (result.Error == Errno.EINTR)
        {
            system.Ledger.RequestCancelled(credentials, request.CancellationId);
        }

        system.Registry.Unregister(entry);
        return await Reply(conversation, result, credentials);
    }

    private async KernelTask<Unit> Write(Handle<OpenFile> file, Handle<Lane> conversation, Message request, uint credentials)
    {
        TransferResult result = await system.Files.Write(file, (uint)request.Argument0, CancelToken.None);
        return await Reply(conversation, result, credentials);
    }

    private async KernelTask<Unit> Reply(Handle<Lane> conversation, TransferResult result, uint credentials)
    {
        world.Note(NoteKind.Replied, (long)result.Error, credentials);
        Handle<Operation> operation = dispatcher.PrepareExchange(conversation);
        ref Item item = ref world.Lanes.AddItem(operation, ItemKind.Send);
        item.Message.Kind = (ushort)MessageKind.Reply;
        item.Message.Error = result.Error;
        item.Message.Data = result.Data;
        await dispatcher.Push(operation);
        world.Lanes.Free(operation);
        return default;
    }
}
