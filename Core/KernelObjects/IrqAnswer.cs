// How a driver answers an interrupt (hel.h, kHelAck*): a mode in the two lowest bits, of which exactly one must be given, and a
// modifier. The numbers are hel's; they are not one bit per mode, which is why misuse is possible and must be an error.

namespace Managarm.Perf.Core.KernelObjects;

/// <summary>Flags of helAcknowledgeIrq.</summary>
public enum IrqAnswer : uint
{
    /// <summary>No mode: an error.</summary>
    None = 0,

    /// <summary>Unmask the pin whatever its state; ignores the sequence.</summary>
    Kick = 1,

    /// <summary>The device was served.</summary>
    Acknowledge = 2,

    /// <summary>The interrupt was not for this driver.</summary>
    Nack = 3,

    /// <summary>With <see cref="Kick"/>: also acknowledges an interrupt that is still open.</summary>
    Clear = 0x100,
}
