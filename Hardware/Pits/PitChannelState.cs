// One counter of the 8254 as it lies in the arena: the count register CR, the counting element CE, the output latch OL and the
// status latch of the data sheet's block diagram, and the control logic. Counts are plain numbers; the digits of decimal counts
// are made at the ports.

namespace Managarm.Perf.Hardware.Pits;

/// <summary>State of one counter, as it was at <see cref="Tick"/>.</summary>
internal struct PitChannelState
{
    /// <summary>Tick of the clock that the state is of.</summary>
    public ulong Tick;

    /// <summary>The count register, 0 for the modulus.</summary>
    public uint Count;

    /// <summary>The counting element, 0 for the modulus.</summary>
    public uint Counter;

    /// <summary>The latched count.</summary>
    public ushort LatchedCount;

    /// <summary>The latched status.</summary>
    public byte LatchedStatus;

    /// <summary>The low six bits of the control word.</summary>
    public byte Control;

    /// <summary>First of two bytes of a count, waiting for the second.</summary>
    public byte FirstByte;

    /// <summary>The output.</summary>
    public bool Output;

    /// <summary>The gate.</summary>
    public bool Gate;

    /// <summary>A count has been written since the control word.</summary>
    public bool HasCount;

    /// <summary>A count has been loaded since the control word: the counting element is running.</summary>
    public bool IsLoaded;

    /// <summary>The next clock pulse loads the count.</summary>
    public bool LoadsNext;

    /// <summary>The count that is written has not been loaded.</summary>
    public bool IsNullCount;

    /// <summary>The end of the count still does something to the output.</summary>
    public bool IsArmed;

    /// <summary>The strobe is out and ends at the next clock pulse.</summary>
    public bool IsStrobing;

    /// <summary>The count that mode 3 is at is odd.</summary>
    public bool IsOdd;

    /// <summary>The next write is the second byte of a count.</summary>
    public bool WritesSecond;

    /// <summary>The next read is the second byte of a count.</summary>
    public bool ReadsSecond;

    /// <summary>A count is latched.</summary>
    public bool HasLatchedCount;

    /// <summary>A status is latched.</summary>
    public bool HasLatchedStatus;
}
