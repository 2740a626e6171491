// Mistakes that can be built into a local APIC, one for each rule that is checked. They are mistakes that emulators and
// kernels have made or would be easy to make; each changes one line of the model, and the rule that it belongs to must fail
// with it.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>A mistake in the local APIC.</summary>
public enum LocalApicDefect : byte
{
    /// <summary>None.</summary>
    None = 0,

    // Priorities.
    /// <summary>The lowest of the pending vectors is next.</summary>
    LowestVectorFirst,

    /// <summary>The task priority holds nothing back.</summary>
    TaskPriorityIsIgnored,

    /// <summary>What is in service holds nothing back.</summary>
    ServiceIsIgnored,

    /// <summary>A higher vector of the same class interrupts.</summary>
    NestsWithinClass,

    /// <summary>The processor priority compares task and service by the whole byte.</summary>
    PriorityComparesSubclasses,

    /// <summary>The processor priority shows the subclass of what is in service.</summary>
    PriorityKeepsSubclass,

    /// <summary>The arbitration priority does not look at the requests.</summary>
    ArbitrationIgnoresRequests,

    /// <summary>A write of CR8 leaves the subclass of the task priority.</summary>
    Cr8KeepsSubclass,

    /// <summary>A write of CR8 with reserved bits is no defect.</summary>
    Cr8TakesReservedBits,

    /// <summary>CR8 cannot be written while the local APIC is disabled.</summary>
    Cr8NeedsEnabling,

    // Acknowledge and end.
    /// <summary>The acknowledge cycle leaves the request.</summary>
    AcknowledgeKeepsRequest,

    /// <summary>The acknowledge cycle does not put the vector into service.</summary>
    AcknowledgeSkipsService,

    /// <summary>A request of a vector in service is dropped.</summary>
    RequestInServiceIsLost,

    /// <summary>The spurious vector goes into service.</summary>
    SpuriousIsInService,

    /// <summary>The spurious vector is always 255.</summary>
    SpuriousVectorIsFixed,

    /// <summary>The end of interrupt ends the lowest vector.</summary>
    EndTakesLowest,

    /// <summary>The end of interrupt ends every vector.</summary>
    EndTakesAll,

    /// <summary>In memory a value other than zero ends nothing.</summary>
    EndNeedsZero,

    /// <summary>The trigger mode of a level is not recorded.</summary>
    LevelIsNotRecorded,

    /// <summary>An edge leaves the trigger mode that was recorded before.</summary>
    EdgeKeepsTriggerMode,

    /// <summary>The end of a level-triggered interrupt is not broadcast.</summary>
    LevelEndIsNotBroadcast,

    /// <summary>The end of every interrupt is broadcast.</summary>
    EdgeEndIsBroadcast,

    /// <summary>Broadcasts cannot be suppressed.</summary>
    SuppressionIsIgnored,

    // Messages.
    /// <summary>Vectors are accepted while software keeps it disabled.</summary>
    DisabledAcceptsFixed,

    /// <summary>Non-maskable interrupts are refused while software keeps it disabled.</summary>
    DisabledRefusesNmi,

    /// <summary>Commands are ignored while software keeps it disabled.</summary>
    DisabledDoesNotSend,

    /// <summary>Vectors are offered while software keeps it disabled.</summary>
    DeliversWhileDisabled,

    /// <summary>Disabling by software drops what is pending.</summary>
    DisableDropsRequests,

    /// <summary>Disabling by software masks no local vectors.</summary>
    DisableDoesNotMask,

    /// <summary>Local vectors can be unmasked while software keeps it disabled.</summary>
    DisabledUnmasks,

    /// <summary>A message that takes a level back is a request.</summary>
    DeassertedLevelRequests,

    /// <summary>A signal that the processor has taken stays pending.</summary>
    TakenSignalStays,

    /// <summary>INIT level de-assert is an INIT.</summary>
    InitDeassertInits,

    /// <summary>INIT sets the id back.</summary>
    InitLosesId,

    /// <summary>INIT leaves a pending non-maskable interrupt.</summary>
    InitKeepsNmi,

    /// <summary>The boot processor waits for start-up after INIT.</summary>
    BootProcessorWaits,

    /// <summary>A start-up message counts though the processor runs.</summary>
    StartUpAlwaysCounts,

    /// <summary>The second start-up message counts as well.</summary>
    StartUpCountsTwice,

    /// <summary>The start-up vector is a paragraph, not a page.</summary>
    StartAddressIsParagraph,

