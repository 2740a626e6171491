// What the store keeps: every member of every record comes back, what is there already changes nothing, what is farther
// replaces, and what cannot be is refused without a trace.

namespace Managarm.Perf.Results.Store.Tests;

public sealed class ResultsStoreTests : IDisposable
{
    private readonly StoreSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void What_is_put_in_is_read_as_it_was()
    {
        sample.Put(StoreSample.PutAll);
        Assert.Equal([StoreSample.Campaign], sample.Read(store => store.ReadCampaigns()));
        RoundRecord[] rounds = [StoreSample.Round, StoreSample.Round with { Round = 2, Provenance = StoreSample.Later }];
        Assert.Equal(rounds, sample.Read(store => store.ReadRounds("night-1")));
        Assert.Empty(sample.Read(store => store.ReadRounds("night-2")));
        CauseRecord none = StoreSample.Cause with { Cause = "none", Kind = CauseKind.Unattributed, FirstRun = null };
        Assert.Equal([StoreSample.Cause, none], sample.Read(store => store.ReadCauses()));
        FindingRecord second = StoreSample.Finding with { Finding = "tristate-panic-read-0000", Cause = null };
        Assert.Equal([StoreSample.Finding, second], sample.Read(store => store.ReadFindings()));
        HuntRecord hunt = Assert.Single(sample.Read(store => store.ReadHunts()));
        Assert.Equal(StoreSample.Hunt.Attempts, hunt.Attempts);
        Assert.Equal(StoreSample.Hunt with { Attempts = hunt.Attempts }, hunt);
    }

    [Fact]
    public void Putting_the_same_in_again_changes_nothing()
    {
        StoreWriter first = sample.Put(StoreSample.PutAll);
        string before = sample.Export();
        StoreWriter second = sample.Put(StoreSample.PutAll);
        Assert.Equal(before, sample.Export());
        Assert.Equal((0, 0), (first.Changed, second.Changed + second.Added));
        Assert.Equal(first.Added + first.Unchanged, second.Unchanged);
    }

    [Fact]
    public void What_is_not_committed_was_never_there()
    {
        sample.Put(writer => writer.Put(StoreSample.Campaign));
        string before = sample.Export();
        using (ResultsStore store = ResultsStore.Open(sample.Store, OpenMode.Write))
        using (StoreWriter writer = store.Begin("test"))
        {
            writer.Put(StoreSample.Round);
        }

        Assert.Equal(before, sample.Export());
    }

    [Fact]
    public void A_campaign_that_is_farther_replaces_and_one_that_is_less_far_does_not()
    {
        CampaignRecord farther = StoreSample.Campaign with { Rounds = 5, Runs = 1001, Provenance = StoreSample.Later };
        sample.Put(writer => writer.Put(StoreSample.Campaign));
        Assert.Equal(1, sample.Put(writer => writer.Put(farther)).Changed);
        CampaignRecord expected = farther with { Provenance = StoreSample.Provenance };
        Assert.Equal([expected], sample.Read(store => store.ReadCampaigns()));
        Assert.Equal(0, sample.Put(writer => writer.Put(StoreSample.Campaign with { IsFinished = true })).Changed);
        Assert.Equal([expected], sample.Read(store => store.ReadCampaigns()));
        Assert.Equal(1, sample.Put(writer => writer.Put(farther with { IsFinished = true })).Changed);
        Assert.Equal(0, sample.Put(writer => writer.Put(farther)).Changed);
        Assert.Equal([expected with { IsFinished = true }], sample.Read(store => store.ReadCampaigns()));
    }

    [Fact]
    public void A_cause_that_was_found_is_not_forgotten()
    {
        FindingRecord open = StoreSample.Finding with { Cause = null };
        sample.Put(writer =>
        {
            writer.Put(StoreSample.Campaign);
            writer.Put(StoreSample.Cause);
            writer.Put(open);
        });
        Assert.Equal(1, sample.Put(writer => writer.Put(StoreSample.Finding)).Changed);
        Assert.Equal(1, sample.Put(writer => writer.Put(open)).Unchanged - 3);
        Assert.Equal([StoreSample.Finding], sample.Read(store => store.ReadFindings()));
    }

