// What a machine consists of. Worlds of the fuzzer have few devices, so that their memory stays small; tests and benchmarks
// have all of them.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Hardware;

/// <summary>Parts of a machine.</summary>
public sealed record MachineOptions
{
    /// <summary>Number of processors, at most <see cref="Processors.Maximum"/>.</summary>
    public int ProcessorCount { get; init; } = 1;

    /// <summary>Frequency of the time stamp counters.</summary>
    public Frequency TscFrequency { get; init; } = new(1_000_000_000);

    /// <summary>Frequency of the local APICs' timers before their dividers.</summary>
    public Frequency ApicFrequency { get; init; } = new(100_000_000);

    /// <summary>Number of serial ports.</summary>
    public int SerialPortCount { get; init; } = MachineMap.SerialPortCount;

    /// <summary>Whether there are the 8259 pair, the 8254 and the CMOS clock.</summary>
    public bool HasLegacyDevices { get; init; }

    /// <summary>What the CMOS clock shows at power-on, in seconds since 1970.</summary>
    public long PowerOnUnixSeconds { get; init; } = 946_684_800;
}
