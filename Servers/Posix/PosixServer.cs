// The POSIX server: one single-threaded dispatcher that runs three coroutines per user thread (posix/subsystem/src/main.cpp,
// serve): one observes the thread and answers its supercalls, one turns pending signals into thread interrupts, one serves
// requests on the thread's posix lane. Start reading here; the parts are Observations, SignalServing, Requests, Processes and
// Signals.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>The POSIX server of a system.</summary>
public sealed class PosixServer
{
    private readonly ModelSystem system;

    internal PosixServer(ModelSystem system)
    {
        this.system = system;
        Dispatcher = new Dispatcher(system.World);
        Lanes = new LaneServer(system, Dispatcher, system.Sides.PosixFiles);
        Processes = new Processes(system);
        Signals = new Signals(system);
        Observations = new Observations(system, this);
        Requests = new Requests(system, this);
        Cancels = new CancelSender(system, Dispatcher);
        Execution = new Execution(system, this);
    }

    /// <summary>Its event loop.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>Its lane service, for the files that it serves itself.</summary>
    public LaneServer Lanes { get; }

    /// <summary>Processes and threads.</summary>
    public Processes Processes { get; }

    /// <summary>Queues, dispositions, acceptance.</summary>
    public Signals Signals { get; }

    /// <summary>Observation loop and supercalls.</summary>
    public Observations Observations { get; }

    /// <summary>Requests on posix lanes.</summary>
    public Requests Requests { get; }

    /// <summary>Cancels that the server sends in a thread's name.</summary>
    public CancelSender Cancels { get; }

    /// <summary>Exec.</summary>
    public Execution Execution { get; }

    /// <summary>The server's own descriptors: what it took out of other universes.</summary>
    public Handle<Universe> Universe => Dispatcher.Universe;

    /// <summary>Starts the three coroutines of a thread.</summary>
    /// <param name="thread">A new thread whose kernel thread exists.</param>
    public void Serve(Handle<PosixThread> thread)
    {
        Observations.Run(thread).Detach();
        ServeSignals(thread).Detach();
        Requests.Run(thread).Detach();
    }

    /// <summary>Sends SIGPIPE to a thread whose write has found no reader, and stops the thread for it before the reply of the
    /// write goes out, so that the signal is there when the call returns.</summary>
    /// <param name="credentials">The writer.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> BreakPipe(uint credentials)
    {
        World world = system.World;
        Handle<PosixThread> writer = Processes.FindThread(system.StrandOfThread(credentials));
        if (writer.IsNone || Processes.Thread(writer).Kernel.Index != credentials)
        {
            return default;
        }

        Signals.IssueBrokenPipe(writer);
        Handle<KernelThread> kernel = Processes.Thread(writer).Kernel;
        await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, kernel.Index);
        world.Counters.ServerEntries++;
        world.Threads.Interrupt(kernel);
        return default;
    }

    private async ModelTask<Unit> ServeSignals(Handle<PosixThread> thread)
    {
        World world = system.World;
        var token = new CancelToken(Processes.Thread(thread).Generation);
        uint sequence = 0;
        if (Signals.HasNews(thread, sequence, SignalTable.AllMask))
        {
            await new TurnAwaiter(world);
        }

        while (!Processes.Thread(thread).IsInTermination)
        {
            sequence = await Signals.Poll(thread, sequence, SignalTable.AllMask, token);
            if (Processes.Thread(thread).IsInTermination)
            {
                break;
            }

            Handle<KernelThread> kernel = Processes.Thread(thread).Kernel;
            await world.WritePoint(PointKind.InterruptThread, ObjectKind.Thread, kernel.Index);
            world.Counters.ServerEntries++;
            world.Threads.Interrupt(kernel);
        }

        Processes.Thread(thread).AreSignalsDone = true;
        world.Events.Ring(ref Processes.Thread(thread).DoneBell);
        return default;
    }
}
