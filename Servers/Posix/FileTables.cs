// The file tables of processes (posix/subsystem/src/process.cpp, FileContext): file numbers, and the descriptors of lanes that
// the kernel's universes have under them. Under protocols that hold lanes a lane is not closed while the page of a thread names
// it: it is condemned, and closed later.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

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
    /// <param name="handle">The process.</param>
    /// <param name="file">The file.</param>
    /// <returns>The number, or -1 when the table is full.</returns>
    public int Attach(Handle<Process> handle, Handle<OpenFile> file)
    {
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            if (processes.All[handle].Files[number].IsNone)
            {
                AttachAt(handle, number, file);
                return number;
            }
        }

        return -1;
    }

    /// <summary>Closes a file of a process.</summary>
    /// <param name="handle">The process.</param>
    /// <param name="number">File number.</param>
    /// <returns>False when it is not open.</returns>
    public bool Detach(Handle<Process> handle, int number)
    {
        if (number is < 0 or >= Universe.MaxFiles || processes.All[handle].Files[number].IsNone)
        {
            return false;
        }

        Handle<OpenFile> file = processes.All[handle].Files[number];
        processes[handle].Files[number] = default;
        Handle<Universe> universe = processes.All[handle].Universe;
        uint descriptor = world.Universes[universe].Files[number];
        world.Writes(ObjectKind.Universe, universe.Index);
        world.Universes[universe].Files[number] = 0;
        if (descriptor != 0 && (!HoldsLanes || !TryCondemn(handle, descriptor)))
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
    /// <param name="handle">The process.</param>
    public void DetachAll(Handle<Process> handle)
    {
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            Detach(handle, number);
        }
    }

    /// <summary>Closes the lanes of closed files that no thread of a process uses any more.</summary>
    /// <param name="handle">The process.</param>
    public void CloseCondemned(Handle<Process> handle)
    {
        int kept = 0;
        int count = processes[handle].CondemnedCount;
        for (int position = 0; position < count; position++)
        {
            uint descriptor = processes.All[handle].Condemned[position];
            if (IsInUse(handle, descriptor))
            {
                processes.All[handle].Condemned[kept++] = descriptor;
            }
            else
            {
                world.Universes.Close(processes.All[handle].Universe, descriptor);
            }
        }

        processes.All[handle].CondemnedCount = kept;
    }

    private bool HoldsLanes => system.Sides.Signals.HoldsLanes && !world.Has(Defect.LaneNotHeld);

    private void AttachAt(Handle<Process> handle, int number, Handle<OpenFile> file)
    {
        processes[handle].Files[number] = file;
        system.Files.Retain(file);
        Handle<Lane> lane = system.Files.Files[file].ClientLane;
        if (!lane.IsNone)
        {
            Handle<Universe> universe = processes.All[handle].Universe;
            world.Universes[universe].Files[number] =
                world.Universes.Attach(universe, DescriptorKind.Lane, lane.Bits, HelRights.Invoke);
        }
    }

    /// <summary>Keeps the lane of a file that is closed while a thread uses it. The thread has said so before it looked at the
    /// file table again, and the entry was taken out of the table before its page is looked at.</summary>
    private bool TryCondemn(Handle<Process> handle, uint descriptor)
    {
        CloseCondemned(handle);
        if (!IsInUse(handle, descriptor))
        {
            return false;
        }

        ref Process process = ref processes[handle];
        process.Condemned[process.CondemnedCount++] = descriptor;
        return true;
    }

    private bool IsInUse(Handle<Process> handle, uint descriptor)
    {
        for (int index = 0; index < processes.Threads.HighWater; index++)
        {
            if (!processes.Threads.IsLiveAt(index) || processes.Threads.At(index).Process != handle)
            {
                continue;
            }

            Handle<KernelThread> kernel = processes.Threads.At(index).Kernel;
            world.Reads(ObjectKind.ThreadPage, kernel.Index);
            ref KernelThread page = ref world.Threads[kernel];
            if (page.State != ThreadState.Dead && page.RequestId != 0 && page.RequestLane == descriptor)
            {
                return true;
            }
        }

        return false;
    }
}
