// The flags of sigaction that change what a signal does to a call in progress or to children. The values are ours, not
// those of Linux: they are what the third argument word holds and what the byte format carries.

namespace Managarm.Perf.Core;

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
