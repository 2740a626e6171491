// What interrupt objects are attached to. The pins belong to the hardware, which Core does not know; an interrupt object tells
// its pin what a driver has answered, and that it is gone.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.KernelObjects;

/// <summary>The interrupt pins of a machine.</summary>
public interface IInterruptPins
{
    /// <summary>A driver has answered with success.</summary>
    /// <param name="kernelEvent">The interrupt object.</param>
    /// <param name="mode">Kick, Acknowledge or Nack.</param>
    void Answered(Handle<KernelEvent> kernelEvent, IrqAnswer mode);

    /// <summary>An interrupt object is gone: nobody refers to it any more.</summary>
    /// <param name="kernelEvent">The interrupt object.</param>
    void Forget(Handle<KernelEvent> kernelEvent);

    /// <summary>The time is over for which a pin was masked because nobody wanted its interrupt.</summary>
    /// <param name="pin">Number of the pin.</param>
    void Unstall(int pin);
}
