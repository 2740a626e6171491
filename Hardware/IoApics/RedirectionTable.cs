// What the redirection entries do. An edge-triggered entry latches one edge until a local APIC takes it. A level-triggered
// entry latches nothing: it asks while its line is asserted and remote IRR is clear, and remote IRR stands from acceptance to
// the end of the interrupt. After anything that changes an entry it is served once; whatever is refused then waits for the next
// try.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.IoApics;

/// <summary>The redirection table of an I/O APIC.</summary>
/// <remarks>Intel 82093AA data sheet (290566), 3.2.4.</remarks>
internal sealed unsafe class RedirectionTable
{
    private const byte FourIdBits = 0x0f;
    private const byte FirstLegalVector = 0x10;
    private const int DestinationShift = 24;

    private readonly RedirectionEntry* entries;
    private readonly IInterruptBus bus;
    private readonly IoApicDefect defect;

    /// <summary>Reserves the table with all entries masked.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="bus">Where the messages go.</param>
    /// <param name="pulledUpLines">Lines that are high at first.</param>
    /// <param name="defect">A mistake to build in.</param>
    public RedirectionTable(Arena arena, IInterruptBus bus, uint pulledUpLines, IoApicDefect defect)
    {
        this.bus = bus;
        this.defect = defect;
        entries = arena.ReserveHot<RedirectionEntry>(IoApic.EntryCount);
        for (int number = 0; number < IoApic.EntryCount; number++)
        {
            entries[number].Low = defect == IoApicDefect.ResetUnmasks ? 0 : RedirectionEntry.Mask;
            entries[number].IsHigh = ((pulledUpLines >> number) & 1) != 0;
        }
    }

    private uint WritableBits => defect switch
    {
        IoApicDefect.EntryKeepsReservedBits => ~(RedirectionEntry.DeliveryStatus | RedirectionEntry.RemoteIrr),
        IoApicDefect.DeliveryStatusIsWritable => RedirectionEntry.Writable | RedirectionEntry.DeliveryStatus,
        _ => RedirectionEntry.Writable,
    };

    private uint UnnoticedBits => defect switch
    {
        IoApicDefect.UnmaskingIsUnnoticed => RedirectionEntry.Mask,
        IoApicDefect.PolarityChangeIsUnnoticed => RedirectionEntry.Polarity,
        IoApicDefect.TriggerChangeIsUnnoticed => RedirectionEntry.Trigger,
        _ => 0,
    };

    /// <summary>Reads half of an entry.</summary>
    /// <param name="number">Entry, 0 to 23.</param>
    /// <param name="isHighHalf">Bits 63 to 32, else 31 to 0.</param>
    /// <returns>The half.</returns>
    public uint Read(int number, bool isHighHalf)
    {
        RedirectionEntry* entry = entries + number;
        if (isHighHalf)
        {
            return (uint)entry->Destination << DestinationShift;
        }

        uint value = entry->Low;
        value |= IsHeldUp(entry) ? RedirectionEntry.DeliveryStatus : 0;
        value |= entry->HasRemoteIrr ? RedirectionEntry.RemoteIrr : 0;
        return value;
    }

    /// <summary>Writes half of an entry; bits that are reserved or read-only are ignored.</summary>
    /// <param name="number">Entry, 0 to 23.</param>
    /// <param name="isHighHalf">Bits 63 to 32, else 31 to 0.</param>
    /// <param name="value">The half.</param>
    public void Write(int number, bool isHighHalf, uint value)
    {
        RedirectionEntry* entry = entries + number;
        if (isHighHalf)
        {
            WriteHigh(entry, value);
        }
        else
        {
            WriteLow(entry, value);
        }
    }

    /// <summary>Sets the electrical level of a pin.</summary>
    /// <param name="number">Pin, 0 to 23.</param>
    /// <param name="isHigh">Its level.</param>
    public void Drive(int number, bool isHigh)
    {
        RedirectionEntry* entry = entries + number;
        if (defect == IoApicDefect.LevelOutlivesLine && IsLevel(entry) && HasRequest(entry))
        {
            return;
        }

        bool wasAsserted = IsAsserted(entry) && defect != IoApicDefect.RepeatedLevelIsAnEdge;
        entry->IsHigh = isHigh;
        bool isAsserted = IsAsserted(entry);
        if (isAsserted != wasAsserted && (isAsserted || defect == IoApicDefect.BothEdgesCount) && !IsLevel(entry))
        {
            LatchEdge(entry);
        }

        entry->HeldEdges = isAsserted || defect != IoApicDefect.EdgeFallsWithLine ? entry->HeldEdges : (byte)0;
        entry->HasRemoteIrr &= isAsserted || defect != IoApicDefect.FallClearsRemoteIrr;
        Serve(entry);
    }

