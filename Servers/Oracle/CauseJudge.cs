// Every result that a call returns has a cause in the ledger: bytes that somebody wrote, an end that nobody holds open any
// more, an error number for a reason that user code could know, an EINTR for which the call was cancelled, a child that ended.
// The judge notes what must be known when a call begins and looks for the cause when it returns. Where another call of the
// process has changed files meanwhile, or another waiter may have taken the child, the order is not known from outside, and it
// judges nothing.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>Looks for the causes of results.</summary>
internal sealed class CauseJudge
{
    private readonly ModelSystem system;
    private readonly Ledger ledger;

    internal CauseJudge(ModelSystem system, Ledger ledger)
    {
        this.system = system;
        this.ledger = ledger;
    }

    private FileBook Files => ledger.Files;

    /// <summary>A call begins.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="made">The call.</param>
    /// <returns>What must be known when it returns.</returns>
    internal CauseFrame Began(int strand, in Call made)
    {
        var frame = new CauseFrame { Number = Scenario.None };
        int process = ProcessOf(strand);
        switch (made.Kind)
        {
            case CallKind.Read or CallKind.Write or CallKind.Poll:
                LookUp(process, made, ref frame);
                Offer(made, ref frame);
                break;
            case CallKind.Close:
                LookUp(process, made, ref frame);
                Files.ClosingBegan(process, frame.Number, isCertain: !IsMadeAnew(made.Argument0));
                frame.Changes = Files[process].Changes;
                break;
            case CallKind.Pipe:
                Files.OpeningBegan(process);

                // A write that is under way may find the new pipe under its number.
                ledger.AreOffersUnknown |= ledger.Calls.HasWrite(process);
                break;
            case CallKind.Kill or CallKind.Tgkill:
                frame.Sends = ledger.Signals.SendsTo(made.Argument0, SignalOf(made));
                frame.WasAlive = IsAlive(made);
                frame.WasGone = IsGone(made);
                break;
            case CallKind.Sigaction:
                ledger.Children.ActionChanged(process);
                break;
            case CallKind.Waitpid:
                ledger.Children.WaitBegan(process);
                frame.Sends = ledger.Children.WaitsOf(process);
                frame.WasAlive = ledger.Children.HasOtherWaits(process, own: 1);
                frame.Certain = ledger.Children.Certain(process, made.Argument0);
                frame.Waitable = ledger.Children.Waitable(process, made.Argument0);
                break;
            default:
                break;
        }

        return frame;
    }

    /// <summary>A call returns: what it has changed is noted, and its result judged.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="made">The call.</param>
    /// <param name="result">Its result.</param>
    /// <param name="handlers">Handlers that ran on the thread meanwhile.</param>
    /// <param name="frame">What was noted when it began.</param>
    /// <returns>False when the result has no cause.</returns>
    internal bool Returned(int strand, in Call made, in CallResult result, int handlers, in CauseFrame frame)
    {
        int process = ProcessOf(strand);
        bool isKnown = IsKnown(process, made, frame);
        bool hasCause = result.Value < 0
            ? HasError(strand, made, (Errno)(-result.Value), isKnown, frame)
            : HasValue(strand, made, result, handlers, isKnown, frame);
        Note(process, made, result.Value, frame);
        return hasCause;
    }

    /// <summary>A thread has ended inside a call.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="made">The call.</param>
    internal void Abandoned(int strand, in Call made)
    {
        if (made.Kind is CallKind.Pipe or CallKind.Close)
        {
            Files.ChangeAbandoned(ProcessOf(strand));
        }
    }

    private int ProcessOf(int strand) => system.Scenario.StrandAt(strand).Process;

    private static int SignalOf(in Call made) => made.Kind == CallKind.Kill ? made.Argument1 : made.Argument2;

    private bool IsAlive(in Call made) => made.Kind == CallKind.Kill
        ? Files.HasBegun(made.Argument0) && !ledger.Children.HasEnded(made.Argument0)
        : ledger[made.Argument1] is { HasBegun: true, HasEnded: false } && ProcessOf(made.Argument1) == made.Argument0;

    /// <summary>Of threads that end the POSIX server knows later; who ends them itself knows at once.</summary>
    private bool IsGone(in Call made) => ledger.Children.IsGone(made.Argument0)
        || (made.Kind == CallKind.Tgkill && system.Protocol.IsMonolithic && ledger[made.Argument1].HasEnded);

