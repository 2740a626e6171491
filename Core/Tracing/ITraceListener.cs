// Whoever draws a run wants to look at the world while it happens: which operation a step submitted, whom it woke. A
// listener is told of every record at the moment at which it is made; it may look and must not change anything. Campaigns
// have none.

namespace Managarm.Perf.Core.Tracing;

/// <summary>Is told of the records of a trace while the run goes on.</summary>
public interface ITraceListener
{
    /// <summary>A record was added; for a step this is before its effects, for a note after what it says.</summary>
    /// <param name="record">The record.</param>
    void Added(in TraceRecord record);
}
