// Registers and bits of the HPET. All registers are 64 bits wide and may be accessed as halves; those of comparator n lie
// 0x20 * n behind the first one's.

namespace Managarm.Perf.Hardware.Hpets;

/// <summary>Offsets of the registers, and their bits.</summary>
/// <remarks>IA-PC HPET 1.0a, 2.3.</remarks>
internal static class HpetRegister
{
    public const uint Capabilities = 0x000;
    public const uint Configuration = 0x010;
    public const uint Status = 0x020;
    public const uint Counter = 0x0f0;
    public const uint FirstTimer = 0x100;
    public const uint TimerStride = 0x20;
    public const uint TimerConfiguration = 0x00;
    public const uint TimerComparator = 0x08;
    public const uint TimerMessage = 0x10;
    public const uint RegisterMask = ~7u;

    public const ulong Revision = 0x01;
    public const ulong LastTimer = 2 << 8;
    public const ulong WideCounter = 1 << 13;
    public const ulong LegacyCapable = 1 << 15;
    public const ulong Vendor = 0x8086_0000;
    public const int PeriodShift = 32;

    public const uint Enable = 1 << 0;
    public const uint Legacy = 1 << 1;

    public const uint Level = 1 << 1;
    public const uint InterruptEnable = 1 << 2;
    public const uint Periodic = 1 << 3;
    public const uint PeriodicCapable = 1 << 4;
    public const uint WideCapable = 1 << 5;
    public const uint ValueSet = 1 << 6;
    public const uint Narrow = 1 << 8;
    public const int RouteShift = 9;
    public const uint RouteMask = 0x1f << RouteShift;
    public const uint MessageEnable = 1 << 14;
    public const uint MessageCapable = 1 << 15;
    public const int RouteCapabilityShift = 32;
}