    // Destinations.
    /// <summary>The broadcast is an ordinary id.</summary>
    BroadcastIsAnId,

    /// <summary>Ids of 32 bits are compared by their lowest byte.</summary>
    WideIdIsCutOff,

    /// <summary>The flat format compares the whole logical id.</summary>
    FlatMatchesWholeId,

    /// <summary>The destination format is always flat.</summary>
    FormatIsIgnored,

    /// <summary>The cluster of a logical id is not compared.</summary>
    ClusterIsIgnored,

    /// <summary>The cluster of an x2APIC logical id is not compared.</summary>
    WideClusterIsIgnored,

    /// <summary>The logical id of x2APIC is not derived from the id.</summary>
    LogicalIdIsNotDerived,

    // Commands.
    /// <summary>The level bit of a command counts for every mode.</summary>
    CommandKeepsLevel,

    /// <summary>The delivery status stays busy.</summary>
    CommandStaysBusy,

    /// <summary>The command register of x2APIC reads as 32 bits.</summary>
    CommandIsHalf,

    /// <summary>Every delivery mode can be sent to oneself.</summary>
    AnythingToSelf,

    /// <summary>Lowest priority is sent by a processor that cannot.</summary>
    AlwaysSendsLowestPriority,

    /// <summary>The self interrupt does nothing.</summary>
    SelfInterruptIsLost,

    // Errors.
    /// <summary>Errors show before the error status is written.</summary>
    ErrorsShowUnlatched,

    /// <summary>A write of the error status adds to what it showed.</summary>
    LatchedErrorsAddUp,

    /// <summary>A write of the error status leaves the errors to be latched again.</summary>
    DetectedErrorsStay,

    /// <summary>An error raises no interrupt.</summary>
    ErrorDoesNotInterrupt,

    /// <summary>Every error raises an interrupt.</summary>
    EveryErrorInterrupts,

    /// <summary>A write of the error status does not rearm the interrupt.</summary>
    ErrorIsNotRearmed,

    /// <summary>Sending an illegal vector is no error.</summary>
    SentVectorIsNoError,

    /// <summary>Receiving an illegal vector is no error.</summary>
    ReceivedVectorIsNoError,

    /// <summary>Writing an illegal local vector is no error.</summary>
    WrittenVectorIsNoError,

    /// <summary>Access to a register that there is not is no error.</summary>
    IllegalRegisterIsNoError,

    // Local vectors.
    /// <summary>A masked local vector interrupts.</summary>
    MaskIsIgnored,

    /// <summary>A masked pin passes external interrupts on.</summary>
    MaskedExternalPasses,

    /// <summary>The performance entry does not mask itself.</summary>
    CounterStaysUnmasked,

    /// <summary>The entries of sources that are no pins pass INIT on.</summary>
    CounterMayInit,

    /// <summary>A local non-maskable interrupt is a system management interrupt.</summary>
    LocalNmiIsSmi,

    /// <summary>Pins are always active high.</summary>
    PolarityIsIgnored,

    /// <summary>Telling a pin its level again is an edge.</summary>
    RepeatedLevelIsEdge,

    /// <summary>A level is only noticed when it changes.</summary>
    UnmaskDoesNotSample,

    /// <summary>A level requests again while it is serviced.</summary>
    LevelRepeatsInService,

    /// <summary>The end of interrupt leaves the remote request.</summary>
    RemoteRequestStays,

    /// <summary>LINT1 can be level-sensitive.</summary>
    SecondPinHasLevel,

    /// <summary>The vector of an external interrupt goes into service.</summary>
    ExternalIsInService,

    /// <summary>The pins do nothing when the local APIC is disabled.</summary>
    DisabledPinsAreDead,

    // Timer.
    /// <summary>Dividing by one divides by 128.</summary>
    DivideByOneIsMissing,

    /// <summary>Bit 3 of the divide configuration has no effect.</summary>
    DivideIgnoresHighBit,

    /// <summary>A change of the division starts the count anew.</summary>
    DivideChangeRestarts,

    /// <summary>An initial count of zero is ignored.</summary>
    ZeroCountDoesNotStop,

    /// <summary>The initial count does not restart a timer that runs.</summary>
    RunningCountIsKept,

    /// <summary>The timer stands while it is masked.</summary>
    MaskStopsTimer,

    /// <summary>The timer expires a tick late.</summary>
    ExpiresTickLate,

    /// <summary>One shot repeats.</summary>
    OneShotRepeats,

    /// <summary>An expired count reads as the initial one.</summary>
    ExpiredCountShowsInitial,

