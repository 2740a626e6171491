// The options of waitpid. One is enough for now; the values are what the second argument word of the call holds.

namespace Managarm.Perf.Core.Calls;

/// <summary>The last argument of <c>waitpid</c>.</summary>
[Flags]
public enum WaitFlags : byte
{
    /// <summary>Wait until a child ends.</summary>
    None = 0,

    /// <summary><c>nohang</c>: return 0 when no child has ended yet (WNOHANG).</summary>
    NoHang = 1,
}
