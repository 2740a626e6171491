// The defect bank: defects that can be switched on, one bit each. They are planted at the place where the real system had, or
// could have, the defect, and exist to prove that the oracle sees it with the budget that finds nothing without it. With all
// bits off nothing differs: the tests compare counters, traces and schedules.

namespace Managarm.Perf.Core.Defects;

/// <summary>A defect that can be planted into the kernel, the servers or a protocol.</summary>
public enum Defect : byte
{
    /// <summary>Raising a oneshot event twice fails an assertion instead of returning an error (managarm d6e3ac734).</summary>
    EventRaisedTwiceAsserts,

    /// <summary>A finished request leaves its entry in the cancellation registry.</summary>
    RegistryEntryKept,

    /// <summary>A cancelled read has consumed the bytes that it does not return.</summary>
    BytesConsumedWithInterrupt,

    /// <summary>Leaving the outermost guard does not reset the guard flag.</summary>
    FlagNotReset,

    /// <summary>Freeing a slot does not bump its generation, so stale handles name the next object.</summary>
    GenerationNotBumped,

    /// <summary>The kernel posts a completion twice.</summary>
    CompletionPostedTwice,

    /// <summary>The consumer clears the notify bits and blocks without looking at the queue again (managarm PR 1281).</summary>
    ClearWithoutRecheck,

    /// <summary>Only one pending signal is handled per observation (before managarm c2712d968).</summary>
    OneSignalPerObservation,

    /// <summary>Setting a signal to ignored discards the parked signal (before managarm 5f4bc1ee6).</summary>
    ParkedSignalDroppedByIgnore,

    /// <summary>The mask that sigsuspend installed stays after it returns.</summary>
    MaskNotRestored,

    /// <summary>A cancel also ends the request of a neighbour on the same lane or in the same server.</summary>
    CancelReachesNeighbour,

    /// <summary>An expired timer posts its completion a second time (before managarm 5b7c74801).</summary>
    TimerPostsTwice,

    /// <summary>An explicitly ignored signal still cancels the call (before managarm b8efca341).</summary>
    IgnoredSignalInterrupts,

    /// <summary>Pending signals are not looked at when a handler returns (before managarm d1fa42725).</summary>
    NoCheckAfterHandler,

    /// <summary>A descriptor that the server took for an alert is not closed (managarm before ec251030a).</summary>
    AlertDescriptorLeaked,

    /// <summary>All threads of a process have the credentials of its main thread, so that their cancellation ids
    /// collide.</summary>
    CredentialsShared,

    /// <summary>The KILL signal can be blocked, ignored and caught (managarm issue 1188).</summary>
    KillCanBeBlocked,

    /// <summary>A call that starts over waits its full time again (mlibc before 71ee6786).</summary>
    RestartWaitsFullTime,

    /// <summary>A signal between the check for signals and the sleep wakes nobody (the classic lost wake-up).</summary>
    SignalBeforeSleepLost,

    /// <summary>What becomes ready wakes one of those who wait for it instead of all.</summary>
    BellWakesOne,

    /// <summary>A cancelled write has put bytes into the pipe that it does not report.</summary>
    InterruptedWriteKeepsBytes,

    /// <summary>sigsuspend restores the mask before delivering the signal that ended it (before managarm eda3d7816).</summary>
    MaskRestoredBeforeDelivery,

    /// <summary>A signal that its target blocks is dropped instead of kept pending.</summary>
    BlockedSignalDropped,

    /// <summary>SA_RESETHAND resets the handler of the next signal (before managarm 94a7efce8).</summary>
    ResetHandlerHitsNeighbour,

    /// <summary>A signal for a process is given to a thread that blocks it, while another does not.</summary>
    SignalForBlockingThread,

    /// <summary>A child that ends between the look for ended children and the wait is missed.</summary>
    ChildEndMissed,

    /// <summary>A poll that was woken for nothing waits on without its files (before managarm fd9008851).</summary>
    PollNotRearmed,

    /// <summary>The mask that a handler restores is kept once per thread, not per frame (before managarm 7e02aced4).</summary>
    SavedMaskInOneSlot,

    /// <summary>A handler runs without its own signal being blocked (before managarm a3659d72a).</summary>
    HandlerMaskNotSet,

    /// <summary>Signals that are ignored by default, except CHLD, end the process (before managarm 915c91440).</summary>
    UrgentSignalKills,

    /// <summary>A signal for a thread goes into the queue of its process (before managarm 114fbea5f).</summary>
    ThreadSignalForProcess,

    /// <summary>Ignoring a signal discards it in the caller's queue only (before managarm 5f4bc1ee6).</summary>
    IgnoreDrainsOneQueue,

    /// <summary>Ignoring a signal does not discard what is pending (before managarm 40fb2b440).</summary>
    IgnoreDiscardsNothing,

    /// <summary>The end of a process marks its other threads and wakes none (before managarm 3e4bf4098).</summary>
    GroupExitWakesNobody,

    /// <summary>A child that goes without becoming a zombie wakes nobody (before managarm d6ea887a9).</summary>
    GoneChildNotTold,

