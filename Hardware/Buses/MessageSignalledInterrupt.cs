// A message-signalled interrupt is a write of a word to an address of a certain shape. The address says to whom, the data says
// what. The redirection hint asks for the one of lowest priority among those addressed, which is the delivery mode that goes
// by that name; with a hint of zero all that are addressed are meant, whether by id or logically.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>Decodes the writes of devices with message-signalled interrupts.</summary>
/// <remarks>Intel SDM volume 3A, 11.11.1 (address) and 11.11.2 (data).</remarks>
public static class MessageSignalledInterrupt
{
    private const int PrefixShift = 20;
    private const ulong Prefix = 0xfee;
    private const int DestinationShift = 12;
    private const uint RedirectionHint = 1 << 3;
    private const uint LogicalDestination = 1 << 2;
    private const int ModeShift = 8;
    private const uint Assert = 1 << 14;
    private const uint Level = 1 << 15;

    /// <summary>Whether a write to an address is an interrupt.</summary>
    /// <param name="address">Physical address of the write.</param>
    /// <param name="defect">A mistake to build in.</param>
    /// <returns>True for the megabyte at 0xfee00000.</returns>
    public static bool IsAddress(ulong address, MessageSignalledInterruptDefect defect = default) =>
        (defect == MessageSignalledInterruptDefect.IgnoresHighAddress ? (uint)address : address) >> PrefixShift == Prefix;

    /// <summary>Decodes a write.</summary>
    /// <param name="address">Address that was written to; one for which <see cref="IsAddress"/> holds.</param>
    /// <param name="data">Word that was written.</param>
    /// <param name="defect">A mistake to build in.</param>
    /// <returns>The message to put on the bus.</returns>
    public static InterruptMessage Decode(ulong address, uint data, MessageSignalledInterruptDefect defect = default)
    {
        bool isHinted = (address & RedirectionHint) != 0 && defect != MessageSignalledInterruptDefect.IgnoresHint;
        bool isLogical = (address & LogicalDestination) != 0 && defect != MessageSignalledInterruptDefect.IgnoresLogical;
        bool isLevel = (data & Level) != 0 && defect != MessageSignalledInterruptDefect.AlwaysEdge;
        bool isAsserted = !isLevel || (data & Assert) != 0 || defect == MessageSignalledInterruptDefect.IgnoresDeassert;
        int destinationShift = DestinationShift + (defect == MessageSignalledInterruptDefect.DestinationIsShifted ? 1 : 0);
        var mode = (DeliveryMode)(defect == MessageSignalledInterruptDefect.ModeIsFixed ? 0 : (data >> ModeShift) & 7);
        if (isHinted && mode == DeliveryMode.Fixed)
        {
            mode = DeliveryMode.LowestPriority;
        }

        return new InterruptMessage((byte)data, mode, isLogical, (byte)(address >> destinationShift), isLevel, isAsserted);
    }
}
