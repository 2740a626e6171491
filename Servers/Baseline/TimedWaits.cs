// The calls of the monolithic kernel that wait for files or for a time, and how long. Check and wait are one step: there is no
// point between the look at a file and the registration with its bell.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Baseline;

/// <summary>Poll and sleep of the monolithic kernel.</summary>
internal sealed class TimedWaits
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly FileCalls files;

    internal TimedWaits(ModelSystem system, FileCalls files)
    {
        this.system = system;
        this.files = files;
        world = system.World;
    }

    /// <summary>A call that starts over keeps its deadline, so that it does not wait longer than it was told to.</summary>
    /// <param name="call">The call.</param>
    /// <returns>Absolute deadline, or none.</returns>
    internal long DeadlineOf(in Call call) => call.Kind switch
    {
        CallKind.Nanosleep when world.Has(Defect.DurationTakenAsDeadline) => call.Argument0,
        CallKind.Nanosleep => world.Timers.ReadClock() + call.Argument0,
        CallKind.Poll when call.Argument4 >= 0 => world.Timers.ReadClock() + call.Argument4,
        _ => OneshotEvents.NoDeadline,
    };

    /// <summary>Waits until a file is ready, an event beats a cancel.</summary>
    /// <param name="process">The calling process.</param>
    /// <param name="call">The call.</param>
    /// <param name="deadlineTicks">Its deadline.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Number of ready files, or EINTR.</returns>
    internal async ModelTask<CallResult> Poll(Handle<Process> process, Call call, long deadlineTicks, CancelToken token)
    {
        while (true)
        {
            int ready = CountReady(process, call);
            bool isOver = deadlineTicks != OneshotEvents.NoDeadline && world.Timers.ReadClock() >= deadlineTicks;
            if (ready > 0 || isOver)
            {
                bool isDenied = ready == 0 && world.Has(Defect.TimeoutSaysInterrupted);
                return isDenied ? Status(Errno.EINTR) : new CallResult(ready, default);
            }

            if (!await WaitForFiles(process, call, deadlineTicks, token))
            {
                // What has become ready since the signal wins, as in Linux (fs/select.c, do_poll: files before signal_pending).
                ready = CountReady(process, call);
                return ready > 0 ? new CallResult(ready, default) : Status(Errno.EINTR);
            }

            if (world.Has(Defect.PollReadyOnEmptyWake))
            {
                return new CallResult(1, default);
            }

            if (world.Has(Defect.PollNotRearmed) && CountReady(process, call.Argument0, call.Argument1) == 0)
            {
                await world.Events.WaitForCancel(token);
            }
        }
    }

    private int CountReady(Handle<Process> process, in Call call) =>
        CountReady(process, call.Argument0, call.Argument1) + CountReady(process, call.Argument2, call.Argument3);

    private BellWait WaitForFiles(Handle<Process> process, in Call call, long deadlineTicks, CancelToken token)
    {
        ref Bell first = ref system.Files.StatusBell(files.FileAt(process, call.Argument0));
        ref Bell second = ref call.Argument2 < 0 ? ref first : ref system.Files.StatusBell(files.FileAt(process, call.Argument2));
        return world.Events.Wait(
            ref first, ref second, world.Has(Defect.PollIgnoresToken) ? CancelToken.None : token, deadlineTicks);
    }

    private int CountReady(Handle<Process> process, int resource, int events)
    {
        if (resource < 0)
        {
            return 0;
        }

        Handle<OpenFile> file = files.FileAt(process, resource);
        return file.IsNone || system.Files.Poll(file, (PollEvents)events) != PollEvents.None ? 1 : 0;
    }

    /// <summary>Sleeps until a deadline.</summary>
    /// <param name="deadlineTicks">The deadline.</param>
    /// <param name="token">Ends the sleep.</param>
    /// <returns>0 or EINTR.</returns>
    internal async ModelTask<CallResult> Sleep(long deadlineTicks, CancelToken token)
    {
        bool isOver = await world.Events.WaitUntil(deadlineTicks, token) || world.Has(Defect.CancelledSleepSucceeds);

        // A deadline that has passed since the signal wins, as in Linux (hrtimer.c, do_nanosleep).
        return isOver || world.Timers.ReadClock() >= deadlineTicks ? default : Status(Errno.EINTR);
    }

    private static CallResult Status(Errno error) => new(-(long)error, default);
}
