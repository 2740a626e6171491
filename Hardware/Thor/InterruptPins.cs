// The interrupt pins of the machine and the interrupt objects attached to them (kernel/thor/generic/irq.cpp). Rules:
// - raised: the pin is in service, each sink counts the interrupt and owes an answer;
// - level: masked before the interrupt is ended, unmasked when service ends; if the line still stands it fires again;
// - edge: one interrupt that comes while another is in service is buffered and raised when service ends, a further one masks
//   the pin until then; a message cannot be masked and is buffered only;
// - service ends when the last sink has answered: one that took it, or kicked the pin, ends it; if all say that it was not
//   theirs the pin is masked for a while that doubles each time (50 ms, at most eight times);
// - a sink that goes away owes nothing any more; without a sink the pin is masked.
// Pins are numbered like their global system interrupts, and pin n has vector FirstDevice + n.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>All interrupt pins.</summary>
public sealed unsafe class InterruptPins : IInterruptPins
{
    /// <summary>Number of pins.</summary>
    public const int Count = 24;

    private const int UnstallTicks = 50;
    private const int MaxStallExponent = 8;

    private readonly World world;
    private readonly KernelHardware hardware;
    private readonly InterruptPin* pins;

    internal InterruptPins(World world, KernelHardware hardware)
    {
        this.world = world;
        this.hardware = hardware;
        pins = world.Arena.ReserveHot<InterruptPin>(Count);
    }

    /// <summary>A pin.</summary>
    /// <param name="pin">Its number.</param>
    public ref readonly InterruptPin this[int pin] => ref pins[pin];

    /// <summary>Programs a pin; it is masked until it has a sink.</summary>
    /// <param name="pin">Its number.</param>
    /// <param name="strategy">How its interrupts are to be treated.</param>
    /// <param name="processor">Processor that gets its interrupts.</param>
    public void Configure(int pin, PinStrategy strategy, int processor)
    {
        pins[pin] = new InterruptPin { Strategy = strategy, Masks = PinMasks.WithoutSinks };
        hardware.Controllers.Route(pin, (byte)(Vectors.FirstDevice + pin), strategy == PinStrategy.Level, processor);
        hardware.Controllers.Mask(pin, isMasked: true);
    }

    /// <summary>Attaches an interrupt object.</summary>
    /// <param name="pin">Number of the pin.</param>
    /// <param name="sink">A live interrupt object.</param>
    /// <returns>False when the pin has as many as it can.</returns>
    public bool Attach(int pin, Handle<KernelEvent> sink)
    {
        if (pins[pin].SinkCount == InterruptPin.MaxSinks)
        {
            return false;
        }

        world.Writes(ObjectKind.InterruptPin, (uint)pin);
        pins[pin].Sinks[pins[pin].SinkCount++] = sink;
        pins[pin].Masks &= ~PinMasks.WithoutSinks;
        UpdateMask(pin);
        return true;
    }

    /// <inheritdoc/>
    public void Answered(Handle<KernelEvent> kernelEvent, IrqAnswer mode)
    {
        int pin = PinOf(kernelEvent);
        if (pin < 0)
        {
            return;
        }

        world.Writes(ObjectKind.InterruptPin, (uint)pin);
        world.Note(NoteKind.PinAnswered, pin, (long)mode);
        ref InterruptPin answered = ref pins[pin];
        if (mode == IrqAnswer.Kick)
        {
            answered.IsTaken = true;
            answered.Masks &= ~PinMasks.ForNack;
            EndService(pin);
            return;
        }

        answered.IsTaken |= mode == IrqAnswer.Acknowledge;
        answered.DueSinks--;
        if (answered.IsInService && answered.DueSinks == 0)
        {
            EndService(pin);
        }
    }

