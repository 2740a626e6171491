// Where a step of the model is in the real system. Whoever wants to see a race on Managarm itself must hold one side back
// at a certain place; this table says in which file and function, and in front of what. User steps are in mlibc's sysdeps
// for Managarm, server steps in the POSIX server or in the file protocol's library, kernel steps in thor.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>A place in the sources of the real system.</summary>
/// <param name="Project">mlibc or managarm.</param>
/// <param name="File">Path in the project.</param>
/// <param name="Function">Function.</param>
/// <param name="Before">What follows the place.</param>
public sealed record SourcePlace(string Project, string File, string Function, string Before)
{
    private const string Mlibc = "mlibc";
    private const string Managarm = "managarm";
    private const string Pipe = "sysdeps/managarm/include/mlibc/posix-pipe.hpp";
    private const string Entry = "sysdeps/managarm/generic/entry.cpp";
    private const string Observations = "posix/subsystem/src/observations.cpp";
    private const string Main = "posix/subsystem/src/main.cpp";
    private const string Requests = "posix/subsystem/src/requests.cpp";
    private const string Process = "posix/subsystem/src/process.cpp";
    private const string FileServer = "protocols/fs/src/server.cpp";
    private const string Threads = "kernel/thor/generic/thread.cpp";

    /// <summary>Finds the place of a step.</summary>
    /// <param name="story">The story.</param>
    /// <param name="step">The step.</param>
    /// <returns>The place, or null when the step is no code of the real system (time, the baseline's kernel).</returns>
    public static SourcePlace? Of(Story story, StoryEvent step)
    {
        if (story.Protocol.IsMonolithic)
        {
            return null;
        }

        return story.Parties[step.Party].Kind switch
        {
            PartyKind.User => OfUser(story, step),
            PartyKind.Posix => OfPosix(step),
            PartyKind.Files => new SourcePlace(Managarm, FileServer, "servePassthrough()", FileServerText(step)),
            PartyKind.Line => new SourcePlace(Managarm, "the device's driver", "its interrupt loop", "the interrupt is handled"),
            PartyKind.Processor => OfProcessor(step),
            _ => null,
        };
    }

    private static SourcePlace OfProcessor(StoryEvent step) => step.Kind == PointKind.TimerRun
        ? new(Managarm, "kernel/thor/generic/timer.cpp", "PrecisionTimerEngine::_progress()", "what has elapsed is posted")
        : new(Managarm, "kernel/thor/arch/x86/ints.cpp", "the interrupt's entry", "the interrupt is handled");

    private static SourcePlace OfUser(Story story, StoryEvent step) => step.Kind switch
    {
        PointKind.GuardEnter => new(Mlibc, Entry, "SignalGuard::SignalGuard()", "the flag is set to 1"),
        PointKind.GuardExit => new(Mlibc, Entry, "SignalGuard::~SignalGuard()", "the flag is exchanged with 0"),
        PointKind.FlagCheck => new(
            Mlibc, Pipe, "Queue::_waitProgressFutex()", "the guard flag is compared with 2, ahead of helDriveQueue()"),
        PointKind.CancelCheck => new(
            Mlibc, Pipe, "Queue::_waitProgressFutex()", "cancellationRequested is looked at, ahead of helDriveQueue()"),
        PointKind.NotifyLoad => new(Mlibc, Pipe, "Queue::_waitProgressFutex()", "the notify word is loaded"),
        PointKind.NotifyClear => new(Mlibc, Pipe, "Queue::_waitProgressFutex()", "bits of the notify word are cleared"),
        PointKind.ProgressLoad => new(Mlibc, Pipe, "Queue::dequeueSingle()", "the chunk's progress word is loaded"),
        PointKind.Drive or PointKind.Submit => new(
            Mlibc, Pipe, ExchangeOf(story), "helDriveQueue() hands the pushed request to the kernel"),
        PointKind.SuperCall => new(Mlibc, SuperCallFile(step), SuperCallFunction(story, step), "the supercall is made"),
        PointKind.FileTableLoad => new(
            Mlibc, "sysdeps/managarm/generic/file.cpp", "getHandleForFd()", "the lane is loaded from the file table page"),
        PointKind.EventCreate => new(Mlibc, CallFile(story, step), "the sysdep", "helCreateOneshotEvent() is called"),
        PointKind.EventPublish or PointKind.EventWithdraw => new(
            Mlibc, Entry, "setCurrentRequestEvent()", "the event's handle is stored in the page"),
        PointKind.RequestPublish => new(Mlibc, Entry, "setCancellationId()", "the request's id is stored in the thread page"),
        PointKind.RequestWithdraw => new(Mlibc, Entry, "resetCancellationId()", "the id in the thread page is set to 0"),
        PointKind.CancelReset => new(
            Mlibc, Entry, "resetCancellationRequested()", "the thread page's cancellationRequested is set to false"),
        PointKind.QueueCreate => new(Mlibc, Pipe, "Queue::recreateQueue()", "helCreateQueue() is called"),
        PointKind.QueuePublish => new(Mlibc, Entry, "setQueueHandle()", "the queue's handle is stored in the thread page"),
        PointKind.EventClose => new(Mlibc, CallFile(story, step), "the sysdep", "the event's descriptor goes out of scope"),
        PointKind.TakeInterrupt => new(Managarm, Threads, "the kernel's exit path", "a pending interrupt is noticed"),
        PointKind.Start or PointKind.RunOn => new(Managarm, Threads, "the kernel's exit path", "the thread enters user mode"),
        _ => new("the test program", "its own source", "the thread's function", "the call is made"),
    };

