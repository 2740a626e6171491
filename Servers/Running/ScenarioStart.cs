// What a scenario finds when it begins: its processes with their first threads, and the files of its prelude. It is made before
// anybody runs, so no schedule has a choice in it. Servers own what they would have made themselves, so it is made in their name
// (Impersonate).

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;

namespace Managarm.Perf.Servers.Running;

/// <summary>Makes what is there before a scenario begins.</summary>
internal sealed class ScenarioStart
{
    private readonly ModelSystem system;
    private readonly World world;

    internal ScenarioStart(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>Creates the processes, with the threads that are there from the beginning.</summary>
    internal void CreateProcesses()
    {
        if (!system.Protocol.IsMonolithic)
        {
            world.Scheduler.Impersonate(system.Posix.Dispatcher.Party);
        }

        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (system.Scenario.StrandAt(strand).Kind == StrandKind.Process)
            {
                CreateThread(system.Posix.Processes.Create(strand, default), strand);
            }
        }

        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (system.Scenario.StrandAt(strand) is { Kind: StrandKind.Thread, IsCloned: false })
            {
                CreateThread(system.Posix.Processes.FindProcess(system.Scenario.StrandAt(strand).Process), strand);
            }
        }
    }

    private void CreateThread(Handle<Process> process, int strand)
    {
        Handle<PosixThread> thread = system.Posix.Processes.CreateThread(process, strand, ThreadOrigin.Boot);
        if (!system.Protocol.IsMonolithic)
        {
            system.Userland.CreateQueue(system.Posix.Processes.Threads[thread].Kernel);
            system.Posix.Serve(thread);
        }
    }

    /// <summary>Opens the files of the prelude in every process.</summary>
    internal void OpenPrelude()
    {
        for (int resource = 0; resource < system.Scenario.ResourceCount; resource++)
        {
            Resource declared = system.Scenario.ResourceAt(resource);
            if (!declared.IsPrelude || declared.Kind == ResourceKind.PipeWrite)
            {
                continue;
            }

            if (declared.Kind == ResourceKind.PipeRead)
            {
                OpenPreludePipe(resource);
            }
            else
            {
                OpenPreludeDevice(resource);
            }
        }
    }

    private void OpenPreludePipe(int resource)
    {
        (Handle<OpenFile> read, Handle<OpenFile> write) = system.Files.CreatePipe(resource);
        if (!system.Protocol.IsMonolithic)
        {
            world.Scheduler.Impersonate(system.Posix.Dispatcher.Party);
            system.Posix.Lanes.Open(read);
            system.Posix.Lanes.Open(write);
        }

        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (system.Scenario.StrandAt(strand).Kind == StrandKind.Process)
            {
                system.BindPipe(system.Posix.Processes.FindProcess(strand), resource, read, write);
            }
        }
    }

    private void OpenPreludeDevice(int resource)
    {
        Handle<OpenFile> file = system.Files.CreateDevice(resource);
        if (!system.Protocol.IsMonolithic)
        {
            FileServer server = system.FileServers[system.Scenario.ResourceAt(resource).Server];
            world.Scheduler.Impersonate(server.Dispatcher.Party);
            server.Drive(file);
        }

        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            if (system.Scenario.StrandAt(strand).Kind == StrandKind.Process)
            {
                Handle<Process> process = system.Posix.Processes.FindProcess(strand);
                system.Posix.Processes[process].Bindings[resource] = (sbyte)system.Posix.Processes.Files.Attach(process, file);
            }
        }
    }
}
