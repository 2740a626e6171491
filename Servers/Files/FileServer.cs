// The external file server: a party of its own that the POSIX server does not see. It owns the devices, takes their
// interrupts and serves their files on passthrough lanes that it hands out when a device is opened.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>An external file server.</summary>
public sealed class FileServer
{
    private readonly ModelSystem system;
    private readonly World world;

    internal FileServer(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        Dispatcher = new Dispatcher(world);
        Lanes = new LaneServer(system, Dispatcher);
    }

    /// <summary>Its event loop.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>Its lane service.</summary>
    public LaneServer Lanes { get; }

    /// <summary>Starts to drive a device: serves its file and its interrupts.</summary>
    /// <param name="file">The device's file.</param>
    public void Drive(Handle<OpenFile> file)
    {
        Lanes.Open(file);
        ServeInterrupts(system.Files.Files[file].Device).Detach();
    }

    /// <summary>The hardware has input and raises its line; kernel code on the caller's party.</summary>
    /// <param name="handle">The device.</param>
    /// <param name="count">Number of bytes.</param>
    public void RaiseLine(Handle<Device> handle, uint count)
    {
        world.Writes(ObjectKind.Device, handle.Index);
        ref Device device = ref system.Files.Devices[handle];
        device.PendingBytes += count;
        world.Note(NoteKind.LineRaised, device.Resource, count);
        world.Events.Ring(ref device.InterruptBell);
    }

    /// <summary>Takes what the hardware has into the driver's buffer.</summary>
    /// <param name="handle">The device.</param>
    public void TakeInput(Handle<Device> handle)
    {
        world.Writes(ObjectKind.Device, handle.Index);
        ref Device device = ref system.Files.Devices[handle];
        device.Tail += device.PendingBytes;
        device.PendingBytes = 0;
        world.Events.Ring(ref device.StatusBell);
    }

    private async KernelTask<Unit> ServeInterrupts(Handle<Device> handle)
    {
        while (true)
        {
            if (system.Files.Devices[handle].PendingBytes > 0)
            {
                TakeInput(handle);
            }

            await world.Events.Wait(ref system.Files.Devices[handle].InterruptBell, CancelToken.None);
        }
    }
}
