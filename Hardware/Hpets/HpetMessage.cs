// The message of a comparator: a word and the address that it is written to. A write that does not go to the local APICs is no
// interrupt; it would go to memory, which the model leaves alone.

namespace Managarm.Perf.Hardware;

/// <summary>Decodes the messages of comparators.</summary>
/// <remarks>IA-PC HPET 1.0a, 2.3.10; Intel SDM volume 3A, 11.11.</remarks>
internal static class HpetMessage
{
    private const int PrefixShift = 20;
    private const uint Prefix = 0xfee;
    private const int DestinationShift = 12;
    private const uint RedirectionHint = 1 << 3;
    private const uint LogicalDestination = 1 << 2;
    private const int ModeShift = 8;
    private const uint ModeMask = 7;
    private const uint Assert = 1 << 14;
    private const uint Level = 1 << 15;

    private const int AddressShift = 32;

    /// <summary>Whether a message is an interrupt, by its address in the high half.</summary>
    internal static bool IsInterrupt(ulong message) => message >> AddressShift >> PrefixShift == Prefix;

    /// <summary>The interrupt that a message is.</summary>
    internal static InterruptMessage Decode(ulong message, HpetFault fault)
    {
        uint address = (uint)(message >> AddressShift);
        uint data = (uint)message;
        bool isLevel = (data & Level) != 0;
        var mode = (DeliveryMode)((data >> ModeShift) & ModeMask);
        bool isHinted = (address & RedirectionHint) != 0 && mode == DeliveryMode.Fixed && fault != HpetFault.HintIgnored;
        return new InterruptMessage(
            (byte)data,
            isHinted ? DeliveryMode.LowestPriority : mode,
            (address & LogicalDestination) != 0,
            fault == HpetFault.MessageGoesToZero ? 0u : (byte)(address >> DestinationShift),
            isLevel,
            !isLevel || (data & Assert) != 0);
    }
}
