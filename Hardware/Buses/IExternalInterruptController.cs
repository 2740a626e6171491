// The 8259 as a local APIC sees it: an output that asks for attention, and the acknowledge cycle that fetches the vector. The
// local APIC keeps no vector of an external interrupt itself, so it has neither a priority nor an end of interrupt there.

namespace Managarm.Perf.Hardware;

/// <summary>A controller outside of the processor that gives vectors itself.</summary>
/// <remarks>Intel SDM volume 3A, 11.5.1, delivery mode ExtINT.</remarks>
public interface IExternalInterruptController
{
    /// <summary>Whether its output asks for an interrupt.</summary>
    bool HasRequest { get; }

    /// <summary>Both acknowledge cycles of the processor.</summary>
    /// <returns>The vector.</returns>
    byte Acknowledge();
}
