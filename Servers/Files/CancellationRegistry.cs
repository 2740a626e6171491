// Cancellation registries (core/cancel-events.hpp): while a cancellable request runs, an entry maps (scope, credentials, id)
// to the cancel source of its token. A scope is the posix lane of a thread, and for files a passthrough lane (since managarm
// f6099d475) or a whole server (before). A cancel that finds nothing does nothing. A duplicate id is refused, and the guard of
// the refused registration erases the key on its way out, which is the entry of the first request (since managarm 24bbf0750):
// that request goes on, and no cancel finds it any more. That a request may not be there yet is known to `ordered` only, whose
// Tickets ask here first.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>All registries of a system.</summary>
public sealed class CancellationRegistry
{
    /// <summary>Scope of a thread's posix lane; the thread's index is added.</summary>
    public const uint ThreadScope = 0x1000;

    /// <summary>Scope of all lanes of a server; the number of its party is added.</summary>
    public const uint ServerScope = 0x2000;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly Slab<RegistryEntry> entries;

    internal CancellationRegistry(ModelSystem system)
    {
        this.system = system;
        world = system.World;
        entries = new Slab<RegistryEntry>(world.Arena, RunLimits.Requests, ObjectKind.RegistryEntry);
    }

    /// <summary>Number of entries.</summary>
    public int Count => entries.LiveCount;

    private bool TryRegister(uint scope, uint credentials, uint id, out Handle<RegistryEntry> entry)
    {
        entry = default;
        if (id == 0)
        {
            return true;
        }

        Handle<RegistryEntry> first = Find(scope, credentials, id);
        if (!first.IsNone)
        {
            world.Note(NoteKind.RegistrationRefused, id, credentials);
            world.Writes(ObjectKind.RegistryEntry, first.Index);
            // Window O4: Corpus/windows/write-forgotten-by-duplicate.scn
            if (!system.Repaired(Repairs.DuplicateLeavesOriginal))
            {
                entries.Free(first);
            }

            return false;
        }

        entry = Enter(scope, credentials, id, world.Events.CreateSource(credentials));
        return true;
    }

    /// <summary>Enters a request under a key that is free.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="id">Cancellation id.</param>
    /// <param name="source">Source of its token; none when nobody would look at it.</param>
    /// <returns>The entry.</returns>
    public Handle<RegistryEntry> Enter(uint scope, uint credentials, uint id, Handle<CancelSource> source)
    {
        Verify.That(IsFree(scope, credentials, id), "two requests are registered under one key");
        Handle<RegistryEntry> entry = entries.Allocate();
        Verify.That(!entry.IsNone, "out of registry entries");
        world.Writes(ObjectKind.RegistryEntry, entry.Index);
        world.Note(NoteKind.Registered, id, credentials);
        entries[entry] = new RegistryEntry
        {
            Scope = scope,
            Credentials = credentials,
            Id = id,
            Party = (byte)world.Scheduler.Current,
            Source = source,
        };
        return entry;
    }

    /// <summary>Enters a request that a server has taken in.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="admission">The request.</param>
    /// <param name="id">Cancellation id, or 0.</param>
    /// <returns>The request with a token that a cancel by this id cancels; refused with EIO when the id is in use.</returns>
    public Admission Register(uint scope, Admission admission, uint id)
    {
        admission.CancellationId = id;
        if (!TryRegister(scope, admission.Credentials, id, out admission.Entry))
        {
            admission.Refusal = Errno.EIO;
            return admission;
        }

        admission.Token = admission.Entry.IsNone ? CancelToken.None : new CancelToken(entries[admission.Entry].Source);
        return admission;
    }

    /// <summary>Removes a request that has finished.</summary>
    /// <param name="admission">The request; its entry may be gone, or there was none.</param>
    public void Unregister(in Admission admission)
    {
        Handle<RegistryEntry> entry = admission.Entry;
        if (entry.IsNone || world.Has(Defect.RegistryEntryKept))
        {
            return;
        }

        world.Writes(ObjectKind.RegistryEntry, entry.Index);
        if (!admission.Token.Source.IsNone)
        {
            world.Events.FreeSource(admission.Token.Source);
        }

        if (entries.IsLive(entry))
        {
            Verify.That(
                IsOf(entries[entry], admission) || world.Has(Defect.GenerationNotBumped),
                "a request takes the registry entry of another away");
            entries.Free(entry);
        }

        if (world.Has(Defect.RegistryEntryUsedAfterFree))
        {
            entries[entry].Id = 0;
        }
    }

    /// <summary>Cancels a request.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="id">Cancellation id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Cancel(uint scope, uint credentials, uint id)
    {
        Handle<RegistryEntry> entry = Find(scope, credentials, id);
        if (entry.IsNone)
        {
            // Window O5: Corpus/windows/read-stale-cancel.scn
            // Window R3: Corpus/windows/read-stale-id.scn
            world.Note(NoteKind.CancelMissed, id, credentials);
            return false;
        }

        Cancel(entry);
        return true;
    }

