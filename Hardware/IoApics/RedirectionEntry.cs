// One entry of the redirection table with the pin that it belongs to. Only what software wrote and what the pin remembers is
// kept; the delivery status follows from them, so it cannot contradict them.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.IoApics;

/// <summary>State of one redirection entry.</summary>
/// <remarks>82093AA 3.2.4.</remarks>
internal struct RedirectionEntry
{
    /// <summary>The message could not be accepted yet.</summary>
    public const uint DeliveryStatus = 1 << 12;

    /// <summary>Active low.</summary>
    public const uint Polarity = 1 << 13;

    /// <summary>A level interrupt was accepted and is not ended.</summary>
    public const uint RemoteIrr = 1 << 14;

    /// <summary>Level-triggered.</summary>
    public const uint Trigger = 1 << 15;

    /// <summary>Masked.</summary>
    public const uint Mask = 1 << 16;

    /// <summary>What software can change in the low half.</summary>
    public const uint Writable = Mask | Trigger | Polarity | Logical | (7 << ModeShift) | VectorMask;

    private const uint Logical = 1 << 11;
    private const uint VectorMask = 0xff;
    private const int ModeShift = 8;

    /// <summary>Writable bits of the low half.</summary>
    public uint Low;

    /// <summary>Bits 63 to 56.</summary>
    public byte Destination;

    /// <summary>Edges that were not accepted yet: none or one, since the pin has a single latch.</summary>
    public byte HeldEdges;

    /// <summary>Electrical level of the pin.</summary>
    public bool IsHigh;

    /// <summary>Remote IRR.</summary>
    public bool HasRemoteIrr;

    /// <summary>Interrupt vector.</summary>
    public readonly byte Vector => (byte)(Low & VectorMask);

    /// <summary>Delivery mode.</summary>
    public readonly DeliveryMode Mode => (DeliveryMode)((Low >> ModeShift) & 7);

    /// <summary>Destination mode logical, else physical.</summary>
    public readonly bool IsLogical => (Low & Logical) != 0;

    /// <summary>Polarity active low.</summary>
    public readonly bool IsActiveLow => (Low & Polarity) != 0;

    /// <summary>Trigger mode as it is written; not every delivery mode heeds it.</summary>
    public readonly bool HasLevelTrigger => (Low & Trigger) != 0;

    /// <summary>Mask.</summary>
    public readonly bool IsMasked => (Low & Mask) != 0;
}
