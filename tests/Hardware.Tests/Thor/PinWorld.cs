// A kernel world with drivers: each is an interrupt object that one descriptor refers to. Pin 16 is by level, as boot leaves it,
// and pin 5 by edge.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Time;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Hardware.Tests.Thor;

/// <summary>A world for tests of interrupt pins.</summary>
internal sealed class PinWorld : IDisposable
{
    private const int EdgePin = 5;

    private readonly KernelWorld kernel;
    private readonly DefectSet defects;
    private readonly Dictionary<Handle<KernelEvent>, uint> descriptors = [];
    private Handle<Universe> universe;

    internal PinWorld(DefectSet defects = default)
    {
        this.defects = defects;
        kernel = new KernelWorld();
        Reset();
    }

    internal World World => kernel.World;

    internal InterruptPins Pins => kernel.Hardware.Pins;

    internal ITimerSource Timers => World.Timers;

    public void Dispose() => kernel.Dispose();

    internal static DefectSet With(Defect defect) => defect == Defect.Count ? default : default(DefectSet).With(defect);

    internal void Reset()
    {
        kernel.Reset(defects);
        descriptors.Clear();
        universe = World.Universes.Create();
        Pins.Configure(EdgePin, PinStrategy.Edge, processor: 0);
    }

    internal Handle<KernelEvent> Attach(int pin)
    {
        Handle<KernelEvent> driver = World.KernelEvents.Create(DescriptorKind.Irq);
        descriptors[driver] = World.Universes.Attach(
            universe, DescriptorKind.Irq, driver.Bits, HelRights.Wait | HelRights.Signal);
        Assert.True(Pins.Attach(pin, driver));
        return driver;
    }

    internal void Detach(Handle<KernelEvent> driver) => World.Universes.Close(universe, descriptors[driver]);

    internal void Drive(int pin, bool isHigh)
    {
        kernel.Hardware.Machine.Lines.Drive(pin, isHigh);
        kernel.Hardware.Announce();
    }

    internal void Pulse(int pin)
    {
        Drive(pin, isHigh: true);
        Drive(pin, isHigh: false);
    }

    internal void Settle() => kernel.Settle();

    internal bool Pass()
    {
        bool passed = kernel.Pass();
        kernel.Settle();
        return passed;
    }

    internal ulong SequenceOf(Handle<KernelEvent> driver) => World.KernelEvents[driver].Sequence;

    internal HelError Answer(Handle<KernelEvent> driver, IrqAnswer mode) =>
        World.KernelEvents.Acknowledge(driver, mode, SequenceOf(driver));
}
