// The table of costs against what the sources of Managarm and mlibc say one blocked call costs, generation by generation. A
// cancelled call costs what an uncancelled one does, plus the waits after it was thrown out of its wait, plus the supercalls of
// its protocol, plus one that returns from the handler. Only the number of waits depends on the order of the parties.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Costs;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Tests.Costs;

/// <summary>Tests of the costs.</summary>
public sealed class CostTableTests
{
    private const uint HandlerReturn = 1;
    private const string TableStart = "<!-- table of costs: begin -->\n```text\n";
    private const string TableEnd = "```\n<!-- table of costs: end -->";

    private static readonly string Directory = Path.Combine(RepositoryRoot.Path, "Corpus", "costs");

    private static IReadOnlyList<CostRow> Rows { get; } = CostTable.Measure(Directory);

    /// <summary>protocol, path, entries and events of the uncancelled call.</summary>
    public static TheoryData<string, string, uint, uint> Uncancelled => new()
    {
        { "monolithic", "direct", 1, 0 },
        { "monolithic", "passthrough", 1, 0 },
        { "none", "direct", 2, 0 },
        { "none", "passthrough", 2, 0 },
        { "oneshot", "direct", 4, 1 },
        { "oneshot", "passthrough", 4, 1 },
        { "cancel-id", "direct", 2, 0 },
        { "cancel-id", "passthrough", 2, 0 },
        { "queue-alert", "direct", 1, 0 },
        { "queue-alert", "passthrough", 1, 0 },
        { "lane-cancel", "direct", 1, 0 },
        { "lane-cancel", "passthrough", 1, 0 },
        { "tristate", "direct", 1, 0 },
        { "tristate", "passthrough", 1, 0 },
        { "ordered", "direct", 1, 0 },
        { "ordered", "passthrough", 1, 0 },
    };

    /// <summary>protocol, path, waits again, supercalls without the handler's return, offers by user and POSIX server,
    /// descriptors left, hops.</summary>
    public static TheoryData<string, string, uint, uint, uint, uint, int, int> Cancelled => new()
    {
        { "oneshot", "direct", 0, 1, 1, 0, 1, 1 },
        { "oneshot", "passthrough", 1, 1, 1, 0, 1, 2 },
        { "cancel-id", "direct", 0, 1, 1, 0, 1, 1 },
        { "cancel-id", "passthrough", 0, 1, 1, 1, 1, 2 },
        { "queue-alert", "direct", 0, 2, 1, 0, 0, 3 },
        { "queue-alert", "passthrough", 0, 2, 1, 1, 0, 4 },
        { "lane-cancel", "direct", 0, 2, 1, 0, 0, 3 },
        { "lane-cancel", "passthrough", 1, 1, 2, 0, 0, 3 },
        { "tristate", "direct", 0, 2, 1, 0, 0, 3 },
        { "tristate", "passthrough", 1, 1, 2, 0, 0, 3 },
        { "ordered", "direct", 0, 1, 1, 0, 0, 1 },
        { "ordered", "passthrough", 1, 1, 2, 0, 0, 3 },
    };

