// The three high bits of OCW2: rotate, specific and end of interrupt. Seven of their eight combinations mean something; the
// eighth is there so that a reader sees that it was not forgotten.

namespace Managarm.Perf.Hardware.Pics;

/// <summary>What OCW2 asks for.</summary>
/// <remarks>Intel 8259A, Operation Command Words.</remarks>
internal enum PicCommand : byte
{
    /// <summary>Stop rotating in automatic end of interrupt.</summary>
    ClearAutomaticRotation = 0,

    /// <summary>End the interrupt of the highest priority in service.</summary>
    NonSpecificEnd = 1,

    /// <summary>Nothing.</summary>
    NoOperation = 2,

    /// <summary>End the interrupt of the named input.</summary>
    SpecificEnd = 3,

    /// <summary>Rotate in automatic end of interrupt.</summary>
    SetAutomaticRotation = 4,

    /// <summary>End the highest in service, which becomes the lowest priority.</summary>
    RotateOnNonSpecificEnd = 5,

    /// <summary>Make the named input the lowest priority.</summary>
    SetPriority = 6,

    /// <summary>End the interrupt of the named input, which becomes the lowest priority.</summary>
    RotateOnSpecificEnd = 7,
}
