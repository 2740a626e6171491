// What reading and writing a file does, independent of who calls it: the POSIX server and the external file servers run these
// behind a lane, the monolithic kernel runs them on the caller's party. Data comes before cancellation: a read that finds
// bytes returns them, and an interrupted one has consumed none (posix/subsystem/src/fifo.cpp, readSome). Writes to pipes are in
// PipeWrites, reads that wait for all that they ask for in StreamReads.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>Files, pipes and devices of a system.</summary>
public sealed class FileOperations
{
    /// <summary>Number of byte streams that the ledger tells apart: one per pipe and device.</summary>
    public const int StreamCount = PipeCapacity + DeviceCapacity;

    private const int PipeCapacity = RunLimits.Pipes;
    private const int DeviceCapacity = Scenario.MaximumDevices;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly Slab<OpenFile> files;
    private readonly Slab<Pipe> pipes;
    private readonly Slab<Device> devices;
    private readonly StreamReads streamReads;
    private readonly PipeWrites pipeWrites;

    internal FileOperations(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        files = new Slab<OpenFile>(world.Arena, RunLimits.OpenFiles, ObjectKind.File);
        pipes = new Slab<Pipe>(world.Arena, PipeCapacity, ObjectKind.Pipe);
        devices = new Slab<Device>(world.Arena, DeviceCapacity, ObjectKind.Device);
        streamReads = new StreamReads(world, devices);
        pipeWrites = new PipeWrites(system, this);
    }

    /// <summary>Whether no further pipe can be made.</summary>
    public bool HasAllPipes => pipes.HighWater == PipeCapacity;

    /// <summary>Byte stream of a file.</summary>
    /// <param name="file">An open file.</param>
    /// <returns>Number of the stream.</returns>
    public int StreamOf(Handle<OpenFile> file) => files[file].Kind == ResourceKind.Device
        ? devices[files[file].Device].Stream : pipes[files[file].Pipe].Stream;

    /// <summary>Server that drives the device of a byte stream.</summary>
    /// <param name="stream">Stream of a device.</param>
    /// <returns>Its number.</returns>
    public int ServerOfStream(int stream) => devices.At(stream - PipeCapacity).Server;

    /// <summary>Whether a byte stream is that of a device which gives a read all that it asks for.</summary>
    /// <param name="stream">The stream.</param>
    /// <returns>False for pipes, too.</returns>
    public bool IsStreaming(int stream) =>
        stream >= PipeCapacity && devices.At(stream - PipeCapacity).Behaviour == FileBehaviour.Stream;

    /// <summary>The open files.</summary>
    public Slab<OpenFile> Files => files;

    /// <summary>The pipes.</summary>
    public Slab<Pipe> Pipes => pipes;

    /// <summary>The devices.</summary>
    public Slab<Device> Devices => devices;

    /// <summary>Creates a pipe with its two open files, which nobody refers to yet.</summary>
    /// <param name="resource">Resource of the scenario that names its read end.</param>
    /// <returns>Read end and write end; none when there are too many.</returns>
    public (Handle<OpenFile> Read, Handle<OpenFile> Write) CreatePipe(int resource)
    {
        Handle<Pipe> pipe = pipes.Allocate();
        if (pipe.IsNone)
        {
            return default;
        }

        pipes[pipe].CapacityBytes = (uint)world.Options.PipeCapacityBytes;
        pipes[pipe].Stream = (int)pipe.Index;
        system.Ledger.Files.OpenStream(pipes[pipe].Stream);
        pipes[pipe].Resource = resource;
        pipes[pipe].Readers = 1;
        pipes[pipe].Writers = 1;
        Handle<OpenFile> read = files.Allocate();
        Handle<OpenFile> write = files.Allocate();
        Verify.That(!read.IsNone && !write.IsNone, "out of open files");
        files[read].Kind = ResourceKind.PipeRead;
        files[read].Pipe = pipe;
        files[write].Kind = ResourceKind.PipeWrite;
        files[write].Pipe = pipe;
        return (read, write);
    }

