// The message of a comparator: a word and the address that it is written to. A write that does not go to the local APICs is no
// interrupt; it would go to memory, which the model leaves alone.

namespace Managarm.Perf.Hardware;

/// <summary>Decodes the messages of comparators.</summary>
/// <remarks>IA-PC HPET 1.0a, 2.3.10; what the two words mean is said by <see cref="MessageSignalledInterrupt"/>.</remarks>
internal static class HpetMessage
{
    private const int AddressShift = 32;
    private const uint RedirectionHint = 1 << 3;

    /// <summary>Whether a message is an interrupt, by its address in the high half.</summary>
    internal static bool IsInterrupt(ulong message) => MessageSignalledInterrupt.IsAddress(message >> AddressShift);

    /// <summary>The interrupt that a message is.</summary>
    internal static InterruptMessage Decode(ulong message, HpetDefect defect)
    {
        ulong address = message >> AddressShift;
        ulong heeded = defect == HpetDefect.HintIgnored ? address & ~(ulong)RedirectionHint : address;
        InterruptMessage decoded = MessageSignalledInterrupt.Decode(heeded, (uint)message);
        return defect == HpetDefect.MessageGoesToZero ? decoded with { Destination = 0 } : decoded;
    }
}
