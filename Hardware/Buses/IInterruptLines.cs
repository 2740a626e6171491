// Wires from devices to an interrupt controller. A device tells the level of its line whenever that changes, and may repeat it;
// the controller finds edges itself.

namespace Managarm.Perf.Hardware;

/// <summary>Inputs of an interrupt controller.</summary>
public interface IInterruptLines
{
    /// <summary>Drives an input.</summary>
    /// <param name="line">Number of the input, from 0; one that does not exist is ignored.</param>
    /// <param name="isHigh">Electrical level, whatever polarity the controller is set to.</param>
    void Drive(int line, bool isHigh);
}