    private static SourcePlace OfPosix(StoryEvent step) => step.Kind switch
    {
        PointKind.InterruptThread => new(Managarm, Main, "serveSignals()", "helInterruptThread() is called"),
        PointKind.ResumeThread => new(Managarm, Observations, "observeThread()", "helResume() is called"),
        PointKind.KillThread => new(Managarm, Process, "Process::terminate()", "helKillThread() is called"),
        PointKind.TransferDescriptor => new(Managarm, Observations, "alertRemoteQueue()", "helTransferDescriptor() is called"),
        PointKind.AlertQueue => new(Managarm, Observations, "alertRemoteQueue()", "helAlertQueue() is called"),
        PointKind.CloseDescriptor => new(Managarm, Observations, "alertRemoteQueue()", "helCloseDescriptor() is called"),
        PointKind.EventLoad => new(Managarm, Process, "Process::cancelEvent()", "the published handle is loaded"),
        PointKind.EventTransfer => new(Managarm, Process, "Process::cancelEvent()", "helTransferDescriptor() is called"),
        PointKind.EventRaise => new(Managarm, Process, "Process::cancelEvent()", "helRaiseEvent() is called"),
        PointKind.EventClear => new(Managarm, Process, "Process::cancelEvent()", "the published handle is set to 0"),
        PointKind.RequestLoad => new(Managarm, Process, "Process::cancelEvent()", "the thread page's cancellation id is loaded"),
        PointKind.LaneTransfer => new(Managarm, Process, "Process::cancelEvent()", "helTransferDescriptor() is called"),
        PointKind.FileLookup => new(Managarm, Process, "Process::cancelEvent()", "the file is looked up by its number"),
        PointKind.CancelRequest => new(
            Managarm, Observations, "handlePendingSignalsFromObservation()", "cancellationRequested is set to true"),
        PointKind.FlagUpdate => new(
            Managarm, Observations, "handlePendingSignalsFromObservation()", "the thread page's guard flag is looked at"),
        PointKind.FileTableStore => new(Managarm, Process, "FileContext::attachFile()", "the file table page is written"),
        PointKind.Dispatch when step.Observed != Observation.None => new(
            Managarm, Observations, "observeThread()", "the completed observation is answered"),
        PointKind.Dispatch when step.Notes.Exists(note => note.Kind == NoteKind.RequestAccepted) => new(
            Managarm, Requests, "serveRequests()", "the accepted request is handled"),
        PointKind.Dispatch => new(Managarm, Requests, "serveRequests()", "the coroutine that is due continues"),
        _ => new(Managarm, Main, "main(), the dispatcher's loop", "the server drives its queue"),
    };

    private static string FileServerText(StoryEvent step) => step.Kind switch
    {
        PointKind.Dispatch when step.Notes.Exists(note => note.Kind == NoteKind.RequestAccepted) =>
            "the request, whose credentials have just been extracted, is handled",
        PointKind.Dispatch => "the completion is handled",
        _ => "the dispatcher drives its queue",
    };

    /// <summary>File of the sysdep that the thread is in.</summary>
    private static string CallFile(Story story, StoryEvent step)
    {
        StoryNote call = story.Events.Take(step.Index + 1).Where(each => each.Party == step.Party)
            .SelectMany(each => each.Notes).LastOrDefault(note => note.Kind == NoteKind.CallBegin);
        bool isWait = story.Scenario.CallAt((int)call.First).Kind == CallKind.Waitpid;
        return "sysdeps/managarm/generic/" + (isWait ? "fork-exec.cpp" : "file.cpp");
    }

    private static string ExchangeOf(Story story) => story.Protocol.Name switch
    {
        "none" => "exchangeMsgsSync()",
        _ => "exchangeMsgsSyncCancellable()",
    };

    private static string SuperCallFile(StoryEvent step) => CallOf(step) switch
    {
        SuperCall.SigRaise => Entry,
        SuperCall.Cancel => Pipe,
        SuperCall.Fork or SuperCall.Exec or SuperCall.Clone or SuperCall.Exit or SuperCall.ThreadExit =>
            "sysdeps/managarm/generic/fork-exec.cpp",
        _ => "sysdeps/managarm/generic/signals.cpp",
    };

    private static string SuperCallFunction(Story story, StoryEvent step) => CallOf(step) switch
    {
        SuperCall.SigRaise => "SignalGuard::~SignalGuard()",
        SuperCall.Cancel => ExchangeOf(story),
        SuperCall.Fork => "sys_fork()",
        SuperCall.Exec => "sys_execve()",
        SuperCall.Clone => "sys_clone()",
        SuperCall.Exit or SuperCall.ThreadExit => "sys_exit()",
        SuperCall.SigKill => "sys_kill()",
        SuperCall.SigSuspend => "sys_sigsuspend() or sys_pause()",
        SuperCall.SigRestore => "the signal restorer",
        _ => "sys_sigprocmask()",
    };

    private static SuperCall CallOf(StoryEvent step)
    {
        StoryNote stop = step.Notes.Find(note => note.Kind == NoteKind.Stopped);
        return (SuperCall)(stop.Second - (long)Observation.SuperCall);
    }
}
