// Scenarios across several rules, of the kind that suites for silicon and hypervisors run: starting the other processors, ids
// that wander while interrupts arrive by them, non-maskable interrupts from two sides, the timer through all of its modes, and
// a line that an I/O APIC holds until its end is told.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>What kernels and conformance suites do with local APICs.</summary>
public sealed class LocalApicScenarioTests
{
    private const byte Vector = 0x42;
    private const uint Periodic = 1 << 17;
    private const uint Deadline = 2 << 17;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_boot_processor_starts_the_others(int count)
    {
        using var rig = new LocalApicRig(count: count);
        rig.First.Command(
            LocalApicRig.Init | LocalApicRig.Assert | LocalApicRig.Level, shorthand: DestinationShorthand.AllExcludingSelf);
        rig.First.Command(LocalApicRig.Init | LocalApicRig.Level, shorthand: DestinationShorthand.AllExcludingSelf);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            rig.First.Command(LocalApicRig.StartUp | 0x08, shorthand: DestinationShorthand.AllExcludingSelf);
        }

        Assert.False(rig.First.HasPendingInit || rig.First.HasPendingStartUp);
        for (int index = 1; index < count; index++)
        {
            Assert.True(rig[index].TakeInit());
            Assert.True(rig[index].TakeStartUp(out uint address));
            Assert.Equal(0x8000u, address);
            Assert.False(rig[index].TakeStartUp(out _));
        }
    }

    [Fact]
    public void Two_processors_share_an_id_that_wanders_through_all_values()
    {
        using var rig = new LocalApicRig();
        for (uint id = 0; id < 0x100; id++)
        {
            rig.First.Write(LocalApicRegister.Id, id << 24);
            rig.Second.Write(LocalApicRegister.Id, id << 24);
            rig.First.Command(Vector, id);
            Assert.Equal([Vector], rig.First.DeliverAll());
            Assert.Equal([Vector], rig.Second.DeliverAll());
        }
    }

    [Fact]
    public void Of_many_NMIs_in_a_handler_one_is_left()
    {
        using var rig = new LocalApicRig();
        rig.First.Command(LocalApicRig.Nmi, 0);
        Assert.True(rig.First.TakeNmi());
        for (int count = 0; count < 10; count++)
        {
            rig.First.Command(LocalApicRig.Nmi, 0);
            rig.Second.Command(LocalApicRig.Nmi, 0);
        }

        Assert.True(rig.First.TakeNmi());
        Assert.False(rig.First.HasPendingNmi);
    }

    [Fact]
    public void The_timer_goes_through_its_modes()
    {
        using var rig = new LocalApicRig();
        LocalApic apic = rig.First;
        apic.Write(LocalApicRegister.InitialCount, 1000);
        apic.Write(LocalApicRegister.TimerVector, Periodic | Vector);
        Assert.Equal(1000u, apic.Read(LocalApicRegister.InitialCount));
        rig.Clock.AdvanceBy(12_000);
        Assert.Equal(400u, apic.Read(LocalApicRegister.CurrentCount));
        rig.Clock.AdvanceBy(10_000);
        Assert.Equal(900u, apic.Read(LocalApicRegister.CurrentCount));
        Assert.Equal([Vector], apic.DeliverAll());
        apic.Write(LocalApicRegister.TimerVector, Vector);
        rig.Clock.AdvanceBy(100_000);
        Assert.Equal(0u, apic.Read(LocalApicRegister.CurrentCount));
        Assert.Equal([Vector], apic.DeliverAll());
        apic.Write(LocalApicRegister.TimerVector, Deadline | Vector);
        apic.TryWriteMsr(LocalApicRegister.DeadlineMsr, rig.Counter.Value);
        Assert.Equal([Vector], apic.DeliverAll());
        Assert.Equal(0ul, apic.ReadMsr(LocalApicRegister.DeadlineMsr));
    }

    [Fact]
    public void A_device_line_is_held_until_its_end_is_told()
    {
        using var rig = new LocalApicRig();
        rig.SendFixed(0x55, isLevel: true);
        Assert.Equal(0x55, rig.First.AcknowledgeInterrupt());
        Assert.Empty(rig.Ends);
        rig.First.Command(0x90, shorthand: DestinationShorthand.Self);
        Assert.Equal(0x90, rig.First.AcknowledgeInterrupt());
        rig.First.End();
        Assert.Empty(rig.Ends);
        rig.First.End();
        Assert.Equal([0x55], rig.Ends);
    }

    [Fact]
    public void Processors_in_x2APIC_mode_interrupt_each_other_by_shorthand_and_logically()
    {
        using var rig = new LocalApicRig(count: 4, idOf: index => (uint)index + 0x20);
        for (int index = 0; index < 4; index++)
        {
            rig[index].EnterExtendedMode();
        }

        Assert.True(rig[1].WriteExtended(LocalApicRegister.Command, (3ul << 18) | Vector));
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(index => Take(rig[index])));
        Assert.True(rig[1].WriteExtended(LocalApicRegister.Command, (0x0002_0005ul << 32) | LocalApicRig.Logical | Vector));
        Assert.Equal([true, false, true, false], Enumerable.Range(0, 4).Select(index => Take(rig[index])));
        Assert.True(rig[3].WriteExtended(LocalApicRegister.Command, (0x22ul << 32) | Vector));
        Assert.Equal([false, false, true, false], Enumerable.Range(0, 4).Select(index => Take(rig[index])));
    }

    [Fact]
    public void Reset_of_the_arena_restores_power_up()
    {
        using var rig = new LocalApicRig();
        rig.SendFixed(0x55);
        rig.First.EnterExtendedMode();
        rig.Clock.AdvanceBy(5000);
        rig.Rewind();
        Assert.Equal(LocalApicMode.XApic, rig.First.Mode);
        Assert.False(rig.First.HasDeliverable);
        Assert.Equal(0ul, rig.Counter.Value);
    }

    private static bool Take(LocalApic apic)
    {
        if (!apic.HasDeliverable)
        {
            return false;
        }

        Assert.Equal(Vector, apic.AcknowledgeInterrupt());
        return apic.WriteExtended(LocalApicRegister.EndOfInterrupt, 0);
    }
}