    /// <summary>Takes note that a vector has been serviced: every entry with this vector may interrupt again.</summary>
    /// <param name="vector">The vector.</param>
    public void EndOfInterrupt(byte vector)
    {
        for (int number = 0; number < IoApic.EntryCount; number++)
        {
            RedirectionEntry* entry = entries + number;
            bool isMeant = entry->Vector == vector || defect == IoApicDefect.EndIgnoresVector;
            if (isMeant && !(entry->IsMasked && defect == IoApicDefect.EndSkipsMasked))
            {
                End(entry);
                if (defect == IoApicDefect.EndStopsAtFirst)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Serves every entry once more.</summary>
    public void RetryPending()
    {
        for (int number = 0; number < IoApic.EntryCount; number++)
        {
            RedirectionEntry* entry = entries + number;
            bool isSkipped = defect == (IsLevel(entry) ? IoApicDefect.RetrySkipsLevels : IoApicDefect.RetrySkipsEdges);
            if (!isSkipped)
            {
                Serve(entry);
            }
        }
    }

    private void WriteHigh(RedirectionEntry* entry, uint value)
    {
        entry->Destination = (byte)(value >> DestinationShift);
        if (defect != IoApicDefect.DestinationChangeIsUnnoticed)
        {
            Serve(entry);
        }
    }

    private void WriteLow(RedirectionEntry* entry, uint value)
    {
        uint before = entry->Low;
        entry->Low = value & WritableBits;
        UpdateRemoteIrr(entry, value);
        UpdateHeldEdge(entry, before);
        if (((entry->Low ^ before) & UnnoticedBits) == 0)
        {
            Serve(entry);
        }
    }

    // The way to get rid of a remote IRR whose end was lost is to make the entry edge-triggered and level-triggered again.
    private void UpdateRemoteIrr(RedirectionEntry* entry, uint value)
    {
        bool isKept = entry->HasLevelTrigger || defect == IoApicDefect.EdgeKeepsRemoteIrr;
        isKept &= defect != IoApicDefect.WriteClearsRemoteIrr;
        isKept &= !(entry->IsMasked && defect == IoApicDefect.MaskClearsRemoteIrr);
        entry->HasRemoteIrr &= isKept;
        if (defect == IoApicDefect.RemoteIrrIsWritable)
        {
            entry->HasRemoteIrr = (value & RedirectionEntry.RemoteIrr) != 0;
        }
    }

    // A mask withdraws what no local APIC has accepted yet, and a level-triggered entry has no use for an edge.
    private void UpdateHeldEdge(RedirectionEntry* entry, uint before)
    {
        bool isKept = !entry->IsMasked || defect == IoApicDefect.MaskKeepsHeldEdge;
        isKept &= !IsLevel(entry);
        isKept &= defect != IoApicDefect.WriteDropsHeldEdge;
        entry->HeldEdges = isKept ? entry->HeldEdges : (byte)0;
        bool isUnmasked = (before & ~entry->Low & RedirectionEntry.Mask) != 0;
        if (defect == IoApicDefect.UnmaskingIsAnEdge && isUnmasked && IsAsserted(entry))
        {
            entry->HeldEdges = 1;
        }
    }

    private void LatchEdge(RedirectionEntry* entry)
    {
        if (entry->IsMasked && defect != IoApicDefect.MaskedEdgeWaits)
        {
            return;
        }

        entry->HeldEdges = defect == IoApicDefect.HeldEdgesAreCounted ? (byte)(entry->HeldEdges + 1) : (byte)1;
    }

    private void End(RedirectionEntry* entry)
    {
        entry->HasRemoteIrr = false;
        if (defect == IoApicDefect.EndResendsEdge && IsAsserted(entry) && !IsLevel(entry))
        {
            LatchEdge(entry);
        }

        if (defect != IoApicDefect.EndDoesNotResend)
        {
            Serve(entry);
        }
    }

    private void Serve(RedirectionEntry* entry)
    {
        bool isMasked = entry->IsMasked && defect != IoApicDefect.MaskIgnored;
        if (isMasked || !HasRequest(entry))
        {
            return;
        }

        bool isAccepted = Send(entry);
        if (IsLevel(entry) || defect == IoApicDefect.EdgeSetsRemoteIrr)
        {
            entry->HasRemoteIrr |= isAccepted || defect == IoApicDefect.RefusedLevelSetsRemoteIrr;
            entry->HasRemoteIrr &= defect != IoApicDefect.RemoteIrrIsNeverSet;
        }

        if (!IsLevel(entry) && (isAccepted || defect == IoApicDefect.RefusedEdgeIsLost))
        {
            entry->HeldEdges--;
        }
    }

    private bool Send(RedirectionEntry* entry)
    {
        if (defect == IoApicDefect.LowVectorsAreWithheld && entry->Vector < FirstLegalVector)
        {
            return true;
        }

        bool isLogical = entry->IsLogical && defect != IoApicDefect.DestinationModeIgnored;
        byte destination = defect == IoApicDefect.DestinationHasFourBits
            ? (byte)(entry->Destination & FourIdBits)
            : entry->Destination;
        DeliveryMode mode = defect == IoApicDefect.DeliveryModeIgnored ? DeliveryMode.Fixed : entry->Mode;
        bool isLevel = IsLevel(entry) && defect != IoApicDefect.MessagesAreEdges;
        return bus.Send(new InterruptMessage(entry->Vector, mode, isLogical, destination, isLevel));
    }

    // Delivery modes without a vector of their own are edges whatever the entry says, and so are the reserved ones.
    private bool IsLevel(RedirectionEntry* entry)
    {
        bool canBeLevel = entry->Mode == DeliveryMode.Fixed
            || (entry->Mode == DeliveryMode.LowestPriority && defect != IoApicDefect.LowestPriorityIsEdge)
            || defect == IoApicDefect.LevelInEveryMode;
        return canBeLevel && entry->HasLevelTrigger && defect != IoApicDefect.TriggerModeIgnored;
    }

    private bool IsAsserted(RedirectionEntry* entry) =>
        entry->IsHigh != (entry->IsActiveLow && defect != IoApicDefect.PolarityIgnored);

    private bool HasRequest(RedirectionEntry* entry) =>
        IsLevel(entry) ? IsAsserted(entry) && !entry->HasRemoteIrr : entry->HeldEdges != 0;

    private bool IsHeldUp(RedirectionEntry* entry)
    {
        bool isWithdrawn = entry->IsMasked && defect != IoApicDefect.StatusIgnoresMask;
        bool asks = defect == IoApicDefect.StatusFollowsLine ? IsAsserted(entry) : HasRequest(entry);
        return asks && !isWithdrawn && defect != IoApicDefect.StatusIsAlwaysIdle;
    }
}