    public static TheoryData<string, string> Differences => new()
    {
        { "seed", "test: campaigns night-1: seed is 7, and " },
        { "round", "test: rounds night-1 1: steps is 7, and " },
        { "finding", "test: findings night-1 tristate-liveness-read-a347: run is 7, and " },
        { "hunt", "test: hunts 0123 flag-not-reset: runs_at_most is 7, and " },
        { "attempt", "test: hunt_attempts 0123 flag-not-reset 2: runs is 7, and " },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void What_cannot_differ_is_refused_and_nothing_of_it_is_kept(string kind, string message)
    {
        sample.Put(StoreSample.PutAll);
        string before = sample.Export();
        var failure = Assert.Throws<CommandException>(() => sample.Put(writer =>
        {
            writer.Put(StoreSample.Campaign with { Campaign = "night-2" });
            PutDifferent(writer, kind);
        }));
        string expected = message.Replace("0123", StoreSample.Provenance.Id, StringComparison.Ordinal);
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal(CommandExit.BadInput, failure.ExitCode);
        Assert.Equal(before, sample.Export());
    }

    private static void PutDifferent(StoreWriter writer, string kind)
    {
        switch (kind)
        {
            case "seed":
                writer.Put(StoreSample.Campaign with { Seed = 7 });
                break;
            case "round":
                writer.Put(StoreSample.Round with { Steps = 7 });
                break;
            case "finding":
                writer.Put(StoreSample.Finding with { Run = 7 });
                break;
            case "hunt":
                writer.Put(StoreSample.Hunt with { RunsAtMost = 7 });
                break;
            default:
                writer.Put(StoreSample.Hunt with { Attempts = [new(2, 7, true)] });
                break;
        }
    }

    [Fact]
    public void A_row_without_what_it_refers_to_is_refused()
    {
        AssertRefused("test: rounds night-1 1: refers to a row that the store does not have", w => w.Put(StoreSample.Round));
        sample.Put(writer => writer.Put(StoreSample.Campaign));
        AssertRefused(
            "test: findings night-1 tristate-liveness-read-a347: refers to a row that the store does not have",
            writer => writer.Put(StoreSample.Finding));
    }

    [Fact]
    public void A_value_that_cannot_be_is_refused()
    {
        AssertRefused(
            "test: campaigns a\0b: campaign_id is no text", w => w.Put(StoreSample.Campaign with { Campaign = "a\0b" }));
        AssertRefused("test: campaigns night-1: CHECK constraint", w => w.Put(StoreSample.Campaign with { Runs = -1 }));
        ProvenanceRecord odd = StoreSample.Provenance with { Command = "campaign" };
        AssertRefused(
            $"test: provenances {odd.Id}: command is no array of texts",
            w => w.Put(StoreSample.Campaign with { Provenance = odd }));
        ProvenanceRecord late = StoreSample.Provenance with { Time = "yesterday" };
        AssertRefused(
            $"test: provenances {late.Id}: recorded_at is no time", w => w.Put(StoreSample.Campaign with { Provenance = late }));
        ProvenanceRecord dirty = StoreSample.Provenance with { Tree = "dirty" };
        AssertRefused(
            $"test: commits {dirty.Commit} dirty 6: CHECK constraint",
            w => w.Put(StoreSample.Campaign with { Provenance = dirty }));
    }

    [Fact]
    public void Every_row_says_where_it_comes_from()
    {
        sample.Put(StoreSample.PutAll);
        foreach (string table in new[] { "campaigns", "rounds", "causes", "findings", "hunts" })
        {
            const string Join = "JOIN provenances USING (provenance_id) JOIN machines USING (machine_id)";
            string[] rows = RawStore.Query(sample.Store, $"SELECT system || tree || model_version FROM {table} {Join}");
            Assert.Equal($"{rows.Length}", RawStore.Query(sample.Store, $"SELECT count(*) FROM {table}")[0]);
            Assert.Contains("Plan 9clean6", rows);
        }
    }

    private void AssertRefused(string message, Action<StoreWriter> put)
    {
        var failure = Assert.Throws<CommandException>(() => sample.Put(put));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(CommandExit.BadInput, failure.ExitCode);
        RawStore.AssertSound(sample.Store);
    }
}
