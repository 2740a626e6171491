// The ways in which sigprocmask changes a mask. The values are those of Linux and are what the first argument word holds.

namespace Managarm.Perf.Core;

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
