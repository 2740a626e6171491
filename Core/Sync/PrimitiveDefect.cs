// Defects that can be planted in the lock-free primitives. A check that has never failed proves little: the explorer runs with
// each of these in turn and must catch it. They sit where the correct line is, behind ISync.Has, which is a constant false
// outside the explorer. Defects of memory ordering and of atomicity need no place here: the explorer weakens single accesses.

using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Rings;

namespace Managarm.Perf.Core.Sync;

/// <summary>One wrong line of one primitive.</summary>
public enum PrimitiveDefect : byte
{
    /// <summary>The primitives as they ship.</summary>
    None,

    /// <summary><see cref="SpscRing{TSync}"/>: a slot is handed over when it is claimed, before it is filled.</summary>
    PublishedBeforeWritten,

    /// <summary><see cref="SpscRing{TSync}"/>: the ring counts as full one slot too late.</summary>
    FullTestOffByOne,

    /// <summary><see cref="SpscRing{TSync}"/>: the producer believes its old copy of the consumer's position.</summary>
    CachedPositionNotRefreshed,

    /// <summary><see cref="SpscRing{TSync}"/>, <see cref="MpscRing{TSync}"/>: a consumer that finds nothing keeps to itself what
    /// it has given back.</summary>
    RoomNotTold,

    /// <summary><see cref="MpscRing{TSync}"/>: a producer claims without asking whether the slot was given back.</summary>
    FullNotTested,

    /// <summary><see cref="OneshotWord{TSync}"/>: raising takes an event that was cancelled.</summary>
    RaiseIgnoresWinner,

    /// <summary><see cref="OneshotWord{TSync}"/>: whoever settles tells the waiter that it saw first, not the one that it
    /// replaced.</summary>
    WaiterLost,

    /// <summary><see cref="OneshotWord{TSync}"/>, <see cref="ReturnSlab{T, TSync}"/>: the generation is compared when the
    /// effect has already happened.</summary>
    GenerationComparedTooLate,

    /// <summary><see cref="NotifyWord{TSync}"/>: a wake counts as due only if no bit at all was set.</summary>
    WakeOnlyWhenEmpty,

    /// <summary><see cref="NotifyWord{TSync}"/>: clearing some bits clears all.</summary>
    ClearTakesAllBits,

    /// <summary><see cref="ParkWord{TSync}"/>: the waiter does not look again after it has announced its sleep.</summary>
    ParkWithoutRecheck,

    /// <summary><see cref="ParkWord{TSync}"/>: the waiter looks for bits and announces its sleep afterwards.</summary>
    CheckedBeforeAnnounced,

    /// <summary><see cref="Inbox{TSync}"/>: the owner looks for messages and clears the notify bit afterwards.</summary>
    CheckedBeforeCleared,

    /// <summary><see cref="Inbox{TSync}"/>: the owner clears the notify bit and does not look again.</summary>
    ClearedWithoutRecheck,

    /// <summary><see cref="Inbox{TSync}"/>: a producer that set the notify bit anew does not wake the owner.</summary>
    WakeNotSent,

    /// <summary><see cref="ReturnSlab{T, TSync}"/>: giving an object back leaves its generation as it is.</summary>
    GenerationNotBumped,

    /// <summary><see cref="ReturnSlab{T, TSync}"/>: an object that came back is put on the free list twice.</summary>
    FreedTwice,

    /// <summary><see cref="ReturnSlab{T, TSync}"/>: an object stays on the free list when it is allocated.</summary>
    NotUnlinked,
}
