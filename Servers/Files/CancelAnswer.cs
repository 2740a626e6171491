// What a server says to a cancel, where it says anything. The answer is information for the canceller and nothing that it may
// rely on: the reply to the request alone ends the request.

namespace Managarm.Perf.Servers;

/// <summary>Answer to a cancel.</summary>
public enum CancelAnswer : byte
{
    /// <summary>None: the server does not answer cancels, or is gone.</summary>
    Unknown,

    /// <summary>The request has been told, or will be when it is registered.</summary>
    Accepted,

    /// <summary>The request runs and will not look.</summary>
    Uncancellable,

    /// <summary>The request is over.</summary>
    TooLate,
}
