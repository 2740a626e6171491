// The time of the machine. It stands still until it is told to go on, and stops at each event of a device on the way, in order of
// time and then of attachment, so that what a device does at an event sees exactly the time of that event.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Hardware.Buses;

/// <summary>Time since the machine was switched on, and the devices that act by it.</summary>
public sealed unsafe class MachineClock
{
    /// <summary>No event.</summary>
    public const ulong Never = ulong.MaxValue;

    private const int MaxDevices = 32;

    private readonly IClockedDevice[] devices = new IClockedDevice[MaxDevices];
    private readonly ulong* nowNanoseconds;
    private int deviceCount;

    /// <summary>Reserves the clock.</summary>
    /// <param name="arena">Memory of the machine.</param>
    public MachineClock(Arena arena) => nowNanoseconds = arena.ReserveHot<ulong>(1);

    /// <summary>Present time in nanoseconds.</summary>
    public ulong NowNanoseconds => *nowNanoseconds;

    /// <summary>Time of the next event of any device in nanoseconds, or <see cref="Never"/>.</summary>
    public ulong NextEventNanoseconds
    {
        get
        {
            int next = Earliest();
            return next < 0 ? Never : devices[next].NextEventNanoseconds;
        }
    }

    /// <summary>Attaches a device; only while the machine is built.</summary>
    /// <param name="device">The device.</param>
    public void Attach(IClockedDevice device)
    {
        Verify.That(deviceCount < MaxDevices, "too many devices");
        devices[deviceCount++] = device;
    }

    /// <summary>Lets time pass, with everything that happens on the way and at the end.</summary>
    /// <param name="targetNanoseconds">Time to stop at; one in the past only does what is due now.</param>
    public void AdvanceTo(ulong targetNanoseconds)
    {
        for (int next = Earliest(); next >= 0; next = Earliest())
        {
            ulong due = devices[next].NextEventNanoseconds;
            if (due > Math.Max(targetNanoseconds, *nowNanoseconds))
            {
                break;
            }

            *nowNanoseconds = Math.Max(due, *nowNanoseconds);
            devices[next].Act();
        }

        *nowNanoseconds = Math.Max(targetNanoseconds, *nowNanoseconds);
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="nanoseconds">For how long.</param>
    public void AdvanceBy(ulong nanoseconds) => AdvanceTo(*nowNanoseconds + nanoseconds);

    private int Earliest()
    {
        int best = -1;
        ulong earliest = Never;
        for (int index = 0; index < deviceCount; index++)
        {
            ulong due = devices[index].NextEventNanoseconds;
            if (due < earliest)
            {
                best = index;
                earliest = due;
            }
        }

        return best;
    }
}
