// The one way in which watching a process fails for reasons outside of this tool: the process died or hung, or the runtime's
// diagnostics port is closed. It ends in exit code 3 and one line.

namespace Managarm.Perf.Bench;

/// <summary>A process could not be watched.</summary>
/// <param name="message">Why, in one line.</param>
/// <param name="inner">What the runtime said, if it did.</param>
internal sealed class WatchFailedException(string message, Exception? inner = null) : Exception(message, inner);
