// Where a step of the baseline is in a real monolithic kernel. The baseline stands for Linux, so its steps are named after
// Linux's functions: entry, exit and interrupt by their path, a wait by the call that waits.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Places in Linux.</summary>
public static class BaselinePlace
{
    private const string Linux = "linux";

    /// <summary>Finds the place of a step.</summary>
    /// <param name="story">The story.</param>
    /// <param name="step">The step.</param>
    /// <returns>The place, or null when it is no step of a thread.</returns>
    public static SourcePlace? Of(Story story, StoryEvent step)
    {
        if (story.Parties[step.Party].Kind == PartyKind.Line)
        {
            return new SourcePlace(Linux, "the device's driver", "its interrupt handler", "the interrupt is handled");
        }

        if (story.Parties[step.Party].Kind != PartyKind.User)
        {
            return null;
        }

        return step.Kind switch
        {
            PointKind.KernelExit => new(
                Linux, "kernel/entry/common.c", "exit_to_user_mode_loop()", "pending signals are looked for"),
            PointKind.TakeInterrupt => new(Linux, "kernel/signal.c", "get_signal()", "the signal is taken out of its queue"),
            PointKind.KernelEnter or PointKind.KernelLock or PointKind.RunOn => OfCall(CallOf(story, step)),
            _ => new("the test program", "its own source", "the thread's function", "the call is made"),
        };
    }

    private static SourcePlace OfCall(CallKind kind) => kind switch
    {
        CallKind.Read => new(Linux, "fs/pipe.c", "pipe_read()", "data and signals are looked for"),
        CallKind.Write => new(Linux, "fs/pipe.c", "pipe_write()", "room and signals are looked for"),
        CallKind.Close => new(Linux, "fs/pipe.c", "pipe_release()", "the other side is woken"),
        CallKind.Poll => new(Linux, "fs/select.c", "do_sys_poll()", "the files are asked"),
        CallKind.Waitpid => new(Linux, "kernel/exit.c", "do_wait()", "the children are looked at"),
        CallKind.Nanosleep => new(Linux, "kernel/time/hrtimer.c", "do_nanosleep()", "the timer is armed"),
        CallKind.Pause => new(Linux, "kernel/signal.c", "sys_pause()", "the thread sleeps"),
        CallKind.Sigsuspend => new(Linux, "kernel/signal.c", "sigsuspend()", "the thread sleeps under the given mask"),
        CallKind.Sigprocmask => new(Linux, "kernel/signal.c", "sigprocmask()", "the mask is changed"),
        CallKind.Sigaction => new(Linux, "kernel/signal.c", "do_sigaction()", "the action is changed"),
        CallKind.Kill or CallKind.Tgkill => new(Linux, "kernel/signal.c", "send_signal_locked()", "the signal is queued"),
        CallKind.Fork => new(Linux, "kernel/fork.c", "copy_process()", "the child is made"),
        CallKind.Exit => new(Linux, "kernel/exit.c", "do_exit()", "the thread ends"),
        _ => new(Linux, "kernel/entry/common.c", "syscall_exit_to_user_mode()", "the call returns"),
    };

    /// <summary>The call that the party stands in at a step, or that it has just made.</summary>
    private static CallKind CallOf(Story story, StoryEvent step)
    {
        for (int index = step.Index; index >= 0; index--)
        {
            StoryEvent each = story.Events[index];
            int noted = each.Party == step.Party ? each.Notes.FindLastIndex(note => note.Kind == NoteKind.CallBegin) : -1;
            if (noted >= 0)
            {
                return story.Scenario.CallAt((int)each.Notes[noted].First).Kind;
            }
        }

        return CallKind.None;
    }
}
