// The planted defects. Each must be caught, and as what it is: a missing release as a data race on what it should have released,
// a lost compare-exchange as a history without explanation, a wake that is not sent as a thread that sleeps for good. What its
// results look like when races are no verdict is stated for both memories: a defect that is clean under sequential
// consistency and not under weak memory is one that only weak memory shows.

using Managarm.Perf.Core.Sync;
using static Managarm.Perf.Fuzz.Primitives.PrimitiveOperation;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>All planted defects.</summary>
public static class DefectCatalog
{
    /// <summary>The defects, by primitive.</summary>
    public static IReadOnlyList<PlantedDefect> All { get; } =
    [
        Unordered("spsc-publish-no-release", "spsc-one-slot", Send, AccessKind.WriteRelease,
            "the producer's store of the sequence has no release"),
        Unordered("spsc-peek-no-acquire", "spsc-one-slot", Receive, AccessKind.ReadAcquire,
            "the consumer's load of the sequence has no acquire"),
        Unordered("spsc-release-no-release", "spsc-one-slot", Receive, AccessKind.WriteRelease,
            "the consumer's store of its position has no release", weak: ClientVerdict.Clean),
        Unordered("spsc-claim-no-acquire", "spsc-one-slot", Send, AccessKind.ReadAcquire,
            "the producer's load of the position has no acquire", weak: ClientVerdict.Clean),
        Wrong("spsc-torn-publish", "spsc", PrimitiveDefect.PublishedBeforeWritten, ClientVerdict.DataRace,
            "a slot is published before it is filled", ClientVerdict.NotLinearizable),
        Wrong("spsc-full-off-by-one", "spsc", PrimitiveDefect.FullTestOffByOne, ClientVerdict.NotLinearizable,
            "the ring counts as full one slot too late"),
        Wrong("spsc-stale-cache", "spsc", PrimitiveDefect.CachedPositionNotRefreshed, ClientVerdict.NotLinearizable,
            "the producer never refreshes its copy of the consumer's position") with { Weak = ClientVerdict.Clean },
        Wrong("spsc-room-not-told", "spsc-batched", PrimitiveDefect.RoomNotTold, ClientVerdict.NotLinearizable,
            "a consumer that finds nothing does not tell what it gave back") with { Weak = ClientVerdict.Clean },
        new PlantedDefect
        {
            Name = "spsc-exact",
            Summary = "the client expects that full and empty are never both of the past",
            Client = "spsc-exact",
            Weak = ClientVerdict.NotLinearizable,
        },
        Unordered("mpsc-publish-no-release", "mpsc-wrap", Publish, AccessKind.WriteRelease, "publishing has no release"),
        Unordered("mpsc-peek-no-acquire", "mpsc-wrap", Peek, AccessKind.ReadAcquire, "peeking has no acquire"),
        Unordered("mpsc-release-no-release", "mpsc-wrap", Release, AccessKind.WriteRelease,
            "giving a slot back has no release"),
        Unordered("mpsc-claim-no-acquire", "mpsc-wrap", Claim, AccessKind.ReadAcquire,
            "claiming has no acquire", weak: ClientVerdict.Clean),
        Split("mpsc-claim-not-atomic", "mpsc", Claim, AccessKind.CompareExchange, ClientVerdict.DataRace,
            "claiming loads and stores instead of exchanging", ClientVerdict.NotLinearizable),
        Wrong("mpsc-full-not-tested", "mpsc-wrap", PrimitiveDefect.FullNotTested, ClientVerdict.NotLinearizable,
            "a slot is claimed before it was given back"),
        Wrong("mpsc-room-not-told", "mpsc-batched", PrimitiveDefect.RoomNotTold, ClientVerdict.NotLinearizable,
            "a consumer that finds nothing does not tell what it gave back") with { Weak = ClientVerdict.Clean },
        new PlantedDefect
        {
            Name = "mpsc-as-queue",
            Summary = "the client expects a queue, which the ring does not promise to be",
            Client = "mpsc-as-queue",
            Expected = ClientVerdict.NotLinearizable,
            Sequential = ClientVerdict.NotLinearizable,
        },
        Unordered("oneshot-raise-no-release", "oneshot", Raise, AccessKind.CompareExchange,
            "raising has no release", weak: ClientVerdict.Assertion),
        Unordered("oneshot-await-no-acquire", "oneshot", Await, AccessKind.CompareExchange,
            "awaiting has no acquire", weak: ClientVerdict.Assertion),
        Split("oneshot-raise-not-atomic", "oneshot", Raise, AccessKind.CompareExchange, ClientVerdict.NotLinearizable,
            "raising loads and stores instead of exchanging"),
        Split("oneshot-await-not-atomic", "oneshot", Await, AccessKind.CompareExchange, ClientVerdict.NotLinearizable,
            "awaiting loads and stores instead of exchanging"),
        Wrong("oneshot-ignores-cancel", "oneshot", PrimitiveDefect.RaiseIgnoresWinner, ClientVerdict.NotLinearizable,
            "raising takes an event that was cancelled"),
        Wrong("oneshot-waiter-lost", "oneshot", PrimitiveDefect.WaiterLost, ClientVerdict.LostWake,
            "a waiter that registers while the event is raised is not told"),
        Wrong("oneshot-late-generation", "oneshot", PrimitiveDefect.GenerationComparedTooLate, ClientVerdict.NotLinearizable,
            "the generation is compared after the event was settled"),
        Unordered("notify-raise-no-release", "notify", SetBits, AccessKind.FetchOr,
            "setting a bit has no release", weak: ClientVerdict.Assertion),
        Unordered("notify-clear-no-acquire", "notify", ClearBits, AccessKind.FetchAnd,
            "clearing a bit has no acquire", weak: ClientVerdict.Assertion),
        Unordered("notify-load-no-acquire", "notify", LoadBits, AccessKind.ReadAcquire,
            "loading the bits has no acquire", weak: ClientVerdict.Assertion),
        Split("notify-raise-not-atomic", "notify", SetBits, AccessKind.FetchOr, ClientVerdict.NotLinearizable,
            "setting a bit loads and stores"),
        Split("notify-clear-not-atomic", "notify", ClearBits, AccessKind.FetchAnd, ClientVerdict.NotLinearizable,
            "clearing a bit loads and stores"),
        Wrong("notify-clears-all", "notify", PrimitiveDefect.ClearTakesAllBits, ClientVerdict.NotLinearizable,
            "clearing one bit clears all"),
        Wrong("notify-wakes-only-when-empty", "notify", PrimitiveDefect.WakeOnlyWhenEmpty, ClientVerdict.NotLinearizable,
            "a bit counts as newly set only if no bit was set"),
        Wrong("alert-wakes-only-when-empty", "alert", PrimitiveDefect.WakeOnlyWhenEmpty, ClientVerdict.LostWake,
            "a wake counts as due only if no bit was set"),
        Wrong("alert-no-recheck", "alert", PrimitiveDefect.ParkWithoutRecheck, ClientVerdict.LostWake,
            "the waiter does not look again before it sleeps"),
        Wrong("alert-check-before-announce", "alert", PrimitiveDefect.CheckedBeforeAnnounced, ClientVerdict.LostWake,
            "the waiter looks before it announces its sleep"),
        Split("alert-unpark-not-atomic", "alert", None, AccessKind.FetchAnd, ClientVerdict.LostWake,
            "taking an announcement back loads and stores"),
        Unordered("alert-announce-no-order", "alert", None, AccessKind.FetchOr, "announcing a sleep orders nothing",
            ClientVerdict.Clean, ClientVerdict.LostWake),
        Unordered("inbox-notify-no-release", "inbox", Send, AccessKind.FetchOr, "setting the notify bit has no release",
            ClientVerdict.Clean, ClientVerdict.LostWake),
        Unordered("inbox-clear-no-acquire", "inbox", None, AccessKind.FetchAnd, "clearing the notify bit has no acquire",
            ClientVerdict.Clean, ClientVerdict.LostWake),
        Unordered("inbox-announce-no-order", "inbox", None, AccessKind.FetchOr, "announcing a sleep orders nothing",
            ClientVerdict.Clean, ClientVerdict.LostWake),
        Split("inbox-clear-not-atomic", "inbox", None, AccessKind.FetchAnd, ClientVerdict.Clean,
            "clearing the notify bit loads and stores") with { Weak = ClientVerdict.LostWake },
        Unordered("inbox-publish-no-release", "inbox", Send, AccessKind.WriteRelease, "publishing has no release"),
        Split("inbox-notify-not-atomic", "inbox-alert", Send, AccessKind.FetchOr, ClientVerdict.LostWake,
            "a message's notify bit is set by a load and a store"),
        Wrong("inbox-check-before-clear", "inbox", PrimitiveDefect.CheckedBeforeCleared, ClientVerdict.LostWake,
            "the owner looks before it clears the notify bit"),
        Wrong("inbox-clear-no-recheck", "inbox", PrimitiveDefect.ClearedWithoutRecheck, ClientVerdict.LostWake,
            "the owner clears the notify bit and does not look again"),
        Wrong("inbox-wake-not-sent", "inbox", PrimitiveDefect.WakeNotSent, ClientVerdict.LostWake,
            "no wake follows a newly set bit"),
        Wrong("slab-same-generation", "slab", PrimitiveDefect.GenerationNotBumped, ClientVerdict.NotLinearizable,
            "a slot is used again in the same generation"),
        Wrong("slab-late-generation", "slab", PrimitiveDefect.GenerationComparedTooLate, ClientVerdict.DataRace,
            "the generation is compared after the object was returned", ClientVerdict.NotLinearizable),
        Wrong("slab-freed-twice", "slab", PrimitiveDefect.FreedTwice, ClientVerdict.NotLinearizable,
            "a returned object is put on the free list twice"),
        Wrong("slab-not-unlinked", "slab", PrimitiveDefect.NotUnlinked, ClientVerdict.NotLinearizable,
            "an allocated object stays on the free list"),
        Unordered("slab-return-no-release", "slab", Return, AccessKind.WriteRelease,
            "the store to the return ring has no release"),
        Unordered("slab-drain-no-acquire", "slab", Allocate, AccessKind.ReadAcquire,
            "draining the return ring has no acquire", weak: ClientVerdict.Assertion),
        Split("slab-return-not-atomic", "slab-contested", Return, AccessKind.CompareExchange, ClientVerdict.DataRace,
            "returning loads and stores instead of exchanging", ClientVerdict.NotLinearizable),
    ];

