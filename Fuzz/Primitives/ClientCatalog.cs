// The clients that are explored, in the order of the tables. They are as small as they can be and still meet every defect: each
// planted defect of DefectCatalog names the client that catches it.

using Managarm.Perf.Fuzz.Primitives.Clients;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>All clients.</summary>
public static class ClientCatalog
{
    /// <summary>The clients whose exploration must be clean.</summary>
    public static IReadOnlyList<IPrimitiveClient> All { get; } =
    [
        new SpscClient("spsc", capacity: 2, messages: 6),
        new SpscClient("spsc-one-slot", capacity: 1, messages: 3),
        new SpscClient("spsc-batched", capacity: 2, messages: 4, batch: 2),
        new MpscClient("mpsc", first: 2, second: 1, receives: 2),
        new MpscClient("mpsc-wrap", first: 3, second: 0, receives: 3),
        new MpscClient("mpsc-batched", first: 4, second: 0, receives: 4, batch: 2),
        new OneshotClient(),
        new NotifyClient(),
        new AlertClient(),
        new InboxClient("inbox", first: 2, second: 0, isAlerted: false),
        new InboxClient("inbox-two-producers", first: 1, second: 1, isAlerted: false),
        new InboxClient("inbox-alert", first: 1, second: 0, isAlerted: true),
        new SlabClient("slab", isContested: false),
        new SlabClient("slab-contested", isContested: true),
    ];

    /// <summary>Clients that ask for more than their primitive promises.</summary>
    public static IReadOnlyList<IPrimitiveClient> Mistaken { get; } =
    [
        new MpscQueueClient(),
        new SpscClient("spsc-exact", capacity: 2, messages: 4, isExact: true),
    ];

    /// <summary>Finds a client.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The client, or null.</returns>
    public static IPrimitiveClient? Find(string name) =>
        All.Concat(Mistaken).FirstOrDefault(client => client.Name == name);
}
