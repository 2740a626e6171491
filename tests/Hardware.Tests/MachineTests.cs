// The machine as a driver sees it: devices at their addresses, whatever is not there as all ones, each processor with a local
// APIC of its own, and the old devices where they are wanted. Each path from a device to a processor is walked once from end to
// end.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Rtcs;
using Managarm.Perf.Hardware.Tests.Thor;
using Managarm.Perf.Hardware.Thor;

namespace Managarm.Perf.Hardware.Tests;

public sealed class MachineTests : IDisposable
{
    private const ulong ApicBase = 0xfee0_0000;
    private const ulong Spurious = ApicBase + 0xf0;
    private const ulong Id = ApicBase + 0x20;

    private readonly Arena arena = new(1 << 20);
    private readonly Machine machine;

    public MachineTests() =>
        machine = new Machine(arena, new MachineOptions { ProcessorCount = 4, HasLegacyDevices = true });

    public void Dispose() => arena.Dispose();

    [Fact]
    public void What_is_not_there_reads_as_all_ones_and_takes_writes()
    {
        machine.WriteMemory(0x1234_0000, 5);
        machine.WritePort(0x300, 5);
        Assert.Equal(uint.MaxValue, machine.ReadMemory(0x1234_0000));
        Assert.Equal(byte.MaxValue, machine.ReadPort(0x300));
        Assert.False(machine.TryReadMsr(0, 0xdead, out _));
        Assert.False(machine.TryWriteMsr(0, 0xdead, 1));
    }

    [Fact]
    public void Each_processor_sees_its_own_local_apic()
    {
        for (int processor = 0; processor < machine.ProcessorCount; processor++)
        {
            Assert.Equal((uint)processor << 24, machine.ReadMemory(processor, Id));
        }
    }

    [Fact]
    public void A_local_apic_moves_with_its_base()
    {
        Assert.True(machine.TryReadMsr(2, 0x1b, out ulong value));
        Assert.True(machine.TryWriteMsr(2, 0x1b, (value & 0xfff) | 0xfed4_0000));
        Assert.Equal(uint.MaxValue, machine.ReadMemory(2, Id));
        Assert.Equal(2u << 24, machine.ReadMemory(2, 0xfed4_0020));
        Assert.Equal(1u << 24, machine.ReadMemory(1, Id));
    }

    [Fact]
    public void An_interrupt_of_the_io_apic_is_retried_when_the_processor_listens()
    {
        var controllers = new InterruptControllers(machine);
        controllers.Route(pin: 7, vector: 0x45, isLevel: true, processor: 3);
        machine.Lines.Drive(7, isHigh: true);
        Assert.False(machine.Apic(3).HasDeliverable);
        machine.WriteMemory(3, Spurious, 0x1ff);
        Assert.Equal(0x45, machine.Apic(3).AcknowledgeInterrupt());
    }

    [Fact]
    public void The_8254_interrupts_by_the_8259_and_by_the_io_apic()
    {
        foreach ((ushort port, byte value) in ((ushort, byte)[])
            [(0x20, 0x11), (0x21, 0x20), (0x21, 4), (0x21, 1), (0xa0, 0x11), (0xa1, 0x28), (0xa1, 2), (0xa1, 1), (0x21, 0xfe)])
        {
            machine.WritePort(port, value);
        }

        machine.WriteMemory(Spurious, 0x1ff);
        machine.WriteMemory(ApicBase + 0x350, 0x700);
        new InterruptControllers(machine).Route(MachineMap.HpetPin, vector: 0x55, isLevel: false, processor: 0);
        machine.WritePort(Pit.ControlPort, 0x34);
        machine.WritePort(Pit.FirstPort, 100);
        machine.WritePort(Pit.FirstPort, 0);
        machine.Clock.AdvanceBy(300_000);
        Assert.True(machine.Apic(0).HasExternalInterrupt);
        Assert.Equal(0x20, machine.Apic(0).AcknowledgeExternalInterrupt());
        Assert.Equal(0x55, machine.Apic(0).AcknowledgeInterrupt());
    }

    [Fact]
    public void The_clock_of_the_machine_shows_the_time_of_power_on()
    {
        machine.WritePort(Rtc.IndexPort, 9);
        Assert.Equal(0x00, machine.ReadPort(Rtc.DataPort));
        machine.WritePort(Rtc.IndexPort, 7);
        Assert.Equal(0x01, machine.ReadPort(Rtc.DataPort));
    }

    [Fact]
    public void Pings_go_only_to_others_and_a_shoot_down_to_all()
    {
        using var test = new KernelWorld(processorCount: 4);
        InterprocessorInterrupts between = test.Hardware.Interprocessor;
        between.Ping(sender: 1, target: 1);
        between.Ping(sender: 1, target: 2);
        between.ShootDown(sender: 3);
        Assert.True(between.IsShootingDown);
        test.Settle();
        Assert.False(between.IsShootingDown);
        Assert.Equal([0u, 0u, 1u, 0u], Enumerable.Range(0, 4).Select(between.PingsOf));
    }
}
