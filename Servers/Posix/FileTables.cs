// The file tables of processes (posix/subsystem/src/process.cpp, FileContext): file numbers, and the descriptors of lanes that
// the kernel's universes have under them. Under protocols that hold lanes a lane is not closed while the page of a thread names
// it: it is condemned, and closed later.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Opens and closes files of processes.</summary>
public sealed class FileTables
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly Processes processes;

    internal FileTables(ModelSystem system, Processes processes)
    {
        this.system = system;
        world = system.World;
        this.processes = processes;
    }

    /// <summary>Gives a process a file under the lowest free number.</summary>
    /// <param name="process">The process.</param>
    /// <param name="file">The file.</param>
    /// <returns>The number, or -1 when the table is full.</returns>
    public int Attach(Handle<Process> process, Handle<OpenFile> file)
    {
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            if (processes.All[process].Files[number].IsNone)
            {
                AttachAt(process, number, file);
                return number;
            }
        }

        return -1;
    }

    /// <summary>Closes a file of a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="number">File number.</param>
    /// <returns>False when it is not open.</returns>
    public bool Detach(Handle<Process> process, int number)
    {
        if (number is < 0 or >= Universe.MaxFiles || processes.All[process].Files[number].IsNone)
        {
            return false;
        }

        Handle<OpenFile> file = processes.All[process].Files[number];
        processes[process].Files[number] = default;
        Handle<Universe> universe = processes.All[process].Universe;
        uint descriptor = world.Universes[universe].Files[number];
        world.Writes(ObjectKind.Universe, universe.Index);
        world.Universes[universe].Files[number] = 0;
        if (descriptor != 0 && !TryHold(process, descriptor))
        {
            world.Universes.Close(universe, descriptor);
        }

        system.Files.Release(file);
        return true;
    }

    /// <summary>Gives a process the files of another, under the same numbers.</summary>
    /// <param name="parent">Whose files.</param>
    /// <param name="child">A process without files.</param>
    public void Inherit(Handle<Process> parent, Handle<Process> child)
    {
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            if (!processes.All[parent].Files[number].IsNone)
            {
                AttachAt(child, number, processes.All[parent].Files[number]);
            }
        }
    }

    /// <summary>Closes all files of a process.</summary>
    /// <param name="process">The process.</param>
    public void DetachAll(Handle<Process> process)
    {
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            Detach(process, number);
        }
    }

    /// <summary>Closes the lanes of closed files that no thread of a process uses any more.</summary>
    /// <param name="process">The process.</param>
    public void CloseCondemned(Handle<Process> process)
    {
        int kept = 0;
        int count = processes[process].CondemnedCount;
        for (int position = 0; position < count; position++)
        {
            uint descriptor = processes.All[process].Condemned[position];
            if (IsInUse(process, descriptor))
            {
                processes.All[process].Condemned[kept++] = descriptor;
            }
            else
            {
                world.Universes.Close(processes.All[process].Universe, descriptor);
            }
        }

        processes.All[process].CondemnedCount = kept;
    }

    /// <summary>A thread of a process has left a guard or has ended, with the lanes that it used.</summary>
    /// <param name="process">The process.</param>
    public void LanesLeft(Handle<Process> process)
    {
        if (system.Has(Repairs.LaneHeldWhileUsed))
        {
            CloseCondemned(process);
        }
    }

    /// <summary>The lane of a file that is closed stays open where the protocol holds it for a thread whose page names it, or, as
    /// a repair, for one that has sent a request over it.</summary>
    private bool TryHold(Handle<Process> process, uint descriptor)
    {
        bool isRepaired = !HoldsLanes && HasRequestOver(process, descriptor) && system.Repaired(Repairs.LaneHeldWhileUsed);
        return (HoldsLanes || isRepaired) && TryCondemn(process, descriptor);
    }

    private bool HasRequestOver(Handle<Process> process, uint descriptor)
    {
        for (int index = 0; index < processes.Threads.HighWater; index++)
        {
            bool isOfProcess = processes.Threads.IsLiveAt(index) && processes.Threads.At(index).Process == process;
            if (!isOfProcess)
            {
                continue;
            }

            bool isRelied = system.Has(Repairs.LaneHeldWhileUsed);
            if (FileRequest.InFlight(world, processes.Threads.At(index).Kernel, isRelied).Lane == descriptor)
            {
                return true;
            }
        }

        return false;
    }

    private bool HoldsLanes => system.Sides.Signals.HoldsLanes && !world.Has(Defect.LaneNotHeld);

    private void AttachAt(Handle<Process> process, int number, Handle<OpenFile> file)
    {
        processes[process].Files[number] = file;
        system.Files.Retain(file);
        Handle<Lane> lane = system.Files.Files[file].ClientLane;
        if (!lane.IsNone)
        {
            Handle<Universe> universe = processes.All[process].Universe;
            world.Universes[universe].Files[number] =
                world.Universes.Attach(universe, DescriptorKind.Lane, lane.Bits, HelRights.Invoke);
        }
    }

    /// <summary>Keeps the lane of a file that is closed while a thread uses it. The thread has said so before it looked at the
    /// file table again, and the entry was taken out of the table before its page is looked at.</summary>
    private bool TryCondemn(Handle<Process> process, uint descriptor)
    {
        CloseCondemned(process);
        if (!IsInUse(process, descriptor))
        {
            return false;
        }

        ref Process state = ref processes[process];
        state.Condemned[state.CondemnedCount++] = descriptor;
        return true;
    }

    private bool IsInUse(Handle<Process> process, uint descriptor)
    {
        for (int index = 0; index < processes.Threads.HighWater; index++)
        {
            if (!processes.Threads.IsLiveAt(index) || processes.Threads.At(index).Process != process)
            {
                continue;
            }

            Handle<KernelThread> kernel = processes.Threads.At(index).Kernel;
            world.Reads(ObjectKind.ThreadPage, kernel.Index);
            ref KernelThread page = ref world.Threads[kernel];
            if (page.State != KernelThreadState.Dead && page.RequestId != 0 && page.RequestLane == descriptor)
            {
                return true;
            }
        }

        return system.Has(Repairs.LaneHeldWhileUsed) && HasRequestOver(process, descriptor);
    }
}
