// One interrupt pin as thor keeps it (kernel/thor/generic/irq.cpp, IrqPin). A pin is in service from the moment it is raised
// until every sink that had no answer has given one. It is masked for up to three reasons at once, and unmasked when none is
// left.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>An interrupt pin.</summary>
public struct InterruptPin
{
    /// <summary>Sinks of a pin at most.</summary>
    public const int MaxSinks = 4;

    /// <summary>How its interrupts are to be treated.</summary>
    public PinStrategy Strategy;

    /// <summary>Why it is masked; none for unmasked.</summary>
    public PinMasks Masks;

    /// <summary>Whether an interrupt is being handled.</summary>
    public bool IsInService;

    /// <summary>Whether another edge came meanwhile.</summary>
    public bool IsBuffered;

    /// <summary>Sinks of the present interrupt that have not answered.</summary>
    public int DueSinks;

    /// <summary>Whether a sink has taken the present interrupt, or kicked the pin.</summary>
    public bool IsTaken;

    /// <summary>How often in a row nobody wanted the interrupt.</summary>
    public int StallExponent;

    /// <summary>Number of sinks.</summary>
    public int SinkCount;

    /// <summary>Interrupt objects that it reports to.</summary>
    public PinSinks Sinks;
}

/// <summary>How a pin is programmed.</summary>
public enum PinStrategy : byte
{
    /// <summary>Not used.</summary>
    None,

    /// <summary>By edges: one more may come while one is in service.</summary>
    Edge,

    /// <summary>By level: masked while in service, since the level stays until the device is served.</summary>
    Level,

    /// <summary>By message: cannot be masked.</summary>
    Message,
}

/// <summary>Reasons for which a pin is masked.</summary>
[Flags]
public enum PinMasks : byte
{
    /// <summary>Not masked.</summary>
    None = 0,

    /// <summary>By level, and in service.</summary>
    ForService = 1,

    /// <summary>A second edge came while one was buffered.</summary>
    WhileBuffered = 2,

    /// <summary>Nobody wanted the interrupt.</summary>
    ForNack = 4,

    /// <summary>There is no sink, so nobody could answer; Managarm unmasks a pin with its first sink, too.</summary>
    WithoutSinks = 8,
}

/// <summary>Sinks by order of attachment.</summary>
[InlineArray(InterruptPin.MaxSinks)]
public struct PinSinks
{
    private Handle<KernelEvent> first;
}
