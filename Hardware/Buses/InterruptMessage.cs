// The message in which an I/O APIC, a device with message-signalled interrupts or a local APIC asks for an interrupt. The fields
// are those of a redirection entry, of the MSI address and data words, and of the interrupt command register.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>An interrupt on its way to the local APICs.</summary>
/// <param name="Vector">Interrupt vector.</param>
/// <param name="Mode">Delivery mode.</param>
/// <param name="IsLogical">Logical destination (by LDR and DFR), else physical (by APIC id).</param>
/// <param name="Destination">Destination field: 8 bits in xAPIC, 32 bits in x2APIC.</param>
/// <param name="IsLevel">Trigger mode level, else edge.</param>
/// <param name="IsAsserted">Level of the request; false only for INIT level de-assert.</param>
/// <remarks>Intel SDM volume 3A, 11.6.1 (ICR) and 11.11 (MSI); 82093AA 3.2.4.</remarks>
public readonly record struct InterruptMessage(
    byte Vector, DeliveryMode Mode, bool IsLogical, uint Destination, bool IsLevel, bool IsAsserted = true);
