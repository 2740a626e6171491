// The external file servers of a system and the hardware that they drive. Each is a process of its own, so what one does, or that
// it dies, is nothing to the others; all speak the same protocol. The first exists in every run, the others when a scenario has a
// device on them. A monolithic kernel has drivers instead, which it takes input from at once and which can vanish, too.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>All external file servers.</summary>
public sealed class FileServers
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly FileServer[] servers = new FileServer[Scenario.MaximumServers];

    internal FileServers(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        for (int number = 0; number < servers.Length; number++)
        {
            servers[number] = new FileServer(system);
        }
    }

    /// <summary>A server, running or not.</summary>
    /// <param name="number">Its number, from 0.</param>
    public FileServer this[int number] => servers[number];

    /// <summary>Whether a server exists in a run of a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="number">Number of the server.</param>
    /// <returns>True for the first, and for those that drive a device.</returns>
    public static bool IsNeeded(Scenario scenario, int number)
    {
        bool isNeeded = number == 0;
        foreach (ref readonly Resource resource in scenario.Resources)
        {
            isNeeded |= resource.Kind == ResourceKind.Device && resource.Server == number;
        }

        return isNeeded;
    }

    /// <summary>The hardware of a resource has input and raises its line. A monolithic kernel takes it at once.</summary>
    /// <param name="resource">Resource that names the device; nothing happens when there is none.</param>
    /// <param name="count">Number of bytes.</param>
    public void RaiseLine(int resource, uint count)
    {
        Handle<Device> device = FindDevice(resource);
        if (device.IsNone)
        {
            return;
        }

        world.Scheduler.BeginStep(PointKind.LineRaise, ObjectKind.Device, device.Index, isWrite: true);
        Raise(device, count);
        if (system.Protocol.IsMonolithic)
        {
            system.Files.TakeInput(device);
        }
    }

    /// <summary>The server that drives a device dies, and with it all its devices. A server dies once.</summary>
    /// <param name="resource">Resource that names the device.</param>
    public void Crash(int resource)
    {
        int number = system.Scenario.ResourceAt(resource).Server;
        world.Scheduler.BeginStep(PointKind.ServerCrash, ObjectKind.Device, FindDevice(resource).Index, isWrite: true);
        world.Note(NoteKind.ServerDied, number, 0);
        system.Ledger.ServerDied(number, servers[number].Dispatcher.Party);
        system.Files.LoseDevices(number);
        if (world.Arena.HasReusedHandle())
        {
            // Only with a planted defect: what belongs to whom is not known any more, and the end of the run says so.
            world.Scheduler.Halt();
            return;
        }

        if (!system.Protocol.IsMonolithic)
        {
            servers[number].Die();
        }
    }

    private void Raise(Handle<Device> device, uint count)
    {
        world.Writes(ObjectKind.Device, device.Index);
        ref Device state = ref system.Files.Devices[device];
        state.PendingBytes += count;
        system.Ledger.Files.Stream(state.Stream).Offered += count;
        world.Note(NoteKind.LineRaised, state.Resource, count);
        if (state.Port != 0)
        {
            system.Hardware.Receive(state.Port - 1, count);
            return;
        }

        world.Events.Ring(ref state.InterruptBell);
    }

    private Handle<Device> FindDevice(int resource)
    {
        Slab<Device> devices = system.Files.Devices;
        for (int index = 0; index < devices.HighWater; index++)
        {
            if (devices.At(index).Resource == resource)
            {
                return devices.HandleAt(index);
            }
        }

        return default;
    }
}
