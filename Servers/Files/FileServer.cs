// An external file server: a party of its own that the POSIX server does not see. It owns devices, takes their
// interrupts and serves their files on passthrough lanes that it hands out when a device is opened. It may die at any step; what
// it had then goes back to the kernel, and whoever talks to it finds the lanes broken.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>An external file server.</summary>
public sealed class FileServer
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly SerialDriver serial;

    internal FileServer(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        Dispatcher = new Dispatcher(world);
        Lanes = new LaneServer(system, Dispatcher, system.Sides.Files);
        serial = new SerialDriver(system, Dispatcher);
    }

    /// <summary>Its event loop.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>Its lane service.</summary>
    public LaneServer Lanes { get; }

    /// <summary>Whether it exists in this run and has not died.</summary>
    public bool IsRunning => world.Queues.IsLive(Dispatcher.Queue);

    /// <summary>Starts to drive a device: serves its file and its interrupts.</summary>
    /// <param name="file">The device's file.</param>
    public void Drive(Handle<OpenFile> file)
    {
        Lanes.Open(file);
        Handle<Device> device = system.Files.Files[file].Device;
        if (system.Files.Devices[device].Port != 0)
        {
            serial.Serve(device).Detach();
            return;
        }

        ServeInterrupts(device).Detach();
    }

    /// <summary>Dies: nothing of it runs again. Requests in flight end when their lanes break; nobody answers them.</summary>
    internal void Die()
    {
        if (!IsRunning)
        {
            return;
        }

        system.Sides.Files.ServerDied(Dispatcher.Party);
        system.LaneOrder?.ForgetServer(Dispatcher.Party);
        system.Registry.ForgetServer(Dispatcher.Party);
        world.Reclaim.EndServer(Dispatcher.Party, Dispatcher.Queue, Dispatcher.Universe);
    }

    private async ModelTask<Unit> ServeInterrupts(Handle<Device> device)
    {
        while (true)
        {
            if (system.Files.Devices[device].PendingBytes > 0)
            {
                system.Files.TakeInput(device);
            }

            await world.Events.Wait(ref system.Files.Devices[device].InterruptBell, CancelToken.None);
        }
    }
}
