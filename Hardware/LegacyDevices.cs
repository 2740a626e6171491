// What a PC has had since before it had APICs: two 8259, an 8254 and a CMOS clock. Managarm masks the first, leaves the second
// alone and reads the third once; they are here because systems that boot differently do not.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Rtcs;

namespace Managarm.Perf.Hardware;

/// <summary>The old devices of a machine, by their ports.</summary>
internal sealed class LegacyDevices
{
    private readonly PicPair pics;
    private readonly Pit timer;
    private readonly Rtc clock;

    internal LegacyDevices(
        Arena arena, MachineClock machineClock, IInterruptLines pins, LocalApic bootApic, MachineOptions options)
    {
        pics = new PicPair(arena);
        var lines = new IsaLines(pins, pics);
        timer = new Pit(arena, machineClock, lines);
        clock = new Rtc(arena, machineClock, lines, (ulong)options.PowerOnUnixSeconds);
        bootApic.Connect(pics);
    }

    /// <summary>IN of one byte.</summary>
    internal byte Read(ushort port)
    {
        if (IsOfTimer(port))
        {
            return timer.ReadPort(port);
        }

        return port is Rtc.IndexPort or Rtc.DataPort ? clock.ReadPort(port) : pics.ReadPort(port);
    }

    /// <summary>OUT of one byte.</summary>
    internal void Write(ushort port, byte value)
    {
        if (IsOfTimer(port))
        {
            timer.WritePort(port, value);
        }
        else if (port is Rtc.IndexPort or Rtc.DataPort)
        {
            clock.WritePort(port, value);
        }
        else
        {
            pics.WritePort(port, value);
        }
    }

    private static bool IsOfTimer(ushort port) =>
        port is >= Pit.FirstPort and <= Pit.ControlPort or Pit.SystemPort;
}
