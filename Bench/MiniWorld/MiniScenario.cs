// The small scenario that three worlds run: a client reads eight times by message, a server coroutine starts a detached handler
// for each request, a writer fills a pipe, a signaller cancels the read of the moment by its tag, and time is virtual. It has
// the shape of the real model (points, wakes, nested coroutines, cancellation, deadlines) in a few dozen steps, so what it
// costs is what the machinery costs. The three worlds must agree on every number of the result, trace hash included: each is
// the others' oracle.

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Parties, sizes and deadlines of the small scenario.</summary>
internal static class MiniScenario
{
    internal const int TimeParty = 0;
    internal const int ClientParty = 1;
    internal const int ServerParty = 2;
    internal const int WriterParty = 3;
    internal const int SignallerParty = 4;
    internal const int PartyCount = 5;

    internal const int Reads = 8;
    internal const int Writes = 8;
    internal const uint ChunkBytes = 2;
    internal const int Signals = 6;
    internal const long WritePeriodTicks = 10;
    internal const long SignalPeriodTicks = 13;

    internal const uint RequestLane = 0;
    internal const uint ReplyLane = 1;
    internal const int Interrupted = -4;
    internal const uint MaxSteps = 10_000;
}
