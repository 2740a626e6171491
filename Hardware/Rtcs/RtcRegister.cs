// Places of the 128 bytes behind the index port. Those that have no name here are memory and nothing else; the century is one of
// them that PC firmware agreed on.

namespace Managarm.Perf.Hardware.Rtcs;

/// <summary>Registers of the clock.</summary>
/// <remarks>Motorola MC146818A, address map.</remarks>
internal static class RtcRegister
{
    public const int Seconds = 0x00;
    public const int SecondsAlarm = 0x01;
    public const int Minutes = 0x02;
    public const int MinutesAlarm = 0x03;
    public const int Hours = 0x04;
    public const int HoursAlarm = 0x05;
    public const int Weekday = 0x06;
    public const int Day = 0x07;
    public const int Month = 0x08;
    public const int Year = 0x09;
    public const int A = 0x0a;
    public const int B = 0x0b;
    public const int C = 0x0c;
    public const int D = 0x0d;
    public const int Century = 0x32;

    /// <summary>Bytes behind the index port.</summary>
    public const int Count = 128;
}