    /// <summary>protocol, waits again of a cancelled passthrough call over drawn orders: fewest and most.</summary>
    public static TheoryData<string, uint, uint> Waits => new()
    {
        { "oneshot", 0, 1 },
        { "cancel-id", 0, 1 },
        { "queue-alert", 0, 1 },
        { "lane-cancel", 1, 2 },
        { "tristate", 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Uncancelled))]
    public void An_uncancelled_call_costs_what_the_sources_say(string protocol, string path, uint entries, uint events)
    {
        CallCost cost = CostOf(protocol, path, isCancelled: false);
        uint offers = protocol == "monolithic" ? 0u : 1u;
        var expected = new CallCost
        {
            HasReturned = true,
            Result = path == "direct" ? "C" : "1",
            Entries = entries,
            Events = events,
            UserOffers = offers,
        };
        Assert.Equal(expected, cost);
    }

    [Theory]
    [MemberData(nameof(Cancelled))]
    public void A_cancelled_call_costs_what_the_sources_say(
        string protocol, string path, uint waits, uint superCalls, uint userOffers, uint serverOffers, int left, int hops)
    {
        CallCost plain = CostOf(protocol, path, isCancelled: false);
        CallCost cost = CostOf(protocol, path, isCancelled: true);
        var expected = new CallCost
        {
            HasReturned = true,
            Result = "EINTR",
            Entries = plain.Entries + waits + superCalls + HandlerReturn,
            SuperCalls = superCalls + HandlerReturn,
            UserOffers = userOffers,
            ServerOffers = serverOffers,
            Events = plain.Events,
            DescriptorsLeft = left,
            Hops = hops,
        };
        Assert.Equal(expected, cost);
    }

    /// <summary>How often the thread waits again is up to the order of the parties (docs/protocols/README.md).</summary>
    [Theory]
    [MemberData(nameof(Waits))]
    public void Only_the_number_of_waits_depends_on_the_order(string protocol, uint fewest, uint most)
    {
        Scenario scenario = SampleFinding.Parse(File.ReadAllText(Path.Combine(Directory, "passthrough-cancelled.scn"))).Scenario;
        CallCost plain = CostOf(protocol, "passthrough", isCancelled: false);
        CallCost usual = CostOf(protocol, "passthrough", isCancelled: true);
        var seen = new HashSet<uint>();
        var walk = new RandomWalk();
        for (ulong seed = 0; seed < 120; seed++)
        {
            walk.Seed(seed, 2);
            CallCost cost = CostMeter.Measure(ProtocolCatalog.Find(protocol)!, scenario, CallKind.Read, walk);
            if (cost.Result == "EINTR")
            {
                seen.Add(cost.Entries - cost.SuperCalls - plain.Entries);
                Assert.Equal(usual with { Entries = cost.Entries, Hops = cost.Hops }, cost);
            }
        }

        Assert.Equal(Enumerable.Range((int)fewest, (int)(most - fewest) + 1), seen.Select(waits => (int)waits).Order());
    }

    [Fact]
    public void Without_a_cancel_the_call_never_returns_and_without_a_server_nothing_is_handed_over()
    {
        Assert.False(CostOf("none", "direct", isCancelled: true).HasReturned);
        Assert.False(CostOf("none", "passthrough", isCancelled: true).HasReturned);
        foreach (string path in (string[])["direct", "passthrough"])
        {
            CallCost cost = CostOf("monolithic", path, isCancelled: true);
            Assert.Equal(0, cost.Hops);
            Assert.Equal((2u, 0u, "EINTR"), (cost.Entries, cost.SuperCalls, cost.Result));
        }
    }

    [Fact]
    public void Every_protocol_is_covered_here()
    {
        string[] expected = [.. Uncancelled.Select(row => row.Data.Item1).Distinct()];
        Assert.Equal(ProtocolCatalog.All.ToArray().Select(protocol => protocol.Name), expected);
        Assert.Equal(ProtocolCatalog.All.Length * 4, Rows.Count);
    }

    [Fact]
    public void The_handbook_quotes_the_table()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "protocols", "README.md"));
        string output = CommandRunner.Run("protocols", "--from", Directory).Output;
        string table = output[output.IndexOf("protocol     call", StringComparison.Ordinal)..];
        int start = page.IndexOf(TableStart, StringComparison.Ordinal) + TableStart.Length;
        Assert.Equal(table, page[start..page.IndexOf(TableEnd, StringComparison.Ordinal)]);
    }

    [Fact]
    public void A_scenario_that_is_not_there_is_one_line()
    {
        using var scratch = new ScratchDirectory();
        CommandResult result = CommandRunner.Run("protocols", "--from", scratch.Location);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.EndsWith("direct.scn: no such file\n", result.Error, StringComparison.Ordinal);
        CommandResult wrong = CommandRunner.Run("protocols", "--from", scratch.At("nowhere"));
        Assert.Equal(CommandExit.BadInput, wrong.ExitCode);
        Assert.StartsWith("--from: there is no directory", wrong.Error, StringComparison.Ordinal);
    }

    private static CallCost CostOf(string protocol, string path, bool isCancelled) =>
        Rows.Single(row => row.Protocol.Name == protocol && row.Path == path && row.IsCancelled == isCancelled).Cost;
}
