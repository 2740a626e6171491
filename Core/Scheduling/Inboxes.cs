// The inboxes of the parties: coroutines that were woken and wait for their party to be picked. First come, first served, save
// where the dispatcher of a server takes them in an order that the strategy chose. Posting and taking are recorded as accesses
// of the inbox's place, so that an exploration knows which posting a step depends on.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Woken coroutines of each party.</summary>
public sealed unsafe class Inboxes
{
    private readonly World world;
    private readonly Scheduler scheduler;
    private readonly Party* parties;
    private readonly int* waiters;

    internal Inboxes(World world, Scheduler scheduler, Arena arena, Party* parties)
    {
        this.world = world;
        this.scheduler = scheduler;
        this.parties = parties;
        waiters = arena.ReserveCold<int>(Scheduler.MaxParties * Party.InboxCapacity);
    }

    /// <summary>Puts a suspended coroutine into the inbox of its party.</summary>
    /// <param name="party">The party.</param>
    /// <param name="waiter">The coroutine.</param>
    public void Post(int party, int waiter)
    {
        ref Party target = ref parties[party];
        Verify.That(target.InboxTail - target.InboxHead < Party.InboxCapacity, "inbox of a party is full");
        world.Writes(ObjectKind.Inbox, (uint)party);
        world.Writes(ObjectKind.Posted, AccessLog.EventIndex((uint)party, target.InboxTail));
        PlaceOf(party, target.InboxTail++) = waiter;
        scheduler.Enable(party);
    }

    /// <summary>Takes the first coroutine out of a party's inbox.</summary>
    /// <param name="party">The party.</param>
    /// <returns>A waiter, or 0 when the inbox is empty.</returns>
    public int TakePosted(int party)
    {
        ref Party target = ref parties[party];
        if (target.IsInboxEmpty)
        {
            return 0;
        }

        world.Reads(ObjectKind.Posted, AccessLog.EventIndex((uint)party, target.InboxHead));
        return PlaceOf(party, target.InboxHead++);
    }

    /// <summary>Coroutines in a party's inbox.</summary>
    /// <param name="party">The party.</param>
    /// <returns>How many there are.</returns>
    public int CountReady(int party) => (int)(parties[party].InboxTail - parties[party].InboxHead);

    /// <summary>Takes a coroutine out of a party's inbox; those before it keep their order.</summary>
    /// <param name="party">The running party.</param>
    /// <param name="position">Its position, below <see cref="CountReady"/>.</param>
    /// <returns>A waiter.</returns>
    public int TakeReady(int party, int position)
    {
        uint head = parties[party].InboxHead;
        for (uint place = head + (uint)position; place != head; place--)
        {
            (PlaceOf(party, place), PlaceOf(party, place - 1)) = (PlaceOf(party, place - 1), PlaceOf(party, place));
        }

        return TakePosted(party);
    }

    private ref int PlaceOf(int party, uint place) =>
        ref waiters[(party * Party.InboxCapacity) + (int)(place & (Party.InboxCapacity - 1))];
}