    /// <summary>Finds a defect.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The defect, or null.</returns>
    public static PlantedDefect? Find(string name) => All.FirstOrDefault(defect => defect.Name == name);

    private static PlantedDefect Unordered(
        string name,
        string client,
        PrimitiveOperation operation,
        AccessKind kind,
        string summary,
        ClientVerdict expected = ClientVerdict.DataRace,
        ClientVerdict weak = ClientVerdict.NotLinearizable) => new()
        {
            Name = name,
            Summary = summary,
            Client = client,
            Expected = expected,
            Weak = weak,
            Weakening = new Weakening(operation, kind, AccessWeakness.Ordering),
        };

    private static PlantedDefect Split(
        string name,
        string client,
        PrimitiveOperation operation,
        AccessKind kind,
        ClientVerdict expected,
        string text,
        ClientVerdict? result = null) => new()
        {
            Name = name,
            Summary = text,
            Client = client,
            Expected = expected,
            Sequential = result ?? expected,
            Weak = result ?? expected,
            Weakening = new Weakening(operation, kind, AccessWeakness.Atomicity),
        };

    private static PlantedDefect Wrong(
        string name,
        string client,
        PrimitiveDefect line,
        ClientVerdict expected,
        string summary,
        ClientVerdict? result = null) => new()
        {
            Name = name,
            Summary = summary,
            Client = client,
            Expected = expected,
            Sequential = result ?? expected,
            Weak = result ?? expected,
            Line = line,
        };
}
