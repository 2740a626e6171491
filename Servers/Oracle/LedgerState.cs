// What the ledger remembers: of each strand's thread, of each call that has not returned, of the request that a server serves for
// a kernel thread. Plain data in the arena; the rules are in the ledger and its judges.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>The ledger in the hot arena.</summary>
internal struct LedgerState
{
    public Violation Violation;
    public bool EndedInCall;
    public bool AreOffersUnknown;
    public StrandEntries Strands;
}

/// <summary>What the ledger notes at the beginning of a call.</summary>
public struct CallFrame
{
    /// <summary>Handlers that had run on the thread.</summary>
    internal ushort HandlersRun;

    /// <summary>Those of them with SA_RESTART.</summary>
    internal ushort RestartingHandlers;

    /// <summary>Call that a handler interrupts, by index + 1, or 0.</summary>
    internal int OuterCall;

    /// <summary>Activations that were stacked when that call began.</summary>
    internal int OuterLevel;

    /// <summary>Whether that call was cancelled.</summary>
    internal bool WasOuterCancelled;

    /// <summary>Whether the outcome of that call was known.</summary>
    internal bool HadOuterOutcome;

    /// <summary>Handlers that had interrupted that call.</summary>
    internal CallHandlers OuterHandlers;

    /// <summary>Instances of SIGPIPE that the thread had been sent for its writes; wraps.</summary>
    internal byte BrokenPipes;

    /// <summary>Time.</summary>
    internal long BeganTicks;

    /// <summary>What the causes of its result rest on.</summary>
    internal CauseFrame Cause;
}

/// <summary>What the ledger knows of a strand's thread.</summary>
public struct StrandEntry
{
    /// <summary>No fatal signal is due.</summary>
    public const long NotFatal = -1;

    /// <summary>Call that the thread is in, by index + 1, or 0.</summary>
    public int Call;

    /// <summary>Calls that it is in, nested by handlers.</summary>
    public int Depth;

    /// <summary>Signals accepted for it and not raised yet.</summary>
    public int AcceptedNotRaised;

    /// <summary>Handlers that have begun to run on it.</summary>
    public ushort HandlersRun;

    /// <summary>Those of them with SA_RESTART.</summary>
    public ushort RestartingHandlers;

    /// <summary>Whether it has come to be.</summary>
    public bool HasBegun;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded;

    /// <summary>Whether what it waits for in its call was ended for a signal.</summary>
    public bool WasCancelled;

    /// <summary>Whether it has the outcome of what it has asked for in its call.</summary>
    public bool HasOutcome;

    /// <summary>Instances of SIGPIPE that it was sent for its writes; wraps.</summary>
    public byte BrokenPipes;

    /// <summary>Main threads: threads of the process that have not ended.</summary>
    public byte ThreadsAlive;

    /// <summary>Whether the deadline of its call is known.</summary>
    public bool HasDeadline;

    /// <summary>Handlers that have interrupted its call since that began or started over.</summary>
    internal CallHandlers Handlers;

    /// <summary>Activations that were stacked when the call began; with more, a handler runs inside the call.</summary>
    public int CallLevel;

    /// <summary>Latest possible deadline of the call.</summary>
    public long LatestDeadlineTicks;

    /// <summary>First idle at which a fatal signal was due to it in this call, or <see cref="NotFatal"/>.</summary>
    public long FatalSinceTicks;
}

/// <summary>Handlers that ran for a call which had its outcome, and for no handler that this call had called.</summary>
[Flags]
internal enum CallHandlers : byte
{
    /// <summary>None did.</summary>
    None = 0,

    /// <summary>One or more.</summary>
    Any = 1,

    /// <summary>One or more without SA_RESTART.</summary>
    Plain = 2,

    /// <summary>The last of them has returned to the call.</summary>
    Over = 4,
}

/// <summary>A request that a server serves for a kernel thread.</summary>
internal struct RequestEntry
{
    /// <summary>Requests that are served: one at most, unless something is wrong.</summary>
    public byte Count;

    /// <summary>Party of the server.</summary>
    public byte Party;

    /// <summary>Whether the server never looks whether it is to end.</summary>
    public bool IsDeaf;

    /// <summary>The call.</summary>
    public CallKind Kind;
}

/// <summary>A call that has not returned.</summary>
internal struct PendingCall
{
    /// <summary>The call by index + 1, or 0.</summary>
    public short Call;

    /// <summary>File number that it names, or -1.</summary>
    public sbyte Number;
}

/// <summary>Calls of a thread that have not returned, the outermost first.</summary>
[InlineArray(Levels)]
internal struct PendingCalls
{
    /// <summary>Calls at most: the thread's own, and one per handler body that a run may have.</summary>
    public const int Levels = RunLimits.HandlerBodies + 1;

    private PendingCall first;
}

/// <summary>Entries per strand.</summary>
[InlineArray(Scenario.MaximumStrands)]
internal struct StrandEntries
{
    private StrandEntry first;
}
