// All that a local APIC remembers, in the arena of the machine. The fields carry the values of registers as software reads
// them where there is one; the others are the latches between the local APIC and its processor.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>State of a local APIC.</summary>
internal unsafe struct LocalApicState
{
    public const int LocalVectorCount = 7;

    /// <summary>IA32_APIC_BASE.</summary>
    public ulong BaseRegister;

    /// <summary>IRR.</summary>
    public VectorSet Requests;

    /// <summary>ISR.</summary>
    public VectorSet InService;

    /// <summary>TMR.</summary>
    public VectorSet LevelTriggered;

    /// <summary>Local vectors in the order of <see cref="LocalVector"/>.</summary>
    public fixed uint LocalVectors[LocalVectorCount];

    /// <summary>Id register of xAPIC mode.</summary>
    public uint Identifier;

    /// <summary>LDR of xAPIC mode.</summary>
    public uint LogicalDestination;

    /// <summary>DFR.</summary>
    public uint DestinationFormat;

    /// <summary>SVR.</summary>
    public uint SpuriousVector;

    /// <summary>Low half of ICR.</summary>
    public uint Command;

    /// <summary>High half of ICR.</summary>
    public uint CommandHigh;

    /// <summary>TPR.</summary>
    public byte TaskPriority;

    /// <summary>Errors as last latched by a write of ESR.</summary>
    public LocalApicErrors LatchedErrors;

    /// <summary>Errors since the last write of ESR.</summary>
    public LocalApicErrors DetectedErrors;

    /// <summary>Whether the next error raises an interrupt.</summary>
    public bool IsErrorArmed;

    /// <summary>Levels of the pins: bit 0 is LINT0, bit 1 LINT1.</summary>
    public byte PinLevels;

    /// <summary>Vector that LINT0 waits for the end of, while its remote request is set.</summary>
    public byte PinServiceVector;

    /// <summary>Latches towards the processor.</summary>
    public LocalApicSignals Signals;

    /// <summary>Page that the last accepted start-up message names.</summary>
    public byte StartUpVector;

    /// <summary>Whether the processor waits for a start-up message.</summary>
    public bool IsWaitingForStartUp;
}

// What the timer of a local APIC remembers, in the arena of the machine. The current count is not among it: it is computed
// from a count that was right at some tick.
/// <summary>State of the timer.</summary>
internal struct LocalApicTimerState
{
    /// <summary>Tick of the undivided clock at which the count was <see cref="BaseCount"/>.</summary>
    public ulong BaseTick;

    /// <summary>IA32_TSC_DEADLINE in ticks of the time-stamp counter; zero when not armed.</summary>
    public ulong DeadlineTicks;

    /// <summary>Count at <see cref="BaseTick"/>; zero when the timer stands.</summary>
    public uint BaseCount;

    /// <summary>Initial count register.</summary>
    public uint InitialCount;

    /// <summary>Divide configuration register.</summary>
    public uint DivideConfiguration;

    /// <summary>Mode as in the local vector.</summary>
    public LocalApicTimerMode Mode;
}
