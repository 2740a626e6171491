// The fields of an entry of the local vector table, and which of them each entry has. Bits that an entry has not are reserved:
// they stay zero in memory and are refused in a model-specific register.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Masks of an entry of the local vector table.</summary>
/// <remarks>Intel SDM volume 3A, figure "Local vector table (LVT)".</remarks>
internal static class LocalVectorBits
{
    public const uint Vector = 0xff;
    public const int DeliveryModeShift = 8;
    public const uint DeliveryMode = 7 << DeliveryModeShift;
    public const uint DeliveryStatus = 1 << 12;
    public const uint ActiveLow = 1 << 13;
    public const uint RemoteRequest = 1 << 14;
    public const uint Level = 1 << 15;
    public const uint Mask = 1 << 16;
    public const int TimerModeShift = 17;
    public const uint TimerMode = 3 << TimerModeShift;
    public const uint DeadlineMode = 2 << TimerModeShift;

    /// <summary>Bits of an entry that software may change.</summary>
    public static uint Writable(LocalVector entry) => entry switch
    {
        LocalVector.Timer => Vector | Mask | TimerMode,
        LocalVector.Error => Vector | Mask,
        LocalVector.Lint0 or LocalVector.Lint1 => Vector | DeliveryMode | ActiveLow | Level | Mask,
        _ => Vector | DeliveryMode | Mask,
    };

    /// <summary>Delivery mode of a value.</summary>
    public static DeliveryMode ModeOf(uint value) => (DeliveryMode)((value & DeliveryMode) >> DeliveryModeShift);
}
