// What a server does in an order that the strategy chooses: whatever is ready, whether a coroutine that was woken or a completion
// that was not read, may come next. So a coroutine can be woken by one thing and cancelled before it runs, or the other way
// round. In the usual order neither can happen, as what was woken runs at once.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Campaigns;

public sealed class RelaxedDispatchTests
{
    private const int Runs = 4000;

    private const string Scenario =
        """
        pipe r, w
        A: sigaction(USR1, handle)
        A: read(r, 1)
        B: write(w, 1) when A blocked
        C: kill(A, USR1) when A blocked

        """;

    private static readonly Scenario Parsed = SampleFinding.Parse(Scenario).Scenario;

    [Theory]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void A_read_is_woken_and_then_cancelled_before_it_runs_only_where_dispatch_is_relaxed(string protocol)
    {
        Assert.Equal(0, CountBetween(protocol, relaxes: false, WokenThenCancelled));
        Assert.InRange(CountBetween(protocol, relaxes: true, WokenThenCancelled), 1, Runs);
    }

    [Theory]
    [InlineData("tristate")]
    [InlineData("ordered")]
    public void A_read_is_cancelled_and_then_finds_data_before_it_runs_only_where_dispatch_is_relaxed(string protocol)
    {
        Assert.Equal(0, CountBetween(protocol, relaxes: false, CancelledThenWoken));
        Assert.InRange(CountBetween(protocol, relaxes: true, CancelledThenWoken), 1, Runs);
    }

    /// <summary>The bytes are there when the write is answered; until the read is answered nothing of it runs.</summary>
    private static bool WokenThenCancelled(int written, int cancelled, int answered) =>
        written >= 0 && written < cancelled && cancelled < answered;

    private static bool CancelledThenWoken(int written, int cancelled, int answered) =>
        cancelled >= 0 && cancelled < written && written < answered;

    private static int CountBetween(string protocol, bool relaxes, Func<int, int, int, bool> isMeant)
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find(protocol)!, Profile.Managarm);
        runner.System.RelaxesDispatch = relaxes;
        runner.System.World.Trace.IsEnabled = true;
        var walk = new RandomWalk();
        int count = 0;
        for (int run = 0; run < Runs; run++)
        {
            walk.Seed(Prng.Derive(1, (ulong)run), (uint)(run % 4));
            Assert.True(runner.Run(Parsed, walk, default).Violation.IsNone);
            List<TraceRecord> records = [.. runner.System.World.Trace.Records];
            uint reader = KernelThreadOf(runner, "A");
            int cancelled = records.FindIndex(each => each.Note == NoteKind.CancelHit && each.Second == reader);
            int answered = records.FindLastIndex(each => each.Note == NoteKind.Replied && each.Second == reader);
            int written = records.FindIndex(
                each => each.Note == NoteKind.Replied && each.Second == KernelThreadOf(runner, "B"));
            count += answered >= 0 && isMeant(written, cancelled, answered) ? 1 : 0;
        }

        return count;
    }

    private static uint KernelThreadOf(ScenarioRunner runner, string actor) =>
        runner.System.World.Threads.OfStrand(Parsed.FindStrand(ShortName.Of(actor))).Index;
}
