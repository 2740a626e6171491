// The arena's objects behind Events. What they hold is only ever changed there, so that every change is one recorded access.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Events;

/// <summary>A oneshot event; see <see cref="OneshotWord{TSync}"/> for the word.</summary>
public struct OneshotEvent
{
    /// <summary>Generation, state and waiter.</summary>
    public long Word;

    /// <summary>Party that waits for it.</summary>
    public byte Party;
}

/// <summary>A recurring event inside another arena object: the head of a list of registered waits.</summary>
public struct Bell
{
    /// <summary>First registration by number + 1, or 0.</summary>
    public int First;
}

/// <summary>Something that can be cancelled once, and whoever wants to know.</summary>
public struct CancelSource
{
    /// <summary>Waits and child sources.</summary>
    public Bell Waiters;

    /// <summary>Registration with the parent source, by number + 1, or 0.</summary>
    public int ParentRegistration;

    /// <summary>Whether it was cancelled.</summary>
    public bool IsCancelled;

    /// <summary>Party that created it.</summary>
    public byte Party;

    /// <summary>Kernel thread on whose behalf it exists, by index + 1, or 0 for nobody's. For the judges only.</summary>
    public byte Owner;
}

/// <summary>One wait or child source in the list of a bell or a cancel source.</summary>
public struct Registration
{
    /// <summary>Event to settle, or none.</summary>
    public Handle<OneshotEvent> Event;

    /// <summary>Child source to cancel, or none.</summary>
    public Handle<CancelSource> Source;

    /// <summary>Operation to cancel, or none.</summary>
    public Handle<Operation> Operation;

    /// <summary>Next registration by number + 1, or 0.</summary>
    public int Next;

    /// <summary>Previous registration by number + 1, or 0.</summary>
    public int Previous;

    /// <summary>Kind of the object that the list belongs to.</summary>
    public ObjectKind OwnerKind;

    /// <summary>Index of that object.</summary>
    public uint OwnerIndex;

    /// <summary>Where the list head is, in bytes from the start of the arena.</summary>
    public int BellOffset;
}
