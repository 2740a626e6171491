// An I/O APIC holds a level-triggered interrupt back until it hears that the processor is done with it. This is the ear: the bus
// tells every listener the vector, and each finds out itself whether one of its entries is meant.

namespace Managarm.Perf.Hardware;

/// <summary>Somebody who waits for broadcasts of the end of an interrupt.</summary>
/// <remarks>Intel SDM volume 3A, 11.8.5.</remarks>
public interface IEndOfInterruptListener
{
    /// <summary>A processor has serviced a level-triggered interrupt.</summary>
    /// <param name="vector">Its vector.</param>
    void EndOfInterrupt(byte vector);
}
