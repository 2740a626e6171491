// Judges at idle whether a blocked call could go on: the data, the room, the child or the deadline that it waits for is there,
// and nobody comes to tell it. It reads files, children and timers, as an all-seeing observer may when no party can change
// them. It judges only the topmost call of a thread, and calls on a descriptor only where the process never closes it,
// and no handler makes it, because its name then stands for one file throughout.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Finds calls that should have returned.</summary>
internal sealed class WaitJudge
{
    private readonly ModelSystem system;
    private readonly World world;

    internal WaitJudge(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>Whether a thread waits for what is already there.</summary>
    /// <param name="thread">A thread that cannot run.</param>
    /// <returns>True when its call should have returned.</returns>
    internal bool IsOverdue(in PosixThread thread)
    {
        ref StrandEntry entry = ref system.Ledger[thread.Strand];
        if (entry.Call == 0 || entry.CallLevel != world.Threads[thread.Kernel].ActivationDepth || thread.IsForcedToEnd)
        {
            return false;
        }

        ref readonly Call call = ref system.Scenario.CallAt(entry.Call - 1);
        return call.Kind switch
        {
            CallKind.Read => CanRead(FileOf(thread, call.Argument0)),
            CallKind.Write => CanWrite(FileOf(thread, call.Argument0)),
            CallKind.Poll => IsReady(thread, call.Argument0, call.Argument1) || IsReady(thread, call.Argument2, call.Argument3)
                || (call.Argument4 >= 0 && IsPast(ref entry, call.Argument4)),
            CallKind.Nanosleep => IsPast(ref entry, call.Argument0),
            CallKind.Waitpid => HasNews(thread.Process, call.Argument0),
            _ => false,
        };
    }

    /// <summary>The deadline was not known when the call was made, since time may have passed before the call looked at the
    /// clock; at the first idle it is not later than now plus the time given.</summary>
    private bool IsPast(ref StrandEntry entry, long ticks)
    {
        if (!entry.HasDeadline)
        {
            entry.HasDeadline = true;
            entry.LatestDeadlineTicks = world.Timers.NowTicks + ticks;
        }

        long next = world.Timers.NextDeadlineTicks();
        bool isMissed = next >= 0 && next <= world.Timers.NowTicks;
        return !world.Timers.CanPass || isMissed || next > entry.LatestDeadlineTicks;
    }

    private bool HasNews(Handle<Process> parent, int strand)
    {
        bool hasChild = false;
        Slab<Process> processes = system.Posix.Processes.All;
        for (int index = 0; index < processes.HighWater; index++)
        {
            bool isMeant = processes.IsLiveAt(index) && processes.At(index).Parent == (UntypedHandle)parent
                && (strand < 0 || processes.At(index).Strand == strand);
            if (isMeant && processes.At(index).State == ProcessState.Zombie)
            {
                return true;
            }

            hasChild |= isMeant;
        }

        return !hasChild;
    }

    private bool CanRead(Handle<OpenFile> file)
    {
        if (file.IsNone)
        {
            return false;
        }

        ref OpenFile open = ref system.Files.Files[file];
        if (open.Kind == ResourceKind.Device)
        {
            return CanRead(system.Files.Devices[open.Device]);
        }

        ref Pipe pipe = ref system.Files.Pipes[open.Pipe];
        return pipe.Tail != pipe.Head || pipe.Writers == 0;
    }

    /// <summary>A stream serves one read after the other, each with all that it asks for, so that there is enough for every read
    /// only when there is enough for the largest.</summary>
    private bool CanRead(in Device device)
    {
        uint needed = 1;
        bool isStream = system.Scenario.ResourceAt(device.Resource).Behaviour == FileBehaviour.Stream;
        for (int call = 0; isStream && call < system.Scenario.CallCount; call++)
        {
            needed = Math.Max(needed, CountOf(system.Scenario.CallAt(call), device.Resource));
        }

        // What a serial port has received must not be forgotten there.
        uint inPort = device.Port != 0 && !device.IsGone ? device.PendingBytes : 0;
        return device.Tail + inPort - device.Head >= needed;
    }

    private static uint CountOf(in Call call, int resource) =>
        call.Kind == CallKind.Read && call.Argument0 == resource ? (uint)call.Argument1 : 0;

    private bool CanWrite(Handle<OpenFile> file)
    {
        if (file.IsNone || system.Files.Files[file].Kind == ResourceKind.Device)
        {
            return false;
        }

        ref Pipe pipe = ref system.Files.Pipes[system.Files.Files[file].Pipe];
        return pipe.Tail - pipe.Head < pipe.CapacityBytes || pipe.Readers == 0;
    }

    private bool IsReady(in PosixThread thread, int resource, int events)
    {
        if (resource < 0)
        {
            return false;
        }

        Handle<OpenFile> file = FileOf(thread, resource);
        return !file.IsNone && system.Files.Poll(file, (PollEvents)events) != PollEvents.None;
    }

    /// <summary>The file that a name stands for, or none where that may have changed during the call.</summary>
    private Handle<OpenFile> FileOf(in PosixThread thread, int resource)
    {
        ref Process process = ref system.Posix.Processes.All[thread.Process];
        int number = process.Bindings[resource];
        return number < 0 || IsMadeAnew(resource) || HasClose(process, number) ? default : process.Files[number];
    }

    /// <summary>A handler may run more than once, and then its pipe takes the name from the one before.</summary>
    private bool IsMadeAnew(int resource)
    {
        int creator = system.Scenario.CreatorOfResource(resource);
        return creator >= 0 && system.Scenario.StrandAt(system.Scenario.CallAt(creator).Strand).Kind == StrandKind.Handler;
    }

    /// <summary>Handlers are inherited, so what one closes may be closed in any process.</summary>
    private bool HasClose(in Process process, int number)
    {
        foreach (ref readonly Call call in system.Scenario.Calls)
        {
            ref Strand strand = ref system.Scenario.StrandAt(call.Strand);
            bool isOwn = strand.Process == process.Strand || strand.Kind == StrandKind.Handler;
            if (call.Kind == CallKind.Close && isOwn && process.Bindings[call.Argument0] == number)
            {
                return true;
            }
        }

        return false;
    }
}
