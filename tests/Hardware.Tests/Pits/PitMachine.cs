// An interval timer with a clock in an arena of its own. Time passes in ticks of the timer; what an output does over some ticks
// is written as a string with a letter H or L for each, the present tick first, as the wave forms of the data sheet are drawn.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Recorders;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>The timer under test.</summary>
internal sealed class PitMachine : IDisposable
{
    internal const int LowOnly = 1;
    internal const int HighOnly = 2;
    internal const int Both = 3;

    private static readonly Frequency frequency = new(Pit.TicksPerSecond);

    private readonly Arena arena = new(0);

    internal PitMachine(PitDefect defect = default)
    {
        Clock = new(arena);
        Pit = new(arena, Clock, Lines, defect);
        arena.Seal();
    }

    internal MachineClock Clock { get; }

    internal Pit Pit { get; }

    internal LegacyLines Lines { get; } = new(Pit.Line);

    internal ulong Tick => frequency.TicksAt(Clock.NowNanoseconds);

    /// <summary>Output of channel 2.</summary>
    internal bool Output => (Pit.ReadPort(Pit.SystemPort) & 0x20) != 0;

    public void Dispose() => arena.Dispose();

    internal void Advance(ulong ticks) => Clock.AdvanceTo(frequency.TimeOf(Tick + ticks));

    internal void Control(int channel, int mode, int access = Both, bool isDecimal = false) =>
        Pit.WritePort(Pit.ControlPort, (byte)((channel << 6) | (access << 4) | (mode << 1) | (isDecimal ? 1 : 0)));

    internal void Byte(int channel, int value) => Pit.WritePort((ushort)(Pit.FirstPort + channel), (byte)value);

    internal void Count(int channel, int count)
    {
        Byte(channel, count);
        Byte(channel, count >> 8);
    }

    /// <summary>Control word and two-byte count; the gate of channel 2 is set before.</summary>
    internal void Start(int mode, int count, bool gate = true, int channel = 2, bool isDecimal = false)
    {
        Gate(gate);
        Control(channel, mode, Both, isDecimal);
        Count(channel, count);
    }

    internal void Gate(bool isHigh) => Pit.WritePort(Pit.SystemPort, (byte)(isHigh ? 1 : 0));

    internal void Trigger()
    {
        Gate(false);
        Gate(true);
    }

    internal void Latch(int channel) => Pit.WritePort(Pit.ControlPort, (byte)(channel << 6));

    internal void ReadBack(int channels, bool count = false, bool status = false) =>
        Pit.WritePort(Pit.ControlPort, (byte)(0xc0 | (channels << 1) | (count ? 0 : 0x20) | (status ? 0 : 0x10)));

    internal byte Read(int channel) => Pit.ReadPort((ushort)(Pit.FirstPort + channel));

    internal int ReadCount(int channel = 2) => Read(channel) | (Read(channel) << 8);

    internal int Status(int channel)
    {
        ReadBack(1 << channel, status: true);
        return Read(channel);
    }

    internal bool IsNullCount(int channel = 2) => (Status(channel) & 0x40) != 0;

    /// <summary>The output of channel 2 now and after each of the following ticks.</summary>
    internal string Wave(int ticks)
    {
        var wave = new System.Text.StringBuilder();
        for (int tick = 0; tick < ticks; tick++)
        {
            wave.Append(Output ? 'H' : 'L');
            Advance(1);
        }

        return wave.ToString();
    }
}