    /// <summary>Pending signals are not looked at when the mask changes (before managarm a82b635a0).</summary>
    NoCheckAfterUnblock,

    /// <summary>pause waits with an empty mask (mlibc before 82d4a420).</summary>
    PauseUnblocksAll,

    /// <summary>A child whose end was reported is reported again.</summary>
    ZombieReportedTwice,

    /// <summary>A sleep that was cancelled says that its time is over (before managarm 1625d6754).</summary>
    CancelledSleepSucceeds,

    /// <summary>The wait of a poll cannot be cancelled (before managarm d5ae59b48).</summary>
    PollIgnoresToken,

    /// <summary>The wait of a read or write cannot be cancelled, as in netserver's TCP socket.</summary>
    TransferIgnoresToken,

    /// <summary>A reader tells waiting writers only once it has emptied the pipe (as before managarm 002df22ab).</summary>
    WriterToldOnlyWhenEmpty,

    /// <summary>A poll whose time is over says that it was interrupted (as before managarm dd36b3b12).</summary>
    TimeoutSaysInterrupted,

    /// <summary>Taking the last instance of a handled signal leaves it pending.</summary>
    SignalTakenTwice,

    /// <summary>A child inherits the signals that are pending for its parent.</summary>
    ForkInheritsPending,

    /// <summary>A child begins with an empty mask.</summary>
    ForkForgetsMask,

    /// <summary>A child inherits the action of the next signal (before managarm 6dfc4b92f).</summary>
    ForkShiftsActions,

    /// <summary>The last writer or reader that closes its end of a pipe tells nobody.</summary>
    EndOfFileNotTold,

    /// <summary>A call is not restarted after a handler with SA_RESTART, although the profile says so.</summary>
    RestartForgotten,

    /// <summary>The user leaves a submission chunk with a progress word that has lost its bytes.</summary>
    ChunkProgressGoesBack,

    /// <summary>The epoch of a guard is made by the request that joins it, so that a signal which was parked before is not in it
    /// (risk N1 of `ordered`).</summary>
    EpochTakenLate,

    /// <summary>An epoch is freed when it is cancelled although requests refer to it (N2).</summary>
    EpochFreedWhileHeld,

    /// <summary>The epoch is replaced when a signal is parked rather than when it is raised (N3).</summary>
    EpochRenewedWhenParked,

    /// <summary>A request that nothing cancels keeps its ticket open (N4).</summary>
    TicketKeptOpen,

    /// <summary>A new image keeps the credentials of the old one, and its cancellation ids begin at 1 again (N5).</summary>
    IdSeedRepeated,

    /// <summary>The ticket of a request is taken where its handler has already awaited something (N6).</summary>
    TicketTakenLate,

    /// <summary>A thread waits for the answer to its cancel, and asks again until there is one (N7).</summary>
    AnswerAwaited,

    /// <summary>A cancel has the context of the request, so that its late completion is taken for a reply (N8).</summary>
    ContextShared,

    /// <summary>When the grace is over the thread is ended without another look at what is due (N9).</summary>
    GraceNotRechecked,

    /// <summary>A request that begins as cancelled is refused before anybody looks for data (N11).</summary>
    CancelBeforeData,

    /// <summary>An early cancel is not matched exactly and hits the next request that registers on the lane (N12).</summary>
    EarlyCancelMatchesAny,

    /// <summary>A cancel that comes before its request is registered is dropped.</summary>
    EarlyCancelForgotten,

    /// <summary>An early cancel is kept when no request can be meant any more.</summary>
    EarlyCancelStays,

    /// <summary>The queue of a thread for which a signal was parked is not alerted.</summary>
    AlertForgotten,

    /// <summary>The thread keeps its cancelled epoch when the parked signal is raised.</summary>
    EpochNotRenewed,

    /// <summary>A file's lane is closed with the file although another thread uses it (the first draft of `ordered`).</summary>
    LaneNotHeld,

    /// <summary>What a killed thread has asked a file server for is left alone (the first draft of `ordered`).</summary>
    KilledRequestKept,

    /// <summary>A timed poll whose token is cancelled already begins to wait all the same (the first draft of
    /// `ordered`).</summary>
    TimedWaitCancelledFirst,

    /// <summary>A fatal signal waits for the guard of its thread without a limit.</summary>
    GraceForgotten,

    /// <summary>The error of a lane, which leaves open what has happened, is reported as EINTR.</summary>
    LaneErrorSaysInterrupted,

    /// <summary>Nobody looks whether a pending signal has become fatal when an action changes (a draft of `ordered`).</summary>
    ActionChangeUnnoticed,

    /// <summary>The fresh epoch of a thread that is to end is not cancelled (a draft of `ordered`).</summary>
    DyingEpochRenewed,

    /// <summary>A cancel completes a timer that has elapsed already, and the timer engine completes it again (managarm
    /// 5b7c74801).</summary>
    ElapsedTimerCancelled,

    /// <summary>The test whether a timer is in the queue is inverted: what waits is never cancelled, what has elapsed is taken
    /// out (managarm f9b60338e).</summary>
    TimerQueueTestInverted,