    /// <inheritdoc/>
    public void Forget(Handle<KernelEvent> kernelEvent)
    {
        int pin = PinOf(kernelEvent);
        if (pin < 0 || world.Has(Defect.PinKeepsGoneSink))
        {
            return;
        }

        world.Writes(ObjectKind.InterruptPin, (uint)pin);
        ref InterruptPin left = ref pins[pin];
        int place = 0;
        while (left.Sinks[place] != kernelEvent)
        {
            place++;
        }

        left.Sinks[place] = left.Sinks[--left.SinkCount];
        left.Masks |= left.SinkCount == 0 ? PinMasks.WithoutSinks : PinMasks.None;
        bool isDue = left.IsInService && world.KernelEvents[kernelEvent].Status == IrqStatus.Indefinite;
        if (isDue && --left.DueSinks == 0)
        {
            EndService(pin);
        }

        UpdateMask(pin);
    }

    /// <inheritdoc/>
    public void Unstall(int pin)
    {
        world.Writes(ObjectKind.InterruptPin, (uint)pin);
        pins[pin].Masks &= ~PinMasks.ForNack;
        EndService(pin);
    }

    /// <summary>Handles the interrupt of a pin and ends it at the processor.</summary>
    internal void Handle(int pin, int processor)
    {
        world.Writes(ObjectKind.InterruptPin, (uint)pin);
        ref InterruptPin raised = ref pins[pin];
        if (raised.Strategy == PinStrategy.Level)
        {
            raised.Masks |= PinMasks.ForService;
            UpdateMask(pin);
        }

        hardware.Controllers.EndInterrupt(processor);
        if (!raised.IsInService)
        {
            Raise(pin);
            return;
        }

        if (raised.IsBuffered && raised.Strategy == PinStrategy.Edge)
        {
            raised.Masks |= PinMasks.WhileBuffered;
            UpdateMask(pin);
        }

        raised.IsBuffered = !world.Has(Defect.EdgeNotBuffered);
    }

    private void Raise(int pin)
    {
        ref InterruptPin raised = ref pins[pin];
        raised.IsInService = true;
        raised.IsTaken = false;
        raised.DueSinks = raised.SinkCount;
        world.Note(NoteKind.PinRaised, pin, raised.SinkCount);
        int count = raised.SinkCount;
        for (int place = 0; place < count; place++)
        {
            if (!world.KernelEvents.IsLive(raised.Sinks[place]))
            {
                world.Panic(PanicCode.InterruptSinkGone);
                return;
            }

            world.KernelEvents.Report(raised.Sinks[place]);
        }

    }

    private void EndService(int pin)
    {
        ref InterruptPin ended = ref pins[pin];
        bool isUnwanted = ended.IsInService && !ended.IsTaken && (ended.Masks & PinMasks.ForNack) == 0;
        ended.IsInService = false;
        ended.DueSinks = 0;
        ended.Masks &= world.Has(Defect.PinStaysMasked) ? ended.Masks : ~(PinMasks.ForService | PinMasks.WhileBuffered);
        if (isUnwanted)
        {
            ended.Masks |= PinMasks.ForNack;
            world.Timers.ArmPin(pin, world.Timers.ReadClock() + ((long)UnstallTicks << ended.StallExponent));
            ended.StallExponent = Math.Min(ended.StallExponent + 1, MaxStallExponent);
        }
        else
        {
            ended.StallExponent = ended.IsTaken ? 0 : ended.StallExponent;
        }

        UpdateMask(pin);
        if (ended.IsBuffered && !isUnwanted)
        {
            ended.IsBuffered = false;
            Raise(pin);
        }
    }

    private void UpdateMask(int pin)
    {
        hardware.Controllers.Mask(pin, pins[pin].Masks != PinMasks.None);
        hardware.Announce();
    }

    private int PinOf(Handle<KernelEvent> sink)
    {
        for (int pin = 0; pin < Count; pin++)
        {
            for (int place = 0; place < pins[pin].SinkCount; place++)
            {
                if (pins[pin].Sinks[place] == sink)
                {
                    return pin;
                }
            }
        }

        return -1;
    }
}
