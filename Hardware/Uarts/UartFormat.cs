// The shape of a character on the wire, which line control and divisor give: how many of its bits are data, and how long it is.
// Times are counted in half bits, since five-bit characters may have one and a half stop bits.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>Format of characters.</summary>
/// <remarks>PC16550D, line control register, programmable baud generator.</remarks>
internal static class UartFormat
{
    private const int ShortestCharacter = 5;
    private const ulong CrystalHertz = 1_843_200;
    private const ulong ClocksPerHalfBit = 8;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The bits of a byte that a character has room for.</summary>
    internal static int CharacterMask(in UartState state, UartDefect defect) =>
        defect == UartDefect.CharactersAreBytes ? 0xff : (1 << DataBits(state)) - 1;

    /// <summary>How long a number of characters take in nanoseconds; zero while the baud generator stands.</summary>
    internal static ulong CharactersNanoseconds(in UartState state, int count, UartDefect defect)
    {
        ulong divisor = defect == UartDefect.DivisorIgnored ? 1ul : state.Divisor;
        ulong clocks = (ulong)(count * HalfBits(state, defect)) * ClocksPerHalfBit * divisor;
        return ((clocks * NanosecondsPerSecond) + CrystalHertz - 1) / CrystalHertz;
    }

    private static int DataBits(in UartState state) =>
        ShortestCharacter + (state.LineControl & UartRegister.WordLengthMask);

    private static int HalfBits(in UartState state, UartDefect defect)
    {
        int bits = DataBits(state);
        bool hasParity = (state.LineControl & UartRegister.ParityEnable) != 0 && defect != UartDefect.ParityTakesNoTime;
        bool hasMoreStop = (state.LineControl & UartRegister.StopBits) != 0 && defect != UartDefect.StopBitsTakeNoTime;
        int stop = !hasMoreStop ? 2 : bits == ShortestCharacter && defect != UartDefect.ShortStopIsTwo ? 3 : 4;
        return 2 + (2 * bits) + (hasParity ? 2 : 0) + stop;
    }
}
