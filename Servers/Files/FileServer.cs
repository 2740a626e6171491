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

    /// <summary>The hardware of a resource has input and raises its line. A monolithic kernel takes it at once.</summary>
    /// <param name="resource">Resource that names the device; nothing happens when there is none.</param>
    /// <param name="count">Number of bytes.</param>
    public void RaiseLine(int resource, uint count)
    {
        Slab<Device> devices = system.Files.Devices;
        for (int index = 0; index < devices.HighWater; index++)
        {
            if (devices.At(index).Resource != resource)
            {
                continue;
            }

            world.Scheduler.BeginStep(PointKind.LineRaise, ObjectKind.Device, (uint)index, isWrite: true);
            Raise(devices.HandleAt(index), count);
            if (system.Protocol.IsMonolithic)
            {
                TakeInput(devices.HandleAt(index));
            }
        }
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

    private void Raise(Handle<Device> handle, uint count)
    {
        world.Writes(ObjectKind.Device, handle.Index);
        ref Device device = ref system.Files.Devices[handle];
        device.PendingBytes += count;
        world.Note(NoteKind.LineRaised, device.Resource, count);
        world.Events.Ring(ref device.InterruptBell);
    }

    private void TakeInput(Handle<Device> handle)
    {
        world.Writes(ObjectKind.Device, handle.Index);
        ref Device device = ref system.Files.Devices[handle];
        device.Tail += device.PendingBytes;
        device.PendingBytes = 0;
        world.Events.Ring(ref device.StatusBell);
    }
}
