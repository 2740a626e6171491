// The kernel's side of the machine: what thor sets up at boot and uses from then on. It takes the place of the world's own
// clock. Between two interrupts nothing here runs, so that a world without timers and interrupts pays nothing for having a
// machine.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Clock, timers, interrupt pins and processors of a world.</summary>
public sealed class KernelHardware
{
    private readonly World world;
    private readonly Alarm alarm;

    /// <summary>Builds a machine into a world, boots it, and takes over the world's time; before the world is sealed.</summary>
    /// <param name="world">The world.</param>
    /// <param name="options">Parts of the machine.</param>
    public KernelHardware(World world, MachineOptions options)
    {
        this.world = world;
        Machine = new Machine(world.Arena, options);
        Controllers = new InterruptControllers(Machine);
        Clock = new KernelClock(Machine, world.Arena);
        Processors = new Processors(world);
        Pins = new InterruptPins(world, this);
        Interprocessor = new InterprocessorInterrupts(this, world.Arena);
        alarm = new Alarm(world, this);
        Timers = new TimerEngine(world, Clock, alarm, Processors);
        Processors.Use(new InterruptEntry(world, this));
        Boot.Start(this, alarm);
        world.TakeTimeFrom(Timers);
        world.KernelEvents.Pins = Pins;
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>Driver of the interrupt controllers.</summary>
    public InterruptControllers Controllers { get; }

    /// <summary>The clock.</summary>
    public KernelClock Clock { get; }

    /// <summary>Processors as parties.</summary>
    public Processors Processors { get; }

    /// <summary>Interrupt pins.</summary>
    public InterruptPins Pins { get; }

    /// <summary>Interrupts between processors.</summary>
    public InterprocessorInterrupts Interprocessor { get; }

    /// <summary>The timer engine.</summary>
    public TimerEngine Timers { get; }

    /// <summary>Choice whether time passes while a deadline is written into the HPET.</summary>
    public int DelayChoice { get; set; }

    /// <summary>Says at the start of a run what of the machine is used.</summary>
    /// <param name="processorCount">How many processors.</param>
    /// <param name="kind">Device for deadlines.</param>
    public void Begin(int processorCount, AlarmKind kind)
    {
        Processors.Count = processorCount;
        alarm.Use(kind);
    }

    /// <summary>Makes known what the hardware wants after somebody else's step has touched it.</summary>
    public void Announce() => Processors.Update();

    /// <summary>Declares an access to a serial port: it moves the time-out by which the port tells that bytes are left, and its
    /// line may rise or fall.</summary>
    /// <param name="port">Number of the port.</param>
    public void TouchPort(int port)
    {
        world.Writes(ObjectKind.Clock, 0);
        world.Writes(ObjectKind.InterruptPin, (uint)MachineMap.PinOfSerialPort(port));
    }

    /// <summary>Bytes arrive at a serial port.</summary>
    /// <param name="port">Number of the port.</param>
    /// <param name="count">How many.</param>
    public void Receive(int port, uint count)
    {
        TouchPort(port);
        for (uint number = 0; number < count; number++)
        {
            Machine.SerialPort(port).Receive((byte)number);
        }

        Announce();
    }
}
