// Programs the device that wakes the timer engine (kernel/thor/arch/x86/pic.cpp, hpet.cpp). What has been programmed is
// remembered, and nothing is written when it would not change. In the HPET a comparator matches only when the counter reaches
// it, so time that passes while it is written makes the deadline lost; whether some passes is the strategy's choice.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>The device for deadlines.</summary>
internal sealed unsafe class Alarm
{
    /// <summary>No deadline.</summary>
    internal const long NoDeadline = long.MaxValue;

    private const uint DeadlineMsr = 0x6e0;
    private const uint TimerEntryMsr = 0x832;
    private const uint InitialCountMsr = 0x838;
    private const uint DivideMsr = 0x83e;
    private const uint DivideByOne = 0xb;
    private const uint DeadlineMode = 2 << 17;
    private const ulong HpetConfiguration = MachineMap.HpetBase + 0x10;
    private const uint HpetEnabled = 1;
    private const uint HpetReplacesLegacy = 2;
    private const ulong HpetCounter = MachineMap.HpetBase + 0xf0;
    private const ulong HpetTimer = MachineMap.HpetBase + 0x100;
    private const ulong HpetComparator = MachineMap.HpetBase + 0x108;
    private const uint HpetInterruptEnabled = 1 << 2;
    private const uint HpetNarrow = 1 << 8;

    private readonly World world;
    private readonly KernelHardware hardware;
    private readonly Machine machine;
    private readonly InterruptControllers controllers;
    private readonly KernelClock clock;
    private readonly long* programmed;
    private readonly Calibration* timerFrequency;
    private AlarmKind kind;

    internal Alarm(World world, KernelHardware hardware)
    {
        this.world = world;
        this.hardware = hardware;
        machine = hardware.Machine;
        controllers = hardware.Controllers;
        clock = hardware.Clock;
        programmed = world.Arena.ReserveHot<long>(Processors.Maximum);
        timerFrequency = world.Arena.ReserveHot<Calibration>(1);
        for (int processor = 0; processor < Processors.Maximum; processor++)
        {
            programmed[processor] = NoDeadline;
        }
    }

    /// <summary>Sets the local APIC's timer up for deadlines of the time stamp counter.</summary>
    /// <param name="processor">A processor whose local APIC is enabled.</param>
    /// <param name="frequency">Frequency of the local APICs' timers.</param>
    internal void Enable(int processor, Calibration frequency)
    {
        *timerFrequency = frequency;
        controllers.Write(processor, DivideMsr, DivideByOne);
        controllers.Write(processor, TimerEntryMsr, DeadlineMode | Vectors.Timer);
    }

    /// <summary>Chooses the device; nothing may be programmed.</summary>
    /// <param name="chosen">The device.</param>
    internal void Use(AlarmKind chosen)
    {
        kind = chosen;
        if (kind == AlarmKind.OneShot)
        {
            for (int processor = 0; processor < hardware.Processors.Count; processor++)
            {
                controllers.Write(processor, TimerEntryMsr, Vectors.Timer);
            }
        }

        if (kind == AlarmKind.Hpet)
        {
            machine.WriteMemory(HpetConfiguration, HpetEnabled | HpetReplacesLegacy);
            controllers.Route(MachineMap.HpetPin, Vectors.Timer, isLevel: false, processor: 0);
        }
    }

    /// <summary>The device has fired, and is not to do so again: a comparator of the HPET would when its counter comes
    /// round.</summary>
    /// <param name="processor">The processor.</param>
    internal void Fired(int processor)
    {
        programmed[processor] = NoDeadline;
        if (kind == AlarmKind.Hpet)
        {
            ProgramHpet(NoDeadline);
        }
    }

    /// <summary>Programs a deadline.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="deadlineTicks">Absolute deadline, or <see cref="NoDeadline"/>.</param>
    internal void Program(int processor, long deadlineTicks)
    {
        if (programmed[processor] == deadlineTicks)
        {
            return;
        }

        programmed[processor] = deadlineTicks;
        switch (kind)
        {
            case AlarmKind.TscDeadline:
                controllers.Write(processor, DeadlineMsr, deadlineTicks == NoDeadline ? 0 : clock.TscOf(deadlineTicks));
                break;
            case AlarmKind.OneShot:
                controllers.Write(processor, InitialCountMsr, CountUntil(deadlineTicks));
                break;
            default:
                ProgramHpet(deadlineTicks);
                break;
        }
    }

    /// <summary>A deadline in the past becomes one tick; one that is too far away fires early and is looked at again.</summary>
    private ulong CountUntil(long deadlineTicks)
    {
        if (deadlineTicks == NoDeadline)
        {
            return 0;
        }

        ulong count = timerFrequency->CountOf(clock.NanosecondsUntil(deadlineTicks));
        return Math.Clamp(count, 1, uint.MaxValue);
    }

    private void ProgramHpet(long deadlineTicks)
    {
        if (deadlineTicks == NoDeadline)
        {
            machine.WriteMemory(HpetTimer, 0);
            return;
        }

        ulong counts = clock.NanosecondsUntil(deadlineTicks) / Machine.HpetPeriodNanoseconds;
        ulong target = ReadHpet() + Math.Max(counts, 1);
        machine.WriteMemory(HpetTimer, HpetInterruptEnabled | HpetNarrow);
        if (world.Scheduler.Deviates(hardware.DelayChoice))
        {
            machine.Clock.AdvanceBy(clock.NanosecondsUntil(deadlineTicks) + Machine.HpetPeriodNanoseconds);
        }

        machine.WriteMemory(HpetComparator, (uint)target);
    }

    private ulong ReadHpet() => machine.ReadMemory(HpetCounter);
}