    /// <summary>A deadline that passes while the comparator is written is not noticed (managarm 44e69dfc2).</summary>
    DeadlineNotRechecked,

    /// <summary>Who cancels a timer of another processor programs its own comparator for it (managarm 9b7cc5c40).</summary>
    TimerOfOtherProcessor,

    /// <summary>A sleep takes its duration for a deadline (managarm 5d69abf4c).</summary>
    DurationTakenAsDeadline,

    /// <summary>The wait for a deadline ignores its cancellation (managarm df0053828).</summary>
    SleepIgnoresToken,

    /// <summary>A driver waits with the sequence that it would know after the next interrupt, and misses that (managarm
    /// 9aabb4070).</summary>
    InterruptSequenceRace,

    /// <summary>A pin that is masked while its interrupt is in service stays masked when it is answered (managarm
    /// 78feed274).</summary>
    PinStaysMasked,

    /// <summary>An interrupt that comes while the last one is in service is not kept (managarm 26db4348e).</summary>
    EdgeNotBuffered,

    /// <summary>A pin keeps pointing at an interrupt object that is gone (managarm 17b00d2f9).</summary>
    PinKeepsGoneSink,

    /// <summary>A read or write of a file that is not open says EIO instead of EBADF.</summary>
    ClosedFileSaysInputError,

    /// <summary>A write that finds no room says EBADF instead of waiting for some.</summary>
    FullPipeSaysClosed,

    /// <summary>A read that was woken and finds nothing says end of file although somebody may still write.</summary>
    EndOfFileOnEmptyWake,

    /// <summary>A pipe counts as without readers as soon as one of several processes has closed its read end.</summary>
    ReaderCountedByReference,

    /// <summary>An error that is found while a signal is pending or parked is reported as EINTR.</summary>
    ErrorBecomesInterrupted,

    /// <summary>A wait for a child that was cancelled takes the child all the same, and says EINTR.</summary>
    ReapedThenInterrupted,

    /// <summary>A child that ends while another one is waiting to be reported leaves nothing behind.</summary>
    SecondZombieLost,

    /// <summary>A wait for children that was woken for nothing says ECHILD although children are left.</summary>
    NoZombieSaysNoChild,

    /// <summary>The end of a child sends no SIGCHLD to a parent that is waiting for it.</summary>
    ChildSignalForgotten,

    /// <summary>What a killed thread has asked a file server for is left alone when another thread has a request, too.</summary>
    KilledRequestKeptBesideOthers,

    /// <summary>The handler that ends a sigsuspend runs under the mask from before the call.</summary>
    HandlerUnderFormerMask,

    /// <summary>A sigsuspend is ended by a signal that its mask blocks and the former one does not.</summary>
    SuspendEndsByAnySignal,

    /// <summary>A signal that is pending already is not queued again, whatever the profile says.</summary>
    StandardSignalsMerged,

    /// <summary>A write that waits for room counts the bytes that it wrote before twice.</summary>
    PartialCountTwice,

    /// <summary>A write that was interrupted after some bytes says that it wrote all.</summary>
    InterruptedWriteSaysAll,

    /// <summary>A write returns when some of its bytes have found room, though it should wait for the rest.</summary>
    WriteEndsAtFirstRoom,

    /// <summary>A write to a pipe without readers sends no SIGPIPE.</summary>
    BrokenPipeSignalForgotten,

    /// <summary>A signal for a process with several threads says that it was sent and is not, when it is pending
    /// already.</summary>
    SecondKillForgotten,

    /// <summary>A signal for a process says ESRCH when its main thread has ended and others have not.</summary>
    MainThreadEndSaysNoProcess,

    /// <summary>A poll that was woken for nothing says that a file is ready.</summary>
    PollReadyOnEmptyWake,

    /// <summary>A read takes one byte more than it was asked for, if there is one.</summary>
    ReadTakesOneMore,

    /// <summary>A read at the end of a file returns a byte that nobody has written.</summary>
    BytesOutOfNothing,

    /// <summary>A server looks at the registry entry of a request after it has freed it.</summary>
    RegistryEntryUsedAfterFree,

    /// <summary>A clone says EAGAIN when a signal is pending for the caller.</summary>
    CloneRefusedWhilePending,

    /// <summary>A wait that is not to hang looks only whether children are left, not whether one has ended.</summary>
    NoHangOverlooksZombie,

    /// <summary>A call starts over when one of the handlers that ran has SA_RESTART, and not only if all have.</summary>
    RestartForOneOfSeveral,

    /// <summary>The library looks whether a file is still open before it publishes the request that uses it.</summary>
    OpenCheckedBeforePublished,

    /// <summary>A read or write that was interrupted goes on being counted as a user of its file.</summary>
    InterruptedTransferKeepsFile,

    /// <summary>A child that has ended stays when its parent ends, and can be sent signals.</summary>
    OrphanStaysZombie,

    /// <summary>A thread that is made by clone begins with an empty mask.</summary>
    CloneForgetsMask,

    /// <summary>Number of defects; not a defect.</summary>
    Count,
}