    /// <summary>Looks for what a serving loop serves.</summary>
    /// <param name="scope">Serving loop that serves one request at a time.</param>
    /// <returns>Its entry, or none.</returns>
    internal Handle<RegistryEntry> FindIn(uint scope)
    {
        for (int index = 0; index < entries.HighWater; index++)
        {
            if (entries.IsLiveAt(index) && entries.At(index).Scope == scope)
            {
                return entries.HandleAt(index);
            }
        }

        return default;
    }

    /// <summary>Cancels a request whose thread is to end.</summary>
    /// <param name="entry">Its entry.</param>
    internal void CancelForEnd(Handle<RegistryEntry> entry)
    {
        system.Ledger.Requests.CancelIssued(entries[entry].Credentials, entries[entry].Id);
        Cancel(entry);
    }

    /// <summary>Cancels a request that was found.</summary>
    /// <param name="entry">Its entry.</param>
    /// <returns>The source that was cancelled; none when nobody looks at it.</returns>
    public Handle<CancelSource> Cancel(Handle<RegistryEntry> entry)
    {
        world.Note(NoteKind.CancelHit, entries[entry].Id, entries[entry].Credentials);
        world.Events.CancelSource(entries[entry].Source);
        if (world.Has(Defect.CancelReachesNeighbour))
        {
            CancelNeighbour(entry);
        }

        return entries[entry].Source;
    }

    /// <summary>Looks for a request that was told to end and is still served.</summary>
    /// <param name="credentials">Its caller.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFindDeafened(out uint credentials)
    {
        credentials = 0;
        for (int index = 0; index < entries.HighWater; index++)
        {
            if (entries.IsLiveAt(index) && world.Events.IsCancelled(new CancelToken(entries.At(index).Source)))
            {
                credentials = entries.At(index).Credentials;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a thread has an entry left.</summary>
    /// <param name="credentials">The thread.</param>
    /// <returns>True when one is found.</returns>
    public bool HasEntryOf(uint credentials)
    {
        for (int index = 0; index < entries.HighWater; index++)
        {
            if (entries.IsLiveAt(index) && entries.At(index).Credentials == credentials)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The registries of a dead server are gone with its memory; what their sources still tell is dropped with
    /// whoever waits for it.</summary>
    /// <param name="party">Party of the server.</param>
    internal void ForgetServer(int party)
    {
        for (int index = 0; index < entries.HighWater; index++)
        {
            if (entries.IsLiveAt(index) && entries.At(index).Party == party)
            {
                world.Writes(ObjectKind.RegistryEntry, (uint)index);
                entries.Free(entries.HandleAt(index));
            }
        }
    }

    /// <summary>A look that is no part of a step: the caller has looked, too.</summary>
    private bool IsFree(uint scope, uint credentials, uint id)
    {
        bool isFree = true;
        for (int index = 0; index < entries.HighWater; index++)
        {
            ref RegistryEntry other = ref entries.At(index);
            isFree &= !entries.IsLiveAt(index) || other.Scope != scope || other.Credentials != credentials || other.Id != id;
        }

        return isFree;
    }

    private static bool IsOf(in RegistryEntry entry, in Admission admission) =>
        entry.Credentials == admission.Credentials && entry.Id == admission.CancellationId
        && entry.Source == admission.Token.Source;

    private void CancelNeighbour(Handle<RegistryEntry> entry)
    {
        for (int index = 0; index < entries.HighWater; index++)
        {
            if (entries.IsLiveAt(index) && index != (int)entry.Index)
            {
                world.Events.CancelSource(entries.At(index).Source);
                return;
            }
        }
    }

    /// <summary>Looks a request up.</summary>
    /// <param name="scope">Serving loop.</param>
    /// <param name="credentials">Calling thread.</param>
    /// <param name="id">Cancellation id.</param>
    /// <returns>Its entry, or none.</returns>
    public Handle<RegistryEntry> Find(uint scope, uint credentials, uint id)
    {
        for (int index = 0; index < entries.HighWater; index++)
        {
            if (!entries.IsLiveAt(index))
            {
                continue;
            }

            ref RegistryEntry entry = ref entries.At(index);
            world.Reads(ObjectKind.RegistryEntry, (uint)index);
            if (entry.Scope == scope && entry.Credentials == credentials && entry.Id == id)
            {
                return entries.HandleAt(index);
            }
        }

        return default;
    }
}

/// <summary>Entry of a running cancellable request.</summary>
public struct RegistryEntry
{
    /// <summary>Serving loop.</summary>
    public uint Scope;

    /// <summary>Calling thread.</summary>
    public uint Credentials;

    /// <summary>Cancellation id.</summary>
    public uint Id;

    /// <summary>Party of the server whose registry it is in.</summary>
    public byte Party;

    /// <summary>Source of the request's token; none when nobody would look at it.</summary>
    public Handle<CancelSource> Source;
}

// What a server says to a cancel, where it says anything. The answer is information for the canceller and nothing that it may
// rely on: the reply to the request alone ends the request.
/// <summary>Answer to a cancel.</summary>
public enum CancelAnswer : byte
{
    /// <summary>None: the server does not answer cancels, or is gone.</summary>
    Unknown,

    /// <summary>The request has been told, or will be when it is registered.</summary>
    Accepted,

    /// <summary>The request runs and will not look.</summary>
    Uncancellable,

    /// <summary>The request is over.</summary>
    TooLate,
}