    /// <summary>Creates a device with its open file, which nobody refers to yet.</summary>
    /// <param name="resource">Resource that names it.</param>
    /// <returns>The open file.</returns>
    public Handle<OpenFile> CreateDevice(int resource)
    {
        Handle<Device> device = devices.Allocate();
        Verify.That(!device.IsNone, "out of devices");
        devices[device].Resource = resource;
        devices[device].Server = system.Scenario.ResourceAt(resource).Server;
        devices[device].Behaviour = system.Scenario.ResourceAt(resource).Behaviour;
        devices[device].Stream = PipeCapacity + (int)device.Index;
        if (devices[device].Behaviour == FileBehaviour.Serial && !system.Protocol.IsMonolithic)
        {
            devices[device].Port = (byte)(device.Index + 1);
        }

        system.Ledger.Files.OpenStream(devices[device].Stream);
        Handle<OpenFile> file = files.Allocate();
        Verify.That(!file.IsNone, "out of open files");
        files[file].Kind = ResourceKind.Device;
        files[file].Device = device;
        return file;
    }

    /// <summary>A file table entry more refers to a file.</summary>
    /// <param name="file">A live file.</param>
    public void Retain(Handle<OpenFile> file)
    {
        world.Writes(ObjectKind.File, file.Index);
        files[file].References++;
    }

    /// <summary>A file table entry less refers to a file; the last one closes it: its lane is dropped, the pipe's other side
    /// is woken.</summary>
    /// <param name="file">A live file.</param>
    public void Release(Handle<OpenFile> file)
    {
        world.Writes(ObjectKind.File, file.Index);
        ref OpenFile open = ref files[file];
        if (--open.References > 0)
        {
            if (world.Has(Defect.ReaderCountedByReference) && open.Kind == ResourceKind.PipeRead)
            {
                Touch(open.Pipe).Readers = 0;
            }

            return;
        }

        if (!open.ClientLane.IsNone)
        {
            world.Lanes.Release(open.ClientLane);
            open.ClientLane = default;
        }

        if (open.Kind != ResourceKind.Device)
        {
            ref Pipe pipe = ref Touch(open.Pipe);
            _ = open.Kind == ResourceKind.PipeRead ? pipe.Readers-- : pipe.Writers--;
            if (!world.Has(Defect.EndOfFileNotTold))
            {
                world.Events.Ring(ref pipe.StatusBell);
            }
        }

        FreeIfUnused(file);
    }

    /// <summary>A request begins to use a file.</summary>
    /// <param name="file">A live file.</param>
    public void BeginUse(Handle<OpenFile> file)
    {
        world.Writes(ObjectKind.File, file.Index);
        files[file].InFlight++;
    }

    /// <summary>A request is done with a file.</summary>
    /// <param name="file">A file that it has begun to use.</param>
    public void EndUse(Handle<OpenFile> file)
    {
        world.Writes(ObjectKind.File, file.Index);
        files[file].InFlight--;
        FreeIfUnused(file);
    }

    /// <summary>How the server of a file treats reads.</summary>
    /// <param name="file">A live file.</param>
    /// <returns>As the scenario declares the device; a pipe's reads are like a terminal's.</returns>
    public FileBehaviour BehaviourOf(Handle<OpenFile> file) =>
        files[file].Kind == ResourceKind.Device ? devices[files[file].Device].Behaviour : FileBehaviour.Terminal;

    /// <summary>The driver of a device takes what the hardware has. A driver that has gone takes nothing.</summary>
    /// <param name="device">The device.</param>
    public void TakeInput(Handle<Device> device)
    {
        world.Writes(ObjectKind.Device, device.Index);
        ref Device state = ref devices[device];
        if (state.IsGone)
        {
            return;
        }

        state.Tail += state.PendingBytes;
        state.PendingBytes = 0;
        world.Events.Ring(ref state.StatusBell);
    }

