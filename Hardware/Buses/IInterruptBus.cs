// The bus between those who ask for interrupts and the local APICs. Everything on it is delivered in the step that sends it; the
// choice when a processor takes an interrupt is made at the processor.

namespace Managarm.Perf.Hardware;

/// <summary>The interrupt message bus.</summary>
public interface IInterruptBus
{
    /// <summary>Delivers a message to the local APICs that it addresses.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether some local APIC accepted it.</returns>
    bool Send(in InterruptMessage message);

    /// <summary>Tells every I/O APIC that a level-triggered interrupt has been serviced.</summary>
    /// <param name="vector">Its vector.</param>
    void BroadcastEndOfInterrupt(byte vector);
}
