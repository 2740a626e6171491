// The mistakes that can be built into the I/O APIC, most of them made by some emulator or driver before. Each breaks at least one
// rule of the rule book by a change of a single line.

namespace Managarm.Perf.Hardware.IoApics;

/// <summary>A mistake of the I/O APIC.</summary>
public enum IoApicDefect : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The index register keeps its reserved bits.</summary>
    IndexKeepsReservedBits,

    /// <summary>Only six bits of the index are decoded, so that the entries appear again higher up.</summary>
    IndexAliases,

    /// <summary>An index without a register reads as ones.</summary>
    UnknownIndexReadsOnes,

    /// <summary>Offsets are decoded in part, so that every register appears again and again.</summary>
    OffsetsAlias,

    /// <summary>The EOI register can be read.</summary>
    EndRegisterIsReadable,

    /// <summary>The 82093AA has an EOI register.</summary>
    EndRegisterInOldVersion,

    /// <summary>The EOI register has no effect.</summary>
    EndRegisterIgnored,

    /// <summary>A directed end with reserved bits set is ignored.</summary>
    EndRegisterNeedsZeros,

    /// <summary>The id has eight bits.</summary>
    IdKeepsReservedBits,

    /// <summary>A write to the version or arbitration register changes the id.</summary>
    ReadOnlyRegistersReachId,

    /// <summary>The arbitration id is zero whatever the id is.</summary>
    ArbitrationIgnoresId,

    /// <summary>The version register gives the number of entries in place of the last one.</summary>
    VersionGivesCount,

    /// <summary>The version is 0x20 without an EOI register too.</summary>
    VersionIsAlwaysNew,

    /// <summary>The halves of an entry lie in the other order.</summary>
    HalvesAreSwapped,

    /// <summary>A line that does not exist drives one that does.</summary>
    LinesWrap,

    /// <summary>Entries are unmasked after power-on.</summary>
    ResetUnmasks,

    /// <summary>Reserved bits of an entry can be written.</summary>
    EntryKeepsReservedBits,

    /// <summary>Software can set the delivery status.</summary>
    DeliveryStatusIsWritable,

    /// <summary>Software can change remote IRR.</summary>
    RemoteIrrIsWritable,

    /// <summary>An edge-triggered entry takes both edges of its line.</summary>
    BothEdgesCount,

    /// <summary>Driving an asserted line again is an edge.</summary>
    RepeatedLevelIsAnEdge,

    /// <summary>An edge at a masked entry interrupts when it is unmasked.</summary>
    MaskedEdgeWaits,

    /// <summary>Unmasking an edge-triggered entry interrupts while its line is asserted.</summary>
    UnmaskingIsAnEdge,

    /// <summary>An edge sets remote IRR.</summary>
    EdgeSetsRemoteIrr,

    /// <summary>A line that falls takes its edge along.</summary>
    EdgeFallsWithLine,

    /// <summary>Every edge that is held up is sent, not one for all.</summary>
    HeldEdgesAreCounted,

    /// <summary>Every entry is edge-triggered.</summary>
    TriggerModeIgnored,

    /// <summary>The mask has no effect.</summary>
    MaskIgnored,

    /// <summary>A level request stays when its line is released before it is accepted.</summary>
    LevelOutlivesLine,

    /// <summary>A level interrupt that was accepted does not set remote IRR.</summary>
    RemoteIrrIsNeverSet,

    /// <summary>A line that is released clears remote IRR.</summary>
    FallClearsRemoteIrr,

    /// <summary>Unmasking does not send what a level-triggered line asks for.</summary>
    UnmaskingIsUnnoticed,

    /// <summary>A change of the polarity does not send what a level-triggered line asks for then.</summary>
    PolarityChangeIsUnnoticed,

    /// <summary>A change to level-triggered does not send what the line asks for.</summary>
    TriggerChangeIsUnnoticed,

    /// <summary>A change of the destination does not try what is held up again.</summary>
    DestinationChangeIsUnnoticed,

    /// <summary>Remote IRR stays when the entry is made edge-triggered.</summary>
    EdgeKeepsRemoteIrr,

    /// <summary>Masking clears remote IRR.</summary>
    MaskClearsRemoteIrr,

    /// <summary>Every write to the low half clears remote IRR.</summary>
    WriteClearsRemoteIrr,

    /// <summary>An end is for every entry, whatever its vector is.</summary>
    EndIgnoresVector,

    /// <summary>An end is for the first entry with its vector only.</summary>
    EndStopsAtFirst,

    /// <summary>An end does not reach masked entries.</summary>
    EndSkipsMasked,

    /// <summary>A line that is still asserted at the end does not interrupt again.</summary>
    EndDoesNotResend,

    /// <summary>An end makes an asserted edge-triggered line interrupt again.</summary>
    EndResendsEdge,

    /// <summary>Every line is active high.</summary>
    PolarityIgnored,

    /// <summary>The delivery status never shows what is held up.</summary>
    StatusIsAlwaysIdle,

    /// <summary>The delivery status shows what the mask withdraws.</summary>
    StatusIgnoresMask,

    /// <summary>The delivery status shows the line in place of what is held up.</summary>
    StatusFollowsLine,

    /// <summary>An edge that is refused is not sent again.</summary>
    RefusedEdgeIsLost,

    /// <summary>A level interrupt sets remote IRR without having been accepted.</summary>
    RefusedLevelSetsRemoteIrr,

    /// <summary>A retry does not send edges.</summary>
    RetrySkipsEdges,

    /// <summary>A retry does not send levels.</summary>
    RetrySkipsLevels,

    /// <summary>An edge that is held up survives a mask.</summary>
    MaskKeepsHeldEdge,

    /// <summary>Any write to the low half drops an edge that is held up.</summary>
    WriteDropsHeldEdge,

    /// <summary>The trigger mode counts in every delivery mode.</summary>
    LevelInEveryMode,

    /// <summary>Lowest priority is always edge-triggered.</summary>
    LowestPriorityIsEdge,

    /// <summary>Every message is fixed.</summary>
    DeliveryModeIgnored,

    /// <summary>Every destination is physical.</summary>
    DestinationModeIgnored,

    /// <summary>The destination has four bits.</summary>
    DestinationHasFourBits,

    /// <summary>Messages of level-triggered entries say edge.</summary>
    MessagesAreEdges,

    /// <summary>A vector below 16 is never sent.</summary>
    LowVectorsAreWithheld,
}
