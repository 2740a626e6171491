// The bus between those who ask for interrupts and the local APICs. Everything on it is delivered in the step that sends it; the
// choice when a processor takes an interrupt is made at the processor.

namespace Managarm.Perf.Hardware.Buses;

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

// Wires from devices to an interrupt controller. A device tells the level of its line whenever that changes, and may repeat it;
// the controller finds edges itself.
/// <summary>Inputs of an interrupt controller.</summary>
public interface IInterruptLines
{
    /// <summary>Drives an input.</summary>
    /// <param name="line">Number of the input, from 0; one that does not exist is ignored.</param>
    /// <param name="isHigh">Electrical level, whatever polarity the controller is set to.</param>
    void Drive(int line, bool isHigh);
}

// An I/O APIC holds a level-triggered interrupt back until it hears that the processor is done with it. This is the ear: the bus
// tells every listener the vector, and each finds out itself whether one of its entries is meant.
/// <summary>Somebody who waits for broadcasts of the end of an interrupt.</summary>
/// <remarks>Intel SDM volume 3A, 11.8.5.</remarks>
public interface IEndOfInterruptListener
{
    /// <summary>A processor has serviced a level-triggered interrupt.</summary>
    /// <param name="vector">Its vector.</param>
    void EndOfInterrupt(byte vector);
}

// The 8259 as a local APIC sees it: an output that asks for attention, and the acknowledge cycle that fetches the vector. The
// local APIC keeps no vector of an external interrupt itself, so it has neither a priority nor an end of interrupt there.
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