    /// <summary>The driver of devices is gone: who waits for them is woken to find that out, and the requests that it served
    /// are no longer using their files.</summary>
    /// <param name="server">Number of the server that drove them.</param>
    public void LoseDevices(int server)
    {
        for (int index = 0; index < devices.HighWater; index++)
        {
            ref Device device = ref devices.At(index);
            if (device.Server == server && !device.IsGone)
            {
                world.Writes(ObjectKind.Device, (uint)index);
                device.IsGone = true;
                world.Events.Ring(ref device.StatusBell);
            }
        }

        for (int index = 0; index < files.HighWater && !system.Protocol.IsMonolithic; index++)
        {
            Handle<OpenFile> file = files.HandleAt(index);
            if (!file.IsNone && files[file].Kind == ResourceKind.Device && devices[files[file].Device].Server == server)
            {
                files[file].InFlight = 0;
                FreeIfUnused(file);
            }
        }
    }

    /// <summary>Reads.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="count">Bytes at most.</param>
    /// <param name="token">Ends the wait for data.</param>
    /// <returns>Bytes read; EINTR with none consumed when cancelled; EIO when the driver has gone.</returns>
    public async ModelTask<TransferResult> Read(Handle<OpenFile> file, uint count, CancelToken token)
    {
        if (files[file].Kind == ResourceKind.PipeWrite)
        {
            return new TransferResult(Errno.EBADF, default);
        }

        if (BehaviourOf(file) == FileBehaviour.Stream)
        {
            return await streamReads.Read(files[file].Device, count, token);
        }

        if (world.Has(Defect.CancelBeforeData) && world.Events.IsCancelled(token))
        {
            return new TransferResult(Errno.EINTR, default);
        }

        bool isEnding = false;
        TransferResult result;
        while (!TryTake(file, count, out result))
        {
            if (isEnding)
            {
                return InterruptedRead(file);
            }

            isEnding = !await WaitForStatus(file, token);
            if (isEnding && !LooksAgain)
            {
                return InterruptedRead(file);
            }

            if (!isEnding && world.Has(Defect.EndOfFileOnEmptyWake))
            {
                _ = TryTake(file, count, out result);
                break;
            }
        }

        return result;
    }

    /// <summary>Writes. Where writes wait, until all bytes have found room; elsewhere until some have.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="count">Bytes.</param>
    /// <param name="token">Ends the wait for room.</param>
    /// <returns>Bytes written; fewer than asked for when it was cancelled or lost its readers after some; EINTR with none written
    /// when cancelled; EPIPE with none written when nobody reads.</returns>
    public ModelTask<TransferResult> Write(Handle<OpenFile> file, uint count, CancelToken token) => files[file].Kind switch
    {
        ResourceKind.PipeRead => new ModelTask<TransferResult>(new TransferResult(Errno.EBADF, default)),
        ResourceKind.Device => new ModelTask<TransferResult>(WriteDevice(files[file].Device, count)),
        _ => pipeWrites.Write(file, count, token),
    };

    /// <summary>Which of the wanted events a file has now.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="wanted">Events asked for.</param>
    /// <returns>Events that hold; hang-up and error count as both.</returns>
    public PollEvents Poll(Handle<OpenFile> file, PollEvents wanted)
    {
        OpenFile open = files[file];
        if (open.Kind == ResourceKind.Device)
        {
            bool isReadable = IsReady(file, isRead: true) || devices[open.Device].IsGone;
            return (isReadable ? PollEvents.Both : PollEvents.Out) & wanted;
        }

        ref Pipe pipe = ref Touch(open.Pipe);
        var events = PollEvents.None;
        if (open.Kind == ResourceKind.PipeRead && (pipe.Tail != pipe.Head || pipe.Writers == 0))
        {
            events |= PollEvents.In;
        }

        if (open.Kind == ResourceKind.PipeWrite && (pipe.Tail - pipe.Head < pipe.CapacityBytes || pipe.Readers == 0))
        {
            events |= PollEvents.Out;
        }

        return events & wanted;
    }

    /// <summary>Whether a read finds bytes, or a write room.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="isRead">Whether it would be read.</param>
    /// <returns>True when it need not wait.</returns>
    public bool IsReady(Handle<OpenFile> file, bool isRead)
    {
        OpenFile open = files[file];
        if (open.Kind == ResourceKind.Device)
        {
            world.Reads(ObjectKind.Device, open.Device.Index);
            return !isRead || devices[open.Device].Tail != devices[open.Device].Head;
        }

        return Poll(file, isRead ? PollEvents.In : PollEvents.Out) != PollEvents.None;
    }

