// The model of a local APIC runs in worlds that must not allocate: neither registers nor messages, nor the acknowledge cycle,
// nor the timer may take memory of the host.

using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>Nothing that a local APIC does allocates.</summary>
public sealed class LocalApicAllocationTests
{
    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Registers_messages_and_time_allocate_nothing()
    {
        using var rig = new LocalApicRig(count: 4);
        rig.Ends.Capacity = 1000;
        Use(rig);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 20; round++)
        {
            Use(rig);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Use(LocalApicRig rig)
    {
        rig.Rewind();
        LocalApic apic = rig.First;
        for (uint offset = 0; offset < 0x1000; offset += LocalApicRegister.Stride)
        {
            apic.Read(offset);
            apic.Write(offset, offset == LocalApicRegister.SpuriousVector ? LocalApicRig.Enabled : 0x20042);
        }

        apic.Signal(LocalVector.Thermal);
        apic.Drive(0, isHigh: true);
        apic.Drive(0, isHigh: false);
        rig.SendFixed(0x55, 0xff, isLevel: true);
        rig.Send(DeliveryMode.LowestPriority, 0x56, 0xff);
        rig.Clock.AdvanceBy(10_000_000);
        apic.SetTaskPriority(0);
        for (int count = 0; count < 10; count++)
        {
            apic.AcknowledgeInterrupt();
            apic.End();
        }

        apic.TryWriteMsr(LocalApicRegister.BaseMsr, 0xfee00d00);
        for (uint msr = LocalApicRegister.FirstMsr; msr <= LocalApicRegister.LastMsr; msr++)
        {
            apic.TryReadMsr(msr, out _);
            apic.TryWriteMsr(msr, 0);
        }

        apic.TryWriteMsr(LocalApicRegister.DeadlineMsr, 1);
        rig.Counter.TryWriteMsr(TimeStampCounter.AdjustMsr, 7);
        rig.Counter.TryReadMsr(TimeStampCounter.CounterMsr, out _);
    }
}
