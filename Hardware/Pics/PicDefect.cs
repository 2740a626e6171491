// Mistakes that can be built into the interrupt controllers, one value for each rule of their manual. Each changes one line of
// the model; the rule book of the tests shows that every one of them is noticed.

namespace Managarm.Perf.Hardware.Pics;

/// <summary>A mistake in the model of the 8259A pair.</summary>
public enum PicDefect : byte
{
    /// <summary>No mistake.</summary>
    None = 0,

    /// <summary>An edge is remembered after its line has fallen.</summary>
    EdgeOutlivesLine,

    /// <summary>A line that stays high asks again after it was acknowledged.</summary>
    EdgeActsAsLevel,

    /// <summary>Telling a level that the line has already counts as an edge.</summary>
    RepeatedLevelIsAnEdge,

    /// <summary>A level-triggered line asks once for each rise only.</summary>
    LevelActsAsEdge,

    /// <summary>ICW1 cannot make all inputs level-triggered.</summary>
    LevelModeIgnored,

    /// <summary>The edge/level register has no effect.</summary>
    LevelRegisterIgnored,

    /// <summary>The timer, keyboard, cascade, clock and coprocessor inputs can be made level-triggered.</summary>
    FixedEdgesAreWritable,

    /// <summary>ICW1 clears the edge/level register.</summary>
    FirstWordClearsLevelRegister,

    /// <summary>An edge at a masked input is not remembered.</summary>
    MaskedEdgeIsLost,

    /// <summary>The request register hides what is masked.</summary>
    RequestsReadMasked,

    /// <summary>The mask has no effect.</summary>
    MaskIgnored,

    /// <summary>Masking an input lifts what it has in service, without special mask mode.</summary>
    MaskLiftsService,

    /// <summary>ICW1 keeps the mask.</summary>
    FirstWordKeepsMask,

    /// <summary>ICW1 keeps edges that wait.</summary>
    FirstWordKeepsEdges,

    /// <summary>ICW1 keeps the rotation.</summary>
    FirstWordKeepsPriority,

    /// <summary>ICW1 keeps special mask mode.</summary>
    FirstWordKeepsSpecialMask,

    /// <summary>ICW1 keeps the choice of the status register.</summary>
    FirstWordKeepsReadChoice,

    /// <summary>ICW1 keeps what is in service.</summary>
    FirstWordKeepsService,

    /// <summary>ICW1 without ICW4 keeps the old ICW4.</summary>
    FirstWordKeepsFourthWord,

    /// <summary>ICW1 keeps the slave's address.</summary>
    FirstWordKeepsAddress,

    /// <summary>ICW1 keeps rotation in automatic end of interrupt.</summary>
    FirstWordKeepsAutomaticRotation,

    /// <summary>ICW3 is awaited in single mode too.</summary>
    SingleAwaitsThirdWord,

    /// <summary>ICW4 is awaited though ICW1 announced none.</summary>
    FourthWordAlwaysAwaited,

    /// <summary>Interrupts are signalled in the middle of the initialization words.</summary>
    WorksWhileInitializing,

    /// <summary>A word with bit 4 does not start anew in the middle of a sequence.</summary>
    FirstWordNeedsIdle,

    /// <summary>The low bits of ICW2 get into the vector.</summary>
    VectorKeepsLowBits,

    /// <summary>The 8086 vector is given in 8080 mode.</summary>
    OldModeIgnored,

    /// <summary>The second byte in 8080 mode always has interval 8.</summary>
    OldIntervalIgnored,

    /// <summary>An input interrupts its own service.</summary>
    SameLevelNests,

    /// <summary>What is in service holds nothing back.</summary>
    ServiceIgnored,

    /// <summary>The lowest priority goes first.</summary>
    LowestFirst,

    /// <summary>Special fully nested mode has no effect.</summary>
    SpecialNestingIgnored,

