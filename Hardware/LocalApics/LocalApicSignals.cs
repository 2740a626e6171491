// What a local APIC holds for its processor besides vectors. Each is a latch of depth one: a second signal before the
// processor has taken the first is the same signal.

namespace Managarm.Perf.Hardware.LocalApics;

/// <summary>Signals that the processor has not taken yet.</summary>
[Flags]
internal enum LocalApicSignals : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Non-maskable interrupt.</summary>
    Nmi = 1 << 0,

    /// <summary>System management interrupt.</summary>
    Smi = 1 << 1,

    /// <summary>Reset of the processor, not of the machine.</summary>
    Init = 1 << 2,

    /// <summary>Start-up.</summary>
    StartUp = 1 << 3,

    /// <summary>Interrupt by the vector of the external controller, asked for by a message.</summary>
    External = 1 << 4,
}