    /// <summary>The bell that rings when a file's state changes.</summary>
    /// <param name="file">An open file.</param>
    /// <returns>The bell.</returns>
    public ref Bell StatusBell(Handle<OpenFile> file)
    {
        ref OpenFile open = ref files[file];
        if (open.Kind == ResourceKind.Device)
        {
            return ref devices[open.Device].StatusBell;
        }

        return ref pipes[open.Pipe].StatusBell;
    }

    /// <summary>A pipe, recorded as touched by the running step.</summary>
    /// <param name="pipe">A live pipe.</param>
    /// <returns>The pipe.</returns>
    public ref Pipe Touch(Handle<Pipe> pipe)
    {
        world.Writes(ObjectKind.Pipe, pipe.Index);
        return ref pipes[pipe];
    }

    /// <summary>Whether a wait that was cancelled looks once more: who waits in its own kernel sees what has come since the
    /// signal, and Linux lets that win (fs/pipe.c, pipe_read: the condition is tested before the signal). Managarm's servers do
    /// not look (fifo.cpp, readSome).</summary>
    internal bool LooksAgain => system.Protocol.IsMonolithic;

    private TransferResult InterruptedRead(Handle<OpenFile> file)
    {
        if (world.Has(Defect.BytesConsumedWithInterrupt) && !files[file].Pipe.IsNone)
        {
            pipes[files[file].Pipe].StolenBytes++;
        }

        return new TransferResult(Errno.EINTR, default);
    }

    private TransferResult WriteDevice(Handle<Device> device, uint count)
    {
        world.Reads(ObjectKind.Device, device.Index);
        ref Device state = ref devices[device];
        return state.IsGone
            ? new TransferResult(Errno.EIO, default)
            : new TransferResult(default, new DataRange(state.Stream, 0, count));
    }

    private void FreeIfUnused(Handle<OpenFile> file)
    {
        if (files[file].References == 0 && files[file].InFlight == 0)
        {
            files.Free(file);
        }
    }

    /// <summary>Waits until a file's state changes.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Awaitable; false when it was cancelled.</returns>
    internal BellWait WaitForStatus(Handle<OpenFile> file, CancelToken token) => world.Events.Wait(
        ref StatusBell(file), world.Has(Defect.TransferIgnoresToken) ? CancelToken.None : token);

    private bool TryTake(Handle<OpenFile> file, uint count, out TransferResult result)
    {
        ref OpenFile open = ref files[file];
        if (open.Kind == ResourceKind.Device)
        {
            ref Device device = ref devices[open.Device];
            world.Writes(ObjectKind.Device, open.Device.Index);
            result = device.IsGone ? new TransferResult(Errno.EIO, default) : StreamReads.Take(ref device, count);
            return result.Data.Count > 0 || count == 0 || device.IsGone;
        }

        ref Pipe pipe = ref Touch(open.Pipe);
        count += world.Has(Defect.ReadTakesOneMore) && count > 0 ? 1u : 0;
        uint chunk = Math.Min(count, pipe.Tail - pipe.Head);
        if (world.Has(Defect.BytesOutOfNothing) && chunk == 0 && pipe.Writers == 0)
        {
            pipe.Tail++;
            chunk = Math.Min(count, 1);
        }

        result = new TransferResult(default, new DataRange(pipe.Stream, pipe.Head, chunk));
        if (chunk == 0)
        {
            return pipe.Writers == 0 || count == 0;
        }

        pipe.Head += chunk;
        if (pipe.Head == pipe.Tail || !world.Has(Defect.WriterToldOnlyWhenEmpty))
        {
            world.Events.Ring(ref pipe.StatusBell);
        }

        return true;
    }
}

/// <summary>Result of reading or writing.</summary>
/// <param name="Error">Zero for success.</param>
/// <param name="Data">Bytes moved.</param>
/// <param name="IsBroken">Whether a write found nobody who reads, before or after some bytes.</param>
public readonly record struct TransferResult(Errno Error, DataRange Data, bool IsBroken = false);
