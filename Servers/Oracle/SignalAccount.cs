// What the signal book keeps for each thread, and in the account of a main thread for its process. Plain data of the run, which
// is hashed and reset with it.

using System.Runtime.CompilerServices;
using Managarm.Perf.Servers.Posix;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What is known of a thread and, in the account of its main thread, of a process.</summary>
public struct SignalAccount
{
    /// <summary>Handlers that are stacked on the thread.</summary>
    public int Level;

    /// <summary>Mask on each level, as the thread's calls have made it.</summary>
    public MaskStack Masks;

    /// <summary>Mask that the call in hand installs, on each level; the same where it installs none.</summary>
    public MaskStack Candidates;

    /// <summary>Levels on which a handler ran under the mask that the call in hand installs, one bit each.</summary>
    public uint HandledWithin;

    /// <summary>Instances sent to the thread and not taken, at most.</summary>
    public SignalCounts Own;

    /// <summary>Instances sent to the thread that it must get once it does not block them: at least so many.</summary>
    public SignalCounts OwnDue;

    /// <summary>Signals of which some are due to the thread.</summary>
    public ushort OwnOwed;

    /// <summary>Instances sent to the process and not taken, at most.</summary>
    public SignalCounts Shared;

    /// <summary>Instances sent to the process that some thread must get: at least so many.</summary>
    public SignalCounts SharedDue;

    /// <summary>Signals of which some are due to the process.</summary>
    public ushort SharedOwed;

    /// <summary>Instances sent to the process or its threads in all; wraps.</summary>
    public SignalCounts Sends;

    /// <summary>Whether the action of SIGCHLD has SA_NOCLDWAIT.</summary>
    public bool ForgetsChildren;

    /// <summary>Signals that were owed to the thread when its call began, and of which none was taken since.</summary>
    public ushort OwedThroughout;

    /// <summary>Whether a write of the thread has sent it a SIGPIPE that it must get, and none was taken since.</summary>
    public bool OwesBrokenPipe;

    /// <summary>Signals with a handler.</summary>
    public ushort Handled;

    /// <summary>Signals that are ignored explicitly.</summary>
    public ushort Ignored;

    /// <summary>Signals whose handler is for once only.</summary>
    public ushort Resets;

    /// <summary>Signals whose action is not known from outside, since calls overlapped.</summary>
    public ushort Unknown;

    /// <summary>Calls in flight that change the action of a signal.</summary>
    public SignalCounts ActionsInFlight;
}

/// <summary>Masks by level.</summary>
[InlineArray(SignalBook.TrackedLevels)]
public struct MaskStack
{
    private ushort first;
}
