// Who is measured against whom: one primitive of ours, its peers and its floors, with what we aim for. All ratios of a line-up
// say how long the other takes as a multiple of ours, so above 1 is in our favour, and floors lie below 1.

using Managarm.Perf.Bench.Workloads;
using Managarm.Perf.Bench.Workloads.Coroutines;
using Managarm.Perf.Bench.Workloads.Peers;
using Managarm.Perf.Bench.Workloads.Reads;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Bench.Ratios;

/// <summary>A primitive and what it is compared with.</summary>
/// <param name="Title">Subject.</param>
/// <param name="Own">Our workload.</param>
/// <param name="Rivals">Peers and floors.</param>
public sealed record Lineup(string Title, string Own, IReadOnlyList<Rival> Rivals)
{
    // A ring in C has no runtime below it.
    private const double WithinTenthOfC = 0.9;

    // A round trip through a ring may take a tenth longer than that of a bare cache line.
    private const double WithinTenthOfFloor = 1 / 1.1;

    /// <summary>All line-ups, in the order of the table.</summary>
    public static IReadOnlyList<Lineup> All { get; } =
    [
        Ring("same thread", "ring-same-thread", 1.5, new Rival("floor-volatile")),
        Ring("one way", "ring-one-way", 1, CompiledRings("ring-one-way")),
        Ring(
            "round trip",
            "ring-round-trip",
            null,
            [.. CompiledRings("ring-round-trip"), new Rival("floor-cache-line-round-trip", WithinTenthOfFloor)]),
        new(
            "event, bare",
            "event-word",
            [new("event-pooled-source", 1), new("event-completion-source"), new("floor-compare-exchange")]),
        new(
            "event, awaited in a world",
            "event-await-world",
            [new("event-await-pooled-source", 1), new("event-await-completion-source")]),
        new(
            "token, cancelled",
            "token-cancel-world",
            [new("token-cancel-source"), new("event-await-pooled-source", 1)]),
        new(
            "token, not cancelled",
            "token-unregister-world",
            [new("token-unregister-source"), new("token-unregister-try-reset"), new("event-pooled-source", 1)]),
        Coroutine("coroutine, suspend and resume", CallDepth.Loop),
        Coroutine("coroutine, call that suspends", CallDepth.Call),
        Coroutine("coroutine, three deep", CallDepth.ThreeDeep),
        new("whole run", "run-coroutines", [new("run-tasks"), new("run-frames")]),
        new("periodic timer", "timer-machine", [new("timer-queue")]),
        new("interrupt storm", "storm-machine", [new("storm-queue")]),
        new("harness, planted sleep", "harness-sleep", [new("harness-sleep-double"), new("harness-sleep-stalled")]),
        Read(ReadKind.RoundTrip, "round trip on two threads"),
        Read(ReadKind.Woken, "woken on two threads"),
        Read(ReadKind.Cancelled, "cancelled on two threads"),
    ];

    /// <summary>The line-up without the rivals that cannot be measured here.</summary>
    /// <param name="tell">Told of each that is left out.</param>
    /// <returns>The rest.</returns>
    public Lineup WithoutMissing(Action<string> tell)
    {
        var rest = new List<Rival>();
        foreach (Rival rival in Rivals)
        {
            using IWorkload? workload = WorkloadCatalog.Make(rival.Workload);
            if (workload?.Missing is { } missing)
            {
                tell($"left out: {rival.Workload}: {missing}");
            }
            else
            {
                rest.Add(rival);
            }
        }

        return this with { Rivals = rest };
    }

    /// <summary>Ours and the others, ours first.</summary>
    public IReadOnlyList<string> Workloads => [Own, .. Rivals.Select(rival => rival.Workload)];

    private static Lineup Ring(string title, string prefix, double? queueAim, params Rival[] others) => new(
        $"ring, {title}",
        $"{prefix}-spsc",
        [
            new($"{prefix}-mpsc"),
            new($"{prefix}-concurrent-queue", queueAim),
            new($"{prefix}-bounded-channel"),
            new($"{prefix}-unbounded-channel"),
            .. others,
        ]);

    private static Rival[] CompiledRings(string prefix) =>
        [.. Enum.GetValues<PeerShape>().Select(shape => new Rival($"{prefix}-{PeerRing.NameOf(shape)}", WithinTenthOfC))];

    /// <summary>Today's protocol beside the others and the round trip that every kernel entry costs.</summary>
    private static Lineup Read(ReadKind kind, string title)
    {
        string prefix = $"read-{ReadWorkload.NameOf(kind)}-";
        string own = prefix + new Tristate().Name;
        IEnumerable<string> others = WorkloadCatalog.Names.Where(
            name => name.StartsWith(prefix, StringComparison.Ordinal) && name != own);
        return new Lineup($"read, {title}", own, [.. others.Append("host-round-trip").Select(name => new Rival(name))]);
    }

    private static Lineup Coroutine(string title, CallDepth depth) => new(
        title,
        $"{depth.Prefix()}-model-task",
        [
            new($"{depth.Prefix()}-pooled-value-task", 2.5),
            new($"{depth.Prefix()}-value-task"),
            new($"{depth.Prefix()}-task"),
            new($"{depth.Prefix()}-frames"),
        ]);
}

/// <summary>A peer or a floor.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Aim">Smallest ratio of its time to ours that we aim for, or null.</param>
public sealed record Rival(string Workload, double? Aim = null)
{
    /// <summary>Whether it is what nothing of its kind can be quicker than.</summary>
    public bool IsFloor =>
        Workload.StartsWith("floor-", StringComparison.Ordinal) || Workload.StartsWith("host-", StringComparison.Ordinal);
}