    private void LookUp(int process, in Call made, ref CauseFrame frame)
    {
        ref FileAccount account = ref Files[process];
        frame.Number = (sbyte)system.BindingOf(process, made.Argument0);
        frame.IsStable = account.ChangesInFlight == 0 && !account.IsUnknown;
        frame.Changes = account.Changes;
        frame.File = frame.Number < 0 ? default : account.Files[frame.Number];
        if (frame.File.IsOpen)
        {
            ref StreamEntry stream = ref Files.Stream(frame.File.Stream);
            frame.WrittenBytes = stream.Written;
            frame.DeliveredBytes = stream.Delivered;
        }
    }

    private void Offer(in Call made, ref CauseFrame frame)
    {
        if (made.Kind != CallKind.Write)
        {
            return;
        }

        bool isPipe = frame.File.Kind == ResourceKind.PipeWrite;
        frame.WasAlive = isPipe
            && (Files.MayBeHeld(frame.File.Stream, ResourceKind.PipeRead) || AreFilesForsaken);
        if (!frame.IsStable)
        {
            ledger.AreOffersUnknown = true;
        }
        else if (isPipe)
        {
            Files.Stream(frame.File.Stream).Offered += (uint)made.Argument1;
        }
    }

    private bool IsKnown(int process, in Call made, in CauseFrame frame) => made.Kind switch
    {
        CallKind.Pipe => !Files[process].IsUnknown,
        _ => IsUnchanged(process, frame),
    };

    private bool IsUnchanged(int process, in CauseFrame frame) =>
        frame.IsStable && !Files[process].IsUnknown && Files[process].Changes == frame.Changes;

    /// <summary>A handler may run more than once, and then its pipe takes the name from the one before.</summary>
    private bool IsMadeAnew(int resource)
    {
        int creator = resource < 0 ? Scenario.None : system.Scenario.CreatorOfResource(resource);
        return creator >= 0 && system.Scenario.StrandAt(system.Scenario.CallAt(creator).Strand).Kind == StrandKind.Handler;
    }

    private void Note(int process, in Call made, long result, in CauseFrame frame)
    {
        switch (made.Kind)
        {
            case CallKind.Close:
                Files.ChangeReturned(process, frame.Number, result == 0);
                break;
            case CallKind.Pipe:
                Files.ChangeReturned(process, Scenario.None, isClosed: false);
                NotePipe(process, made.Output0, result);
                break;
            case CallKind.Waitpid:
                ledger.Children.WaitReturned(process);
                break;
            default:
                break;
        }
    }

    private void NotePipe(int process, int resource, long result)
    {
        if (result != 0)
        {
            return;
        }

        ledger.FileOpened(process, resource);
        ledger.FileOpened(process, resource + 1);
    }

    private bool HasError(int strand, in Call made, Errno error, bool isKnown, in CauseFrame frame) => (made.Kind, error) switch
    {
        (CallKind.Pause or CallKind.Sigsuspend, Errno.EINTR) => true,

        // Who gives up waiting has no outcome that EINTR could hide.
        (_, Errno.EINTR) => ledger[strand].WasCancelled || !ledger[strand].HasOutcome,
        (CallKind.Read or CallKind.Write or CallKind.Close, Errno.EBADF) => !isKnown || !Permits(frame.File, made.Kind),
        (CallKind.Read or CallKind.Write, Errno.EIO) => isKnown
            ? IsLost(frame.File)
            : MayBeLost(made),
        (CallKind.Write, Errno.EPIPE) => !isKnown
            || (frame.File.Kind == ResourceKind.PipeWrite && !Files.IsHeld(frame.File.Stream, ResourceKind.PipeRead)),
        (CallKind.Pipe, Errno.EMFILE) => system.Files.HasAllPipes || (isKnown
            ? Files.CountOpen(ProcessOf(strand)) > Universe.MaxFiles - 2
            : MayHaveNoNumber(ProcessOf(strand))),
        (CallKind.Kill or CallKind.Tgkill, Errno.ESRCH) => !frame.WasAlive || !IsAlive(made),
        (CallKind.Sigaction, Errno.EINVAL) => !SignalTable.IsCatchable(SignalTable.NumberAt(made.Argument0)),
        (CallKind.Waitpid, Errno.ECHILD) => !HasChild(ProcessOf(strand), made, frame),
        (CallKind.Clone, Errno.EAGAIN) => !system.Posix.Processes.HasRoomForThread(ProcessOf(strand)),
        _ => false,
    };

