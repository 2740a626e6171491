// Tickets keep the order of a lane beyond its acceptance: a serving loop numbers what it accepts, and a request holds a ticket
// from its acceptance to its registration, however many awaits that takes. A cancel that finds no entry while an older ticket is
// open may be meant for that request, so it is kept as an early cancel, which the registration takes; it goes when no older
// ticket is open any more, so that nothing is left to match a later request. One table for all loops, told apart by scope.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols.OrderedProtocol;

/// <summary>Open tickets and early cancels of all serving loops.</summary>
internal sealed class Tickets
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly Slab<Ticket> open;
    private readonly Slab<EarlyCancel> early;

    internal Tickets(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        open = new Slab<Ticket>(world.Arena, RunLimits.Requests, ObjectKind.Ticket);
        early = new Slab<EarlyCancel>(world.Arena, RunLimits.Cancels, ObjectKind.EarlyCancel);
    }

    /// <summary>Requests that are accepted and not registered.</summary>
    public int OpenCount => open.LiveCount;

    /// <summary>Cancels that wait for a registration.</summary>
    public int EarlyCount => early.LiveCount;

    /// <summary>Enters a request that a server has taken in, in the order of its lane: an early cancel of it is carried out, a
    /// duplicate leaves the first one alone, and one whose token nobody looks at gets none.</summary>
    /// <param name="arrival">The request.</param>
    /// <param name="admission">Who asks.</param>
    /// <returns>The request; refused with EIO when the id is in use.</returns>
    internal Admission Register(in Arrival arrival, Admission admission)
    {
        uint id = arrival.Request.CancellationId;
        admission.CancellationId = id;
        if (id == 0)
        {
            return admission;
        }

        if (!system.Registry.Find(arrival.Scope, admission.Credentials, id).IsNone)
        {
            admission.Refusal = Errno.EIO;
            return admission;
        }

        Handle<CancelSource> source = arrival.IsUncancellable ? default : world.Events.CreateSource(admission.Credentials);
        admission.Entry = system.Registry.Enter(arrival.Scope, admission.Credentials, id, source);
        system.Lemmas.Registered(admission.Credentials, id);
        admission.Token = new CancelToken(source);
        if (TryTake(arrival.Lane, admission.Credentials, id))
        {
            world.Note(NoteKind.CancelHit, id, admission.Credentials);
            world.Events.CancelSource(source);
        }

        return admission;
    }

    /// <summary>Cancels a request, in the order of its lane.</summary>
    /// <param name="arrival">The cancel.</param>
    /// <param name="credentials">Who asks.</param>
    /// <returns>What became of it.</returns>
    internal CancelAnswer Cancel(in Arrival arrival, uint credentials)
    {
        uint id = arrival.Request.CancellationId;
        Handle<RegistryEntry> entry = system.Registry.Find(arrival.Scope, credentials, id);
        if (!entry.IsNone)
        {
            return system.Registry.Cancel(entry).IsNone ? CancelAnswer.Uncancellable : CancelAnswer.Accepted;
        }

        if (!HasOlder(arrival.Lane, arrival.Number) || world.Has(Defect.EarlyCancelForgotten))
        {
            system.Lemmas.NotFound(credentials, id);
            world.Note(NoteKind.CancelMissed, id, credentials);
            return CancelAnswer.TooLate;
        }

        Keep(new EarlyCancel { Scope = arrival.Lane, Credentials = credentials, Id = id, Number = arrival.Number });
        return CancelAnswer.Accepted;
    }

    /// <summary>Opens a ticket, before the loop accepts anything else.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="number">Place in its order.</param>
    /// <returns>The ticket.</returns>
    public Handle<Ticket> Open(uint scope, uint number)
    {
        Verify.That(number > 0 && IsNext(scope, number), "a ticket is not in the order of its lane");
        Handle<Ticket> ticket = open.Allocate();
        Verify.That(!ticket.IsNone, "out of tickets");
        world.Writes(ObjectKind.Ticket, ticket.Index);
        open[ticket] = new Ticket { Scope = scope, Number = number, Party = (byte)world.Scheduler.Current };
        return ticket;
    }

    /// <summary>Closes a ticket: its request is registered, or never will be. Early cancels that waited for it or for older ones
    /// only are dropped.</summary>
    /// <param name="arrival">The request; it holds an open ticket, or none.</param>
    public void Close(in Arrival arrival)
    {
        Handle<Ticket> ticket = arrival.Held;
        if (ticket.IsNone)
        {
            return;
        }

        uint scope = open[ticket].Scope;
        Verify.That(
            (scope == arrival.Lane && open[ticket].Number == arrival.Number) || world.Has(Defect.GenerationNotBumped),
            "a request closes the ticket of another");
        world.Writes(ObjectKind.Ticket, ticket.Index);
        open.Free(ticket);
        for (int index = 0; index < early.HighWater && !world.Has(Defect.EarlyCancelStays); index++)
        {
            if (early.IsLiveAt(index) && early.At(index).Scope == scope && !HasOlder(scope, early.At(index).Number))
            {
                world.Writes(ObjectKind.EarlyCancel, (uint)index);
                world.Note(NoteKind.EarlyCancelDropped, early.At(index).Id, early.At(index).Credentials);
                system.Lemmas.NotFound(early.At(index).Credentials, early.At(index).Id);
                early.Free(early.HandleAt(index));
            }
        }
    }

    /// <summary>Whether a request that was accepted before is not registered yet.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="number">Place in its order.</param>
    /// <returns>True when a cancel with this number may be early.</returns>
    public bool HasOlder(uint scope, uint number)
    {
        for (int index = 0; index < open.HighWater; index++)
        {
            if (!open.IsLiveAt(index))
            {
                continue;
            }

            world.Reads(ObjectKind.Ticket, (uint)index);
            if (open.At(index).Scope == scope && open.At(index).Number < number)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps a cancel for a request that is not registered yet, in place of the client's former one: a client has one
    /// request at a time, so what it cancelled before is over, or is the same. So no client can have two.</summary>
    /// <param name="cancel">The cancel.</param>
    public void Keep(in EarlyCancel cancel)
    {
        Handle<EarlyCancel> kept = FindOf(cancel.Scope, cancel.Credentials);
        if (kept.IsNone)
        {
            kept = early.Allocate();
            Verify.That(!kept.IsNone, "out of early cancels");
        }

        world.Writes(ObjectKind.EarlyCancel, kept.Index);
        early[kept] = cancel;
        early[kept].Party = (byte)world.Scheduler.Current;
        world.Note(NoteKind.CancelKept, cancel.Id, cancel.Credentials);
    }

    /// <summary>Takes the early cancel of a request that is being registered.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="id">Cancellation id.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(uint scope, uint credentials, uint id)
    {
        for (int index = 0; index < early.HighWater; index++)
        {
            if (!early.IsLiveAt(index))
            {
                continue;
            }

            world.Reads(ObjectKind.EarlyCancel, (uint)index);
            ref EarlyCancel kept = ref early.At(index);
            bool isMeant = kept.Credentials == credentials && kept.Id == id;
            if (kept.Scope == scope && (isMeant || world.Has(Defect.EarlyCancelMatchesAny)))
            {
                system.Lemmas.Matched(credentials, isMeant);
                world.Writes(ObjectKind.EarlyCancel, (uint)index);
                early.Free(early.HandleAt(index));
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a ticket is younger than all that are open on its lane. One that is taken late need not be.</summary>
    private bool IsNext(uint scope, uint number)
    {
        bool isNext = true;
        for (int index = 0; index < open.HighWater; index++)
        {
            isNext &= !open.IsLiveAt(index) || open.At(index).Scope != scope || open.At(index).Number < number;
        }

        return isNext || world.Has(Defect.TicketTakenLate);
    }

    private Handle<EarlyCancel> FindOf(uint scope, uint credentials)
    {
        for (int index = 0; index < early.HighWater; index++)
        {
            if (early.IsLiveAt(index) && early.At(index).Scope == scope && early.At(index).Credentials == credentials)
            {
                return early.HandleAt(index);
            }
        }

        return default;
    }

    /// <summary>Forgets what a dead server had in its memory.</summary>
    /// <param name="party">Party of the server.</param>
    internal void ForgetServer(int party)
    {
        for (int index = 0; index < open.HighWater; index++)
        {
            if (open.IsLiveAt(index) && open.At(index).Party == party)
            {
                world.Writes(ObjectKind.Ticket, (uint)index);
                open.Free(open.HandleAt(index));
            }
        }

        for (int index = 0; index < early.HighWater; index++)
        {
            if (early.IsLiveAt(index) && early.At(index).Party == party)
            {
                world.Writes(ObjectKind.EarlyCancel, (uint)index);
                early.Free(early.HandleAt(index));
            }
        }
    }
}

/// <summary>A request that was accepted and is not registered yet.</summary>
internal struct Ticket
{
    /// <summary>Serving loop.</summary>
    public uint Scope;

    /// <summary>Place in its order.</summary>
    public uint Number;

    /// <summary>Party of the server.</summary>
    public byte Party;
}

/// <summary>A cancel that came before its request was registered.</summary>
internal struct EarlyCancel
{
    /// <summary>Serving loop.</summary>
    public uint Scope;

    /// <summary>Client.</summary>
    public uint Credentials;

    /// <summary>Cancellation id.</summary>
    public uint Id;

    /// <summary>Place in the loop's order.</summary>
    public uint Number;

    /// <summary>Party of the server.</summary>
    public byte Party;
}
