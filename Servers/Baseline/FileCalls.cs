// The calls of the monolithic kernel that make, read and write files. The file is looked up, then its lock is taken: in between
// another thread may close it.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>Calls on files of the monolithic kernel.</summary>
internal sealed class FileCalls
{
    private readonly ModelSystem system;
    private readonly World world;

    internal FileCalls(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <summary>File number that a resource name stands for.</summary>
    /// <param name="process">The calling process.</param>
    /// <param name="resource">Resource of the scenario, or -1.</param>
    /// <returns>The number, or -1.</returns>
    internal int NumberOf(Handle<Process> process, int resource) =>
        resource < 0 ? -1 : system.Posix.Processes[process].Bindings[resource];

    /// <summary>The file that a resource name stands for.</summary>
    /// <param name="process">The calling process.</param>
    /// <param name="resource">Resource of the scenario, or -1.</param>
    /// <returns>The file, or none.</returns>
    internal Handle<OpenFile> FileAt(Handle<Process> process, int resource)
    {
        int number = NumberOf(process, resource);
        return number < 0 ? default : system.Posix.Processes[process].Files[number];
    }

    /// <summary>Makes a pipe.</summary>
    /// <param name="process">The calling process.</param>
    /// <param name="call">The call.</param>
    /// <returns>0 or EMFILE.</returns>
    internal CallResult Pipe(Handle<Process> process, in Call call)
    {
        (Handle<OpenFile> read, Handle<OpenFile> write) = system.Files.CreatePipe(call.Output0);
        return Status(!read.IsNone && system.BindPipe(process, call.Output0, read, write) ? default : Errno.EMFILE);
    }

    /// <summary>Reads or writes.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="call">The call.</param>
    /// <param name="token">Ends the wait for data or room.</param>
    /// <returns>Bytes moved, or an error.</returns>
    internal async ModelTask<CallResult> Transfer(Handle<PosixThread> thread, Call call, CancelToken token)
    {
        Handle<OpenFile> file = FileAt(system.Posix.Processes.Thread(thread).Process, call.Argument0);
        if (file.IsNone)
        {
            return Status(world.Has(Defect.ClosedFileSaysInputError) ? Errno.EIO : Errno.EBADF);
        }

        await world.WritePoint(PointKind.KernelLock, ObjectKind.File, file.Index);
        if (!system.Files.Files.IsLive(file))
        {
            return Status(Errno.EBADF);
        }

        system.Files.BeginUse(file);
        TransferResult result = call.Kind == CallKind.Read
            ? await system.Files.Read(file, (uint)call.Argument1, token)
            : await system.Files.Write(file, (uint)call.Argument1, token);
        if (result.Error != Errno.EINTR || !world.Has(Defect.InterruptedTransferKeepsFile))
        {
            system.Files.EndUse(file);
        }

        if (result.IsBroken && system.Has(Repairs.BrokenPipeSignals))
        {
            system.Posix.Signals.IssueBrokenPipe(thread);
        }

        return result.Error != default ? Status(result.Error) : new CallResult(result.Data.Count, result.Data);
    }

    private static CallResult Status(Errno error) => new(-(long)error, default);
}