    private bool HasValue(int strand, in Call made, in CallResult result, int handlers, bool isKnown, in CauseFrame frame) =>
        made.Kind switch
        {
            CallKind.Read => IsReadRight(made, result, handlers > 0 || ledger[strand].WasCancelled, isKnown, frame),
            CallKind.Write => IsWriteRight(made, result, handlers > 0 || ledger[strand].WasCancelled, isKnown, frame),
            CallKind.Poll => IsPollRight(strand, made, result.Value, isKnown, frame),
            CallKind.Close => result.Value == 0 && (!isKnown || frame.File.IsOpen),
            CallKind.Kill or CallKind.Tgkill => result.Value == 0 && IsSent(made, frame),
            CallKind.Sigaction => result.Value == 0 && SignalTable.IsCatchable(SignalTable.NumberAt(made.Argument0)),
            CallKind.Waitpid => IsWaitRight(ProcessOf(strand), made, result.Value, frame),
            CallKind.Fork => result.Value == ProcessNumber.Of(made.Output0) && Files.HasBegun(made.Output0),
            CallKind.Clone => result.Value == 0 && ledger[made.Output0].HasBegun,
            CallKind.Pause or CallKind.Sigsuspend => false,
            _ => result.Value == 0,
        };

    /// <summary>Whether a file can be used as a call wants.</summary>
    private static bool Permits(in FileEntry file, CallKind kind) => kind switch
    {
        CallKind.Read => file.Kind is ResourceKind.PipeRead or ResourceKind.Device,
        CallKind.Write => file.Kind is ResourceKind.PipeWrite or ResourceKind.Device,
        _ => file.IsOpen,
    };

    /// <summary>Whether the server of a file has died; the POSIX server, which has the pipes, does not.</summary>
    private bool IsLost(in FileEntry file) =>
        file.Kind == ResourceKind.Device && Files.IsDead(system.Files.ServerOfStream(file.Stream));

    /// <summary>Where the files of the process change meanwhile, a lane may close under a request, which then ends with an
    /// error that a library has no better name for. Who claims the lemmas, and who has no lanes, does not let that happen:
    /// there only a device can be lost, and a name that stands for one at first.</summary>
    private bool MayBeLost(in Call made)
    {
        ref readonly Resource resource = ref system.Scenario.ResourceAt(made.Argument0);
        bool isKept = system.Protocol.IsMonolithic || system.Sides.Claims is not null;
        return !isKept || (resource.Kind == ResourceKind.Device && Files.IsDead(resource.Server));
    }

    /// <summary>Whether what a process has had open at most, with the two of the call, is too much.</summary>
    private bool MayHaveNoNumber(int process) => CountPrelude() + (2 * Files[process].Openings) > Universe.MaxFiles;

    private int CountPrelude()
    {
        int count = 0;
        for (int resource = 0; resource < system.Scenario.ResourceCount; resource++)
        {
            count += system.Scenario.ResourceAt(resource).IsPrelude ? 1 : 0;
        }

        return count;
    }

    private bool IsReadRight(in Call made, in CallResult result, bool isInterrupted, bool isKnown, in CauseFrame frame)
    {
        if (result.Value > made.Argument1 || (isKnown && !Permits(frame.File, CallKind.Read)))
        {
            return false;
        }

        if (result.Value == 0)
        {
            return made.Argument1 == 0 || !isKnown || IsAtEnd(frame);
        }

        ref StreamEntry stream = ref Files.Stream(result.Data.Stream);
        bool isOffered = ledger.AreOffersUnknown || result.Data.Start + result.Data.Count <= stream.Offered;
        bool isSame = !isKnown || frame.File.Stream == result.Data.Stream;
        bool isWhole = result.Value == made.Argument1 || isInterrupted || !system.Files.IsStreaming(result.Data.Stream);
        return isOffered && isSame && isWhole;
    }

    /// <summary>A pipe is at its end when nobody holds its write end for certain; bytes that were written before, and nobody else
    /// can have taken, come first.</summary>
    private bool IsAtEnd(in CauseFrame frame)
    {
        if (frame.File.Kind != ResourceKind.PipeRead || Files.IsHeld(frame.File.Stream, ResourceKind.PipeWrite))
        {
            return false;
        }

        bool hasBytes = frame.WrittenBytes > Files.Stream(frame.File.Stream).Delivered;
        return !hasBytes || ledger.Calls.CountReads() > 0;
    }

    /// <summary>A write that returns early was interrupted after some bytes, or has lost its readers. That another thread took
    /// the signal for which its wait was ended is no mistake: Linux wakes one and lets any take it.</summary>
    private bool IsWriteRight(in Call made, in CallResult result, bool isInterrupted, bool isKnown, in CauseFrame frame)
    {
        if (result.Value > made.Argument1 || (result.Value == 0 && made.Argument1 > 0))
        {
            return false;
        }

        if (isKnown && (!Permits(frame.File, CallKind.Write) || IsIntoNothing(made, frame)))
        {
            return false;
        }

        return result.Value == made.Argument1 || isInterrupted || Profiles.AllowsEarlyWrite(system.Profile)
            || !isKnown || !Files.IsHeld(frame.File.Stream, ResourceKind.PipeRead);
    }

