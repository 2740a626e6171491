// How the UART is wired on its board. PC boards pass the interrupt through a gate that OUT2 opens; many later chip sets have
// none, and drivers differ in whether they open it.

namespace Managarm.Perf.Hardware.Uarts;

/// <summary>Wiring of a UART.</summary>
/// <param name="NeedsOut2">The interrupt reaches its line only while OUT2 is set (MCR bit 3).</param>
public readonly record struct UartOptions(bool NeedsOut2 = false);
