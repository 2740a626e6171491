// Records for tests, and a folder that lives as long as a test. Every member has a value of its own, so that a column in the
// wrong place shows.

namespace Managarm.Perf.Results.Store.Tests;

/// <summary>Records and a temporary store.</summary>
internal sealed class StoreSample : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("managarm-perf-store-").FullName;

    /// <summary>The store of the test, which is not there at first.</summary>
    internal string Store => At("results.sqlite");

    internal static ProvenanceRecord Provenance { get; } = new(
        "0123456789abcdef0123456789abcdef01234567", "clean", 6, "2026-01-31T23:59:59Z",
        "[\"campaign\",\"--seed\",\"ö \\\"7\\\"\"]",
        new MachineRecord("Plan 9", "X64", "one <fast> & \"new\"", 8, ".NET 10"));

    internal static ProvenanceRecord Later { get; } = Provenance with { Time = "2026-02-01T00:00:00Z", Tree = "changed" };

    internal static CampaignRecord Campaign { get; } = new()
    {
        Provenance = Provenance,
        Campaign = "night-1",
        Protocols = "tristate,tristate+all",
        Profile = "managarm",
        Seed = ulong.MaxValue,
        Shard = "2/3",
        Options = "{\"calls\":\"all\"}",
        Rounds = 4,
        IsFinished = false,
        Runs = 101,
        Calls = 102,
        Steps = 103,
        Decisions = 104,
        CorpusEntries = 105,
    };

    internal static RoundRecord Round { get; } = new()
    {
        Provenance = Provenance,
        Campaign = "night-1",
        Round = 1,
        ElapsedMilliseconds = 201,
        Runs = 202,
        Steps = 203,
        Violations = 204,
        CorpusEntries = 205,
    };

    internal static CauseRecord Cause { get; } = new()
    {
        Provenance = Provenance,
        Campaign = "night-1",
        Protocol = "tristate",
        Cause = "O1",
        Kind = CauseKind.Window,
        Violations = 301,
        IsNew = false,
        Reason = "told upstream",
        FirstRun = 302,
    };

    internal static FindingRecord Finding { get; } = new()
    {
        Provenance = Provenance,
        Campaign = "night-1",
        Finding = "tristate-liveness-read-a347",
        Protocol = "tristate",
        Profile = "linux",
        Invariant = "liveness",
        Call = "read",
        Round = 3,
        Run = 401,
        Signature = "tristate liveness read",
        Scenario = "A: pause()\n\tline 2 \u20ac \ud83d\ude00 </script>\n",
        IsNew = true,
        Cause = "O1",
    };

    internal static HuntRecord Hunt { get; } = new()
    {
        Provenance = Provenance,
        Defect = "flag-not-reset",
        Protocol = "monolithic",
        Profile = "posix",
        Corpus = "Corpus/seeds",
        RunsAtMost = 501,
        Attempts = [new(2, 502, true), new(10, 501, false), new(ulong.MaxValue, 1, true)],
    };

    internal string At(string name) => Path.Combine(folder, name);

    /// <summary>Puts records into the store and commits.</summary>
    internal StoreWriter Put(Action<StoreWriter> put) => Put(Store, put);

    internal static StoreWriter Put(string path, Action<StoreWriter> put)
    {
        using ResultsStore store = ResultsStore.Open(path, OpenMode.Write);
        using StoreWriter writer = store.Begin("test");
        put(writer);
        writer.Commit();
        return writer;
    }

    /// <summary>Puts one record of each kind in.</summary>
    internal static void PutAll(StoreWriter writer)
    {
        writer.Put(Campaign);
        writer.Put(Round);
        writer.Put(Round with { Round = 2, Provenance = Later });
        writer.Put(Cause);
        writer.Put(Cause with { Cause = "none", Kind = CauseKind.Unattributed, FirstRun = null });
        writer.Put(Finding);
        writer.Put(Finding with { Finding = "tristate-panic-read-0000", Cause = null });
        writer.Put(Hunt);
    }

    /// <summary>The export of the store.</summary>
    internal string Export() => Export(Store);

    internal static string Export(string path)
    {
        using ResultsStore store = ResultsStore.Open(path, OpenMode.Read);
        using var output = new StringWriter();
        store.Export(output, CancellationToken.None);
        return output.ToString();
    }

    /// <summary>Reads from the store.</summary>
    internal T Read<T>(Func<ResultsStore, T> read)
    {
        using ResultsStore store = ResultsStore.Open(Store, OpenMode.Read);
        return read(store);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