    /// <summary>Where nothing is interrupted, a request outlives its process, and with it the file that it works on.</summary>
    private bool AreFilesForsaken =>
        (system.Protocol.Limits & Limits.Interruption) != 0 && ledger.Requests.HasForsaken();

    private static bool IsIntoNothing(in Call made, in CauseFrame frame) =>
        frame.File.Kind == ResourceKind.PipeWrite && !frame.WasAlive && made.Argument1 > 0;

    private bool IsPollRight(int strand, in Call made, long ready, bool isKnown, in CauseFrame frame)
    {
        bool isSingle = made.Argument2 < 0;
        if (ready == 0)
        {
            return made.Argument4 >= 0;
        }

        bool isInput = isSingle && made.Argument1 == (int)PollEvents.In;
        return ready <= (isSingle ? 1 : 2) && (!isInput || !isKnown || MayHaveInput(strand, frame));
    }

    private bool MayHaveInput(int strand, in CauseFrame frame)
    {
        if (!frame.File.IsOpen || ledger.AreOffersUnknown)
        {
            return true;
        }

        bool hasBytes = Files.Stream(frame.File.Stream).Offered > frame.DeliveredBytes;
        return frame.File.Kind switch
        {
            ResourceKind.PipeRead => hasBytes || !Files.IsHeld(frame.File.Stream, ResourceKind.PipeWrite),
            ResourceKind.Device => hasBytes || IsLost(frame.File),
            _ => false,
        };
    }

    /// <summary>A signal for somebody who is alive has been sent when the call says so. What is said of one who has ended
    /// changes nothing while somebody may wait for it. One who has never been, or whom nobody can wait for any more, cannot be
    /// sent anything.</summary>
    private bool IsSent(in Call made, in CauseFrame frame)
    {
        if (frame.WasAlive && IsAlive(made))
        {
            return ledger.Signals.SendsTo(made.Argument0, SignalOf(made)) != frame.Sends;
        }

        return Files.HasBegun(made.Argument0) && !frame.WasGone;
    }

    private bool IsWaitRight(int process, in Call made, long result, in CauseFrame frame)
    {
        if (result > 0)
        {
            int child = ProcessNumber.StrandOf(result);
            bool isMeant = made.Argument0 < 0 || made.Argument0 == child;
            return ledger.Children.TryReap(process, child) && isMeant;
        }

        bool hadNews = (frame.Waitable & ledger.Children.Waitable(process, made.Argument0)) != 0;
        return ((WaitFlags)made.Argument1 & WaitFlags.NoHang) != 0 && !(hadNews && IsOnlyWaiter(process, frame));
    }

    /// <summary>Whether a child that is meant was there throughout, so that ECHILD is wrong: one that has not ended, or one whose
    /// end nobody else can have been told.</summary>
    private bool HasChild(int process, in Call made, in CauseFrame frame)
    {
        uint throughout = frame.Certain & ledger.Children.Certain(process, made.Argument0);
        return (throughout & ~ledger.Children.EndedOnes) != 0 || (throughout != 0 && IsOnlyWaiter(process, frame));
    }

    private bool IsOnlyWaiter(int process, in CauseFrame frame) =>
        !frame.WasAlive && ledger.Children.WaitsOf(process) == frame.Sends;
}

/// <summary>What is noted of a call when it begins.</summary>
public struct CauseFrame
{
    /// <summary>File number that it names, or -1.</summary>
    internal sbyte Number;

    /// <summary>Whether no other call of the process was changing files.</summary>
    internal bool IsStable;

    /// <summary>Whether the target of a signal lived, the pipe of a write may have had a reader, or somebody else waited for
    /// children.</summary>
    internal bool WasAlive;

    /// <summary>Instances of a signal that its target had been sent, or calls of waitpid of the process; wraps.</summary>
    internal byte Sends;

    /// <summary>Changes of the process's files so far; wraps.</summary>
    internal ushort Changes;

    /// <summary>The file.</summary>
    internal FileEntry File;

    /// <summary>Whether nothing was left of the target of a signal.</summary>
    internal bool WasGone;

    /// <summary>Bytes of its stream that had been written.</summary>
    internal uint WrittenBytes;

    /// <summary>Bytes of its stream that had been delivered.</summary>
    internal uint DeliveredBytes;

    /// <summary>Children that are meant, by strand.</summary>
    internal uint Certain;

    /// <summary>Those of them whose end was visible.</summary>
    internal uint Waitable;
}