    /// <summary>Periodic expires once.</summary>
    PeriodicExpiresOnce,

    /// <summary>Each period begins a tick late.</summary>
    PeriodicDrifts,

    /// <summary>Changing between one shot and periodic starts the count anew.</summary>
    ModeChangeRestarts,

    /// <summary>Changing into or out of the deadline mode leaves the timer armed.</summary>
    ModeChangeKeepsArmed,

    /// <summary>An expiry while masked interrupts all the same.</summary>
    MaskedExpiryIsKept,

    /// <summary>The initial count can be written in deadline mode.</summary>
    DeadlineModeTakesCount,

    /// <summary>The current count is not zero in deadline mode.</summary>
    DeadlineModeShowsCount,

    /// <summary>A deadline is taken in other modes.</summary>
    DeadlineAlwaysTaken,

    /// <summary>The deadline register is there without the feature.</summary>
    DeadlineAlwaysExists,

    /// <summary>The deadline mode can be entered without the feature.</summary>
    DeadlineModeAlwaysExists,

    /// <summary>The timer counts in the reserved mode.</summary>
    ReservedModeCounts,

    /// <summary>A deadline in the past never fires.</summary>
    PastDeadlineIsLost,

    /// <summary>A deadline of zero fires at once.</summary>
    ZeroDeadlineFires,

    /// <summary>A deadline of zero does not disarm.</summary>
    ZeroDeadlineIsIgnored,

    /// <summary>The deadline register is not cleared when it fires.</summary>
    DeadlineStaysArmed,

    // Modes.
    /// <summary>It is enabled by software after reset.</summary>
    ResetIsEnabled,

    /// <summary>Local vectors are not masked after reset.</summary>
    ResetUnmasks,

    /// <summary>The destination format is clustered after reset.</summary>
    ResetFormatIsCluster,

    /// <summary>Reset leaves the task priority.</summary>
    ResetKeepsTaskPriority,

    /// <summary>RESET does not go back to xAPIC mode.</summary>
    ResetKeepsExtended,

    /// <summary>INIT goes back to xAPIC mode.</summary>
    InitLeavesExtended,

    /// <summary>Reserved low bits of the base register are no defect.</summary>
    BaseTakesLowBits,

    /// <summary>Bits beyond the physical address are no defect.</summary>
    BaseTakesHighBits,

    /// <summary>The base address cannot be changed.</summary>
    BaseIsNotRelocated,

    /// <summary>A write of the base register clears the boot processor bit.</summary>
    BootProcessorBitIsLost,

    /// <summary>The invalid mode can be entered.</summary>
    InvalidModeIsTaken,

    /// <summary>x2APIC goes back to xAPIC directly.</summary>
    ExtendedGoesBack,

    /// <summary>Disabled goes to x2APIC directly.</summary>
    DisabledGoesExtended,

    /// <summary>A write of the base register that changes no mode is a fault.</summary>
    SameModeIsRefused,

    /// <summary>x2APIC can be entered without the feature.</summary>
    ExtendedAlwaysExists,

    /// <summary>Disabling leaves the registers.</summary>
    DisableKeepsRegisters,

    /// <summary>Disabling leaves an id that software wrote.</summary>
    DisableKeepsId,

    /// <summary>Entering x2APIC resets the registers.</summary>
    ExtendingForgets,

    // Registers.
    /// <summary>Registers are in memory in every mode.</summary>
    MemoryAlwaysAnswers,

    /// <summary>A register answers at each of its 16 bytes.</summary>
    RegistersRepeat,

    /// <summary>Model-specific registers answer in every mode.</summary>
    ExtendedMsrAlwaysAnswers,

    /// <summary>Registers that are only in memory have a model-specific register.</summary>
    MemoryOnlyIsExtended,

    /// <summary>A write of a read-only model-specific register is no defect.</summary>
    ReadOnlyIsWritten,

    /// <summary>A read of a write-only model-specific register is no defect.</summary>
    WriteOnlyIsRead,

    /// <summary>Bits above 31 are no defect.</summary>
    HighHalfIsIgnored,

    /// <summary>Reserved bits are no defect.</summary>
    ReservedBitsAreIgnored,

    /// <summary>The low bits of the destination format can be cleared.</summary>
    FormatHasLowBits,

    /// <summary>The version does not show that broadcasts can be suppressed.</summary>
    VersionHidesSuppression,

    /// <summary>The version counts a local vector that there is not.</summary>
    VersionCountsTooMany,
}
