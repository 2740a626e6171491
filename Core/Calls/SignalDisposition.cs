// What sigaction can ask for. The values are what the second argument word of the call holds and what the byte format
// carries.

namespace Managarm.Perf.Core.Calls;

/// <summary>What a process wants to happen on a signal: the second argument of <c>sigaction</c>.</summary>
public enum SignalDisposition : byte
{
    /// <summary>The default action of the signal.</summary>
    Default = 0,

    /// <summary>Drop the signal.</summary>
    Ignore = 1,

    /// <summary>Run the handler body of the scenario, which may be empty.</summary>
    Handle = 2,
}

// The flags of sigaction that change what a signal does to a call in progress or to children. The values are ours, not
// those of Linux: they are what the third argument word holds and what the byte format carries.
/// <summary>The third argument of <c>sigaction</c>.</summary>
[Flags]
public enum SignalActionFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>restart</c>: restart an interrupted call where the system can (SA_RESTART).</summary>
    Restart = 1,

    /// <summary><c>nodefer</c>: do not block the signal while its handler runs (SA_NODEFER).</summary>
    NoDefer = 2,

    /// <summary><c>resethand</c>: back to the default when the handler is entered (SA_RESETHAND).</summary>
    ResetHandler = 4,

    /// <summary><c>nocldwait</c>: children leave no zombie (SA_NOCLDWAIT).</summary>
    NoChildWait = 8,

    /// <summary>All flags.</summary>
    All = Restart | NoDefer | ResetHandler | NoChildWait,
}

// The ways in which sigprocmask changes a mask. The values are those of Linux and are what the first argument word holds.
/// <summary>The first argument of <c>sigprocmask</c>.</summary>
public enum MaskChange : byte
{
    /// <summary>Add the signals to the mask.</summary>
    Block = 0,

    /// <summary>Remove the signals from the mask.</summary>
    Unblock = 1,

    /// <summary>Replace the mask.</summary>
    Set = 2,
}
