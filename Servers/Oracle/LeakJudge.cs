// Judges at the end of a run that nothing is left over: descriptors of servers, open files, and what the monolithic kernel waits
// with. Every rule is a balance: what is there is what somebody still has a use for, be it a thread, a request that is served
// or an operation that waits. What a dead server had, or a thread that was killed in a call, is not counted: nobody could give
// it back. Entries of registries and cancel sources have owners, so OwnerJudge judges them at every idle.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Finds what is left over.</summary>
internal sealed class LeakJudge
{
    private readonly ModelSystem system;
    private readonly World world;

    internal LeakJudge(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>Judges the end of a run.</summary>
    internal void Judge()
    {
        bool leaksDescriptor = !system.Protocol.IsMonolithic
            && (LeaksDescriptor(system.Posix.Universe) || AnyFileServerLeaksDescriptor());
        if (leaksDescriptor || LeaksFile() || LeaksWait())
        {
            system.Ledger.Violate(Invariant.Leak, -1, -1);
        }
    }

    /// <summary>What a dead server had is not its to give back.</summary>
    private bool AnyFileServerLeaksDescriptor()
    {
        bool leaks = false;
        for (int number = 0; number < Scenario.MaximumServers; number++)
        {
            FileServer server = system.FileServers[number];
            leaks |= server.IsRunning && LeaksDescriptor(server.Dispatcher.Universe, CountServedByDeaf());
        }

        return leaks;
    }

    /// <summary>Requests that a deaf server will never end, each with what came with it, where that is a declared
    /// limit.</summary>
    private int CountServedByDeaf()
    {
        int count = 0;
        bool isLimit = (system.Protocol.Limits & Limits.DeafServers) != 0;
        for (int thread = 0; isLimit && thread < world.Threads.All.HighWater; thread++)
        {
            ref RequestEntry request = ref system.Ledger.Requests[(uint)thread];
            count += request.IsDeaf ? request.Count : 0;
        }

        return count;
    }

    /// <summary>A server holds a descriptor only as long as it waits for the object: at the end of a run nothing else is under
    /// way.</summary>
    private bool LeaksDescriptor(Handle<Universe> universe, int kept = 0)
    {
        int awaited = kept;
        Slab<Operation> operations = world.Lanes.Operations;
        for (int index = 0; index < operations.HighWater; index++)
        {
            bool isAwait = operations.IsLiveAt(index) && operations.At(index).Kind == OperationKind.AwaitEvent;
            awaited += isAwait && operations.At(index).Universe == universe ? 1 : 0;
        }

        return world.Universes[universe].DescriptorCount > awaited;
    }

    /// <summary>Each open file is referred to by as many entries of file tables as it says. One that nobody refers to is used
    /// by a request of somebody who has ended, or its lane is held for a thread that has just used it. Under `monolithic` it is
    /// used by calls that have not returned; what a thread leaves behind that was killed in one is not counted.</summary>
    private bool LeaksFile()
    {
        Slab<OpenFile> files = system.Files.Files;
        bool hasRun = system.Posix.Processes.All.HighWater > 0;
        int unreferenced = 0;
        int users = 0;
        for (int index = 0; hasRun && index < files.HighWater; index++)
        {
            if (files.IsLiveAt(index) && files.At(index).References != CountReferences(files.HandleAt(index)))
            {
                return true;
            }

            unreferenced += files.IsLiveAt(index) && files.At(index).References == 0 ? 1 : 0;
            users += files.IsLiveAt(index) ? files.At(index).InFlight : 0;
        }

        return system.Protocol.IsMonolithic
            ? !system.Ledger.HasThreadEndedInCall && (unreferenced > users || users > system.Ledger.Calls.CountTransfers())
            : unreferenced > CountServed() + CountHeldLanes();
    }

    private int CountReferences(Handle<OpenFile> file)
    {
        int count = 0;
        Slab<Process> processes = system.Posix.Processes.All;
        for (int index = 0; index < processes.HighWater; index++)
        {
            for (int number = 0; number < Universe.MaxFiles && processes.IsLiveAt(index); number++)
            {
                count += processes.At(index).Files[number] == file ? 1 : 0;
            }
        }

        return count;
    }

    private int CountServed()
    {
        int count = 0;
        for (int thread = 0; thread < world.Threads.All.HighWater; thread++)
        {
            count += system.Ledger.Requests[(uint)thread].Count;
        }

        return count;
    }

    private int CountHeldLanes()
    {
        int count = 0;
        Slab<Process> processes = system.Posix.Processes.All;
        for (int index = 0; index < processes.HighWater; index++)
        {
            count += processes.IsLiveAt(index) ? processes.At(index).CondemnedCount : 0;
        }

        return count;
    }

    /// <summary>Under `monolithic`, when every thread has ended between two calls, no event, cancel source or timer is left.
    /// A thread that was killed in a call leaves its wait behind by design: nobody unwinds it.</summary>
    private bool LeaksWait()
    {
        bool hasRun = system.Posix.Processes.All.HighWater > 0;
        if (!system.Protocol.IsMonolithic || !hasRun || system.Posix.Processes.Threads.LiveCount > 0
            || system.Ledger.HasThreadEndedInCall)
        {
            return false;
        }

        return world.Events.LiveEvents > 0 || world.Events.LiveSources > 0 || world.Timers.HasArmed;
    }
}