    /// <summary>Special fully nested mode forgets that the slave is in service, so lower inputs get through.</summary>
    SpecialNestingForgetsSlave,

    /// <summary>Special fully nested mode lets inputs without a slave nest.</summary>
    SpecialNestingEverywhere,

    /// <summary>Special mask mode has no effect.</summary>
    SpecialMaskIgnored,

    /// <summary>The special mask bit counts without its enable bit.</summary>
    SpecialMaskNeedsNoEnable,

    /// <summary>In special mask mode nothing in service holds anything back.</summary>
    SpecialMaskForgetsService,

    /// <summary>In special mask mode a non-specific end takes a masked input.</summary>
    SpecialMaskEndsMasked,

    /// <summary>A non-specific end takes the lowest number, whatever the rotation.</summary>
    EndIgnoresRotation,

    /// <summary>A specific end acts as a non-specific one.</summary>
    SpecificEndIsNonSpecific,

    /// <summary>A non-specific end with rotation does not rotate.</summary>
    EndWithoutRotation,

    /// <summary>A non-specific end with rotation rotates with nothing in service.</summary>
    EmptyEndRotates,

    /// <summary>A specific end with rotation does not rotate.</summary>
    SpecificEndWithoutRotation,

    /// <summary>Setting the priority also ends the interrupt.</summary>
    SetPriorityEnds,

    /// <summary>Setting the priority makes the input the highest.</summary>
    SetPriorityMakesHighest,

    /// <summary>The command without a meaning ends an interrupt.</summary>
    NoOperationEnds,

    /// <summary>Automatic end of interrupt has no effect.</summary>
    AutomaticEndIgnored,

    /// <summary>Automatic end of interrupt never rotates.</summary>
    AutomaticRotationIgnored,

    /// <summary>Rotation in automatic end of interrupt cannot be switched off.</summary>
    AutomaticRotationStays,

    /// <summary>A poll reads without acknowledging.</summary>
    PollOnlyLooks,

    /// <summary>A poll holds for more than one read.</summary>
    PollStays,

    /// <summary>A poll answers with requests that came after its command.</summary>
    PollIsNotFrozen,

    /// <summary>A poll claims an interrupt where there is none.</summary>
    PollAlwaysClaims,

    /// <summary>A poll is answered at the command port only.</summary>
    PollAtCommandPortOnly,

    /// <summary>A status read that is asked for together with a poll wins.</summary>
    StatusReadBeatsPoll,

    /// <summary>The choice of the status register counts without its enable bit.</summary>
    ReadChoiceNeedsNoEnable,

    /// <summary>The choice of the status register holds for one read.</summary>
    ReadChoiceIsForgotten,

    /// <summary>The data port gives the status register.</summary>
    DataPortReadsStatus,

    /// <summary>An acknowledged edge stays requested.</summary>
    AcknowledgeKeepsRequest,

    /// <summary>A spurious interrupt is put in service.</summary>
    SpuriousEntersService,

    /// <summary>A spurious interrupt has the vector of the lowest priority after rotation.</summary>
    SpuriousFollowsRotation,

    /// <summary>The master does not put the slave's spurious interrupt in service.</summary>
    SpuriousSlaveSkipsMaster,

    /// <summary>A device can drive the cascade input.</summary>
    CascadeInputIsConnected,

    /// <summary>The slave's output does not fall at acknowledge, so that the master misses the next edge.</summary>
    CascadeMissesEdge,

    /// <summary>The master takes no notice of a slave whose request has vanished.</summary>
    CascadeHoldsRequest,

    /// <summary>An end at the slave ends at the master too.</summary>
    SlaveEndReachesMaster,

    /// <summary>The slave answers whatever its address is.</summary>
    SlaveIgnoresAddress,

    /// <summary>The master leaves the cascade input to the slave even if ICW3 names no slave there.</summary>
    MasterIgnoresThirdWord,

    /// <summary>The slave does not end automatically.</summary>
    SlaveCannotEndAutomatically,
}
