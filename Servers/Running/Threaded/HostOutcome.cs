// How a run of the threaded host ends. A bug of the tool is none of these: it is thrown, whichever side it happens on.

namespace Managarm.Perf.Servers;

/// <summary>How a run ended.</summary>
public enum HostOutcome : byte
{
    /// <summary>The driver was done.</summary>
    Done,

    /// <summary>An assertion of the modelled system failed.</summary>
    Panicked,

    /// <summary>Nothing has happened for <see cref="ThreadedHost.MaximumSleeps"/>: a call hangs and the driver leaves it at
    /// that.</summary>
    Stalled,
}
