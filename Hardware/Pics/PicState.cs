// The registers of one 8259A as they lie in the arena. Bit n of a byte is input n; what can be derived (the request register, the
// output) is not kept.

namespace Managarm.Perf.Hardware.Pics;

/// <summary>State of one 8259A.</summary>
internal struct PicState
{
    /// <summary>Electrical levels of the inputs.</summary>
    public byte Lines;

    /// <summary>Inputs that have risen, are still high and were not acknowledged since.</summary>
    public byte Edges;

    /// <summary>In-service register.</summary>
    public byte Service;

    /// <summary>Mask register.</summary>
    public byte Mask;

    /// <summary>Edge/level control register: set for level.</summary>
    public byte LevelRegister;

    /// <summary>ICW1.</summary>
    public byte FirstWord;

    /// <summary>ICW2.</summary>
    public byte SecondWord;

    /// <summary>ICW3: inputs with slaves in a master, the own address in a slave.</summary>
    public byte ThirdWord;

    /// <summary>ICW4.</summary>
    public byte FourthWord;

    /// <summary>Input of the lowest priority.</summary>
    public byte LowestInput;

    /// <summary>Requests as they stood when a poll was asked for.</summary>
    public byte PolledRequests;

    /// <summary>Input that the acknowledge cycle in progress is for; 7 for a spurious one.</summary>
    public byte AcknowledgedInput;

    /// <summary>Initialization word that comes next.</summary>
    public PicStep Step;

    /// <summary>Whether the acknowledge cycle in progress found no request.</summary>
    public bool IsSpurious;

    /// <summary>Special mask mode.</summary>
    public bool HasSpecialMask;

    /// <summary>Rotate in automatic end of interrupt.</summary>
    public bool RotatesAutomatically;

    /// <summary>The status register is the in-service register, else the request register.</summary>
    public bool ReadsService;

    /// <summary>The next read is a poll.</summary>
    public bool IsPolled;
}
