// The 8254 interval timer of a PC with port 0x61 next to it. Channel 0 drives interrupt line 0 and makes the clock of the machine
// stop at each change of its output; channels 1 and 2 are computed when somebody looks. Channel 1 drove the refresh of memory;
// like chipsets of today the model toggles the refresh bit at the rate that its count of 18 gave, whatever is programmed.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Pits;

/// <summary>The interval timer.</summary>
/// <remarks>Intel 8254 data sheet (231164); port 0x61 as in the ICH south bridges (NMI status and control).</remarks>
public sealed unsafe class Pit : IClockedDevice
{
    /// <summary>Data port of channel 0; those of 1 and 2 follow.</summary>
    public const ushort FirstPort = 0x40;

    /// <summary>Port of the control words.</summary>
    public const ushort ControlPort = 0x43;

    /// <summary>Port of the gate and the output of channel 2.</summary>
    public const ushort SystemPort = 0x61;

    /// <summary>Ticks in a second.</summary>
    public const ulong TicksPerSecond = 1_193_182;

    /// <summary>Interrupt line that the output of channel 0 drives.</summary>
    public const int Line = 0;

    private const int ChannelCount = 3;
    private const int SpeakerChannel = 2;
    private const int ReadBack = 3;
    private const int SelectShift = 6;
    private const byte AccessMask = 0x30;
    private const byte ReadBackNoCount = 0x20;
    private const byte ReadBackNoStatus = 0x10;
    private const byte SystemGate = 0x01;
    private const byte SystemWritable = 0x0f;
    private const byte SystemRefresh = 0x10;
    private const byte SystemOutput = 0x20;
    private const byte FloatingBus = 0xff;
    private const uint RefreshTicks = 18;

    private readonly PitChannel[] channels = new PitChannel[ChannelCount];
    private readonly PitState* state;
    private readonly MachineClock clock;
    private readonly IInterruptLines lines;
    private readonly Frequency frequency;
    private readonly PitDefect defect;

    /// <summary>Reserves the timer and attaches it to the clock.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="clock">Clock of the machine.</param>
    /// <param name="lines">Lines of which channel 0 drives <see cref="Line"/>.</param>
    /// <param name="defect">A mistake to build in.</param>
    public Pit(Arena arena, MachineClock clock, IInterruptLines lines, PitDefect defect = default)
    {
        this.clock = clock;
        this.lines = lines;
        this.defect = defect;
        frequency = new(defect == PitDefect.WrongFrequency ? TicksPerSecond / 10 * 11 : TicksPerSecond);
        state = arena.ReserveHot<PitState>(1);
        state->NextEventNanoseconds = MachineClock.Never;
        for (int index = 0; index < ChannelCount; index++)
        {
            channels[index] = new(arena, gate: index != SpeakerChannel, defect);
        }

        clock.Attach(this);
    }

    /// <inheritdoc/>
    public ulong NextEventNanoseconds => state->NextEventNanoseconds;

    private ulong NowTick => frequency.TicksAt(clock.NowNanoseconds);

    /// <inheritdoc/>
    public void Act()
    {
        channels[0].AdvanceTo(NowTick);
        Plan();
    }

    /// <summary>Reads a port of the timer.</summary>
    /// <param name="port">0x40 to 0x42, or 0x61.</param>
    /// <returns>The byte read; 0xff for any other port, the write-only 0x43 too.</returns>
    public byte ReadPort(ushort port)
    {
        if (port == SystemPort)
        {
            return ReadSystemPort();
        }

        int index = port - FirstPort;
        return (uint)index < ChannelCount ? Present(index).Read() : FloatingBus;
    }

    /// <summary>Writes a port of the timer.</summary>
    /// <param name="port">0x40 to 0x43, or 0x61; any other is ignored.</param>
    /// <param name="value">The byte to write.</param>
    public void WritePort(ushort port, byte value)
    {
        int index = port - FirstPort;
        if (port == SystemPort)
        {
            WriteSystemPort(value);
        }
        else if (port == ControlPort)
        {
            WriteControl(value);
        }
        else if ((uint)index < ChannelCount)
        {
            Present(index).WriteCount(value);
        }

        Plan();
    }

    private PitChannel Present(int index)
    {
        channels[index].AdvanceTo(NowTick);
        return channels[index];
    }

    private void WriteControl(byte value)
    {
        int select = value >> SelectShift;
        if (select == ReadBack)
        {
            WriteReadBack(value);
        }
        else if ((value & AccessMask) != 0)
        {
            Present(select).WriteControl(value);
        }
        else
        {
            Latch(select, value);
        }
    }

    private void Latch(int select, byte value)
    {
        PitChannel channel = Present(select);
        channel.LatchCount();
        if (defect == PitDefect.LatchReprograms)
        {
            channel.WriteControl(value);
        }
    }

    private void WriteReadBack(byte value)
    {
        bool latchesCount = (value & ReadBackNoCount) == 0 && defect != PitDefect.ReadBackWithoutCount;
        bool latchesStatus = (value & ReadBackNoStatus) == 0 && defect != PitDefect.ReadBackWithoutStatus;
        int selected = defect == PitDefect.ReadBackIsShifted ? value & 7 : (value >> 1) & 7;
        selected = defect == PitDefect.ReadBackOfFirstOnly ? selected & -selected : selected;
        for (int index = 0; index < ChannelCount; index++)
        {
            if (((selected >> index) & 1) == 0)
            {
                continue;
            }

            PitChannel channel = Present(index);
            if (latchesCount)
            {
                channel.LatchCount();
            }

            if (latchesStatus)
            {
                channel.LatchStatus();
            }
        }
    }

    private byte ReadSystemPort()
    {
        ulong refreshes = NowTick / RefreshTicks;
        bool isRefreshing = (refreshes & 1) != 0 && defect != PitDefect.RefreshStandsStill;
        bool isOutputHigh = Present(SpeakerChannel).Output && defect != PitDefect.OutputPortIgnored;
        return (byte)(state->ControlPort | (isRefreshing ? SystemRefresh : 0) | (isOutputHigh ? SystemOutput : 0));
    }

    private void WriteSystemPort(byte value)
    {
        state->ControlPort = (byte)(defect == PitDefect.StatusBitsAreWritable ? value : value & SystemWritable);
        Present(SpeakerChannel).DriveGate((value & SystemGate) != 0 && defect != PitDefect.GatePortIgnored);
    }

    // Tells channel 0's output to its line if it has changed, and when it can change again.
    private void Plan()
    {
        ulong tick = channels[0].NextEventTick;
        state->NextEventNanoseconds = tick == PitCounter.Never ? MachineClock.Never : frequency.TimeOf(tick);
        bool isHigh = channels[0].Output;
        bool mayTell = defect != PitDefect.LineIsNotDriven && (isHigh || defect != PitDefect.LineNeverFalls);
        if (isHigh != state->IsLineHigh && mayTell)
        {
            state->IsLineHigh = isHigh;
            lines.Drive(Line, isHigh);
        }
    }
}
