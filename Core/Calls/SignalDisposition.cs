// What sigaction can ask for. The values are what the second argument word of the call holds and what the byte format
// carries.

namespace Managarm.Perf.Core;

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
