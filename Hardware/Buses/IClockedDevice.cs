// What a device that acts by itself shows to the clock of the machine. Between two events nothing of it changes but its counters,
// which it computes from the time when they are read.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>A device that does something at a certain time without being asked.</summary>
public interface IClockedDevice
{
    /// <summary>When it acts next by itself, in nanoseconds of the machine; the greatest value for never. May lie in the past
    /// when a register was written such that the event is due already.</summary>
    ulong NextEventNanoseconds { get; }

    /// <summary>Does what is due at the present time of the machine's clock. Afterwards <see cref="NextEventNanoseconds"/> is
    /// later than the present time.</summary>
    void Act();
}
