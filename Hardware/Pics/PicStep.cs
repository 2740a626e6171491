// Where an 8259A is in its initialization words. It signals nothing before the last word that ICW1 announced has been written.

namespace Managarm.Perf.Hardware.Pics;

/// <summary>The initialization word that is awaited.</summary>
/// <remarks>Intel 8259A, figure "Initialization Sequence".</remarks>
internal enum PicStep : byte
{
    /// <summary>ICW1: nothing has been written since power-on.</summary>
    PowerOn = 0,

    /// <summary>ICW2, the vector.</summary>
    Vector = 2,

    /// <summary>ICW3, the cascade.</summary>
    Cascade = 3,

    /// <summary>ICW4, the modes.</summary>
    Modes = 4,

    /// <summary>None; the data port is the mask.</summary>
    Ready = 5,
}
