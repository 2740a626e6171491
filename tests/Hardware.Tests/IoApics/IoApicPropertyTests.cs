// What must be true whatever was done: a device that holds its line until it is served is served, and remote IRR stands exactly
// from the acceptance of a level to its end. Then what the data sheet leaves open and the model decides.

using Managarm.Perf.Hardware.IoApics;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Properties of the I/O APIC.</summary>
public sealed class IoApicPropertyTests
{
    private const int EntryCount = 6;
    private const int ProgramCount = 1000;
    private const byte FirstVector = 0x40;

    [Fact]
    public void No_level_is_lost() => IoApicPrograms.Check(ProgramCount, program => ServeAll(program, IoApicDefect.None));

    [Theory]
    [InlineData(IoApicDefect.TriggerModeIgnored)]
    [InlineData(IoApicDefect.UnmaskingIsUnnoticed)]
    [InlineData(IoApicDefect.EndStopsAtFirst)]
    [InlineData(IoApicDefect.EndSkipsMasked)]
    [InlineData(IoApicDefect.EndDoesNotResend)]
    [InlineData(IoApicDefect.RefusedLevelSetsRemoteIrr)]
    [InlineData(IoApicDefect.RetrySkipsLevels)]
    public void A_lost_level_is_noticed(IoApicDefect defect) =>
        Assert.ThrowsAny<Exception>(() => IoApicPrograms.Check(ProgramCount, program => ServeAll(program, defect)));

    [Fact]
    public void Remote_irr_stands_from_acceptance_to_end() =>
        IoApicPrograms.Check(ProgramCount, program => KeepLedger(program, IoApicDefect.None));

    [Theory]
    [InlineData(IoApicDefect.RemoteIrrIsNeverSet)]
    [InlineData(IoApicDefect.RefusedLevelSetsRemoteIrr)]
    [InlineData(IoApicDefect.FallClearsRemoteIrr)]
    [InlineData(IoApicDefect.MaskClearsRemoteIrr)]
    [InlineData(IoApicDefect.EdgeKeepsRemoteIrr)]
    [InlineData(IoApicDefect.EndIgnoresVector)]
    [InlineData(IoApicDefect.EndSkipsMasked)]
    public void A_wrong_remote_irr_is_noticed(IoApicDefect defect) =>
        Assert.ThrowsAny<Exception>(() => IoApicPrograms.Check(ProgramCount, program => KeepLedger(program, defect)));

    // Whether a change of bit 13 gets through to the edge detector is not said; drivers expect that it does not.
    [Fact]
    public void A_change_of_polarity_is_no_edge()
    {
        using var machine = new IoApicMachine(IoApicDefect.None);
        machine.WriteLow(4, 0x41);
        machine.WriteLow(4, ActiveLow | 0x41);
        machine.Raise(4);
        machine.WriteLow(4, 0x41);
        Assert.Equal(0, machine.SentCount);
    }

    [Fact]
    public void A_handler_can_make_its_own_entry_edge_triggered()
    {
        using var machine = new IoApicMachine(IoApicDefect.None);
        machine.WriteLow(4, Level | 0x41);
        machine.Raise(4);
        machine.Lower(4);
        machine.WriteLow(4, 0x41);
        machine.End(0x41);
        Assert.Equal(0x41u, machine.ReadLow(4));
        Assert.Equal(1, machine.SentCount);
    }

    [Fact]
    public void Reset_restores_power_on()
    {
        using var machine = new IoApicMachine(IoApicDefect.None, pulledUpLines: 1 << 4);
        machine.Write(IdIndex, uint.MaxValue);
        machine.WriteHigh(4, uint.MaxValue);
        machine.WriteLow(4, Level | 0x41);
        Assert.True(machine.Has(4, RemoteIrr));
        machine.Lower(4);
        machine.PowerOff();
        Assert.Equal(0u, machine.Apic.Read(IoApic.SelectOffset));
        Assert.Equal(0u, machine.Read(IdIndex) | machine.ReadHigh(4));
        Assert.Equal(Masked, machine.ReadLow(4));
        machine.WriteLow(4, Level | 0x41);
        Assert.Equal(2, machine.SentCount);
    }

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Nothing_is_allocated()
    {
        using var machine = new IoApicMachine(IoApicDefect.None);
        uint read = 0;
        ZeroBytes.Check("I/O APIC", () => read = Pass(machine));
        Assert.Equal(RemoteIrr | Level | 0x41u, read);
    }

    private static uint Pass(IoApicMachine machine)
    {
        machine.PowerOff();
        machine.Bus.Clear();
        machine.Bus.Accepts = false;
        machine.WriteLow(4, Level | 0x41);
        machine.WriteLow(5, 0x42);
        machine.Raise(4, 5);
        machine.AcceptAgain();
        machine.End(0x41);
        machine.EndDirectly(0x41);
        return machine.ReadLow(4) + machine.Read(IdIndex);
    }

    private static void ServeAll(int[] program, IoApicDefect defect)
    {
        using var machine = new IoApicMachine(defect);
        var processor = new SlowProcessor(machine);
        foreach (int step in program)
        {
            processor.Live(step);
        }

        processor.Finish();
        Assert.False(processor.IsAsked);
        for (int device = 0; device < SlowProcessor.DeviceCount; device++)
        {
            Assert.Equal(SlowProcessor.EntryOf(device), machine.ReadLow(device));
        }
    }

    /// <summary>Every entry has a vector of its own, so the messages say whose remote IRR must stand.</summary>
    private static void KeepLedger(int[] program, IoApicDefect defect)
    {
        using var machine = new IoApicMachine(defect);
        var accepted = new HashSet<int>();
        foreach (int step in program)
        {
            machine.Bus.Clear();
            int entry = (step >> 4) % EntryCount;
            uint flags = ((uint)step >> 7) & (Level | Masked | ActiveLow | Lowest);
            switch (step & 7)
            {
                case 0 or 1 or 2:
                    machine.Apic.Drive(entry, (step & 8) != 0);
                    break;
                case 3 or 4:
                    machine.WriteLow(entry, flags | (uint)(FirstVector + entry));
                    if ((flags & Level) == 0)
                    {
                        accepted.Remove(entry);
                    }

                    break;
                case 5 or 6:
                    machine.End((byte)(FirstVector + entry));
                    accepted.Remove(entry);
                    break;
                default:
                    machine.Bus.Accepts = (step & 8) != 0;
                    machine.Apic.RetryPending();
                    break;
            }

            accepted.UnionWith(machine.Bus.Accepted.Where(sent => sent.IsLevel).Select(sent => sent.Vector - FirstVector));
            Assert.Equal(accepted.Order(), Enumerable.Range(0, EntryCount).Where(number => machine.Has(number, RemoteIrr)));
        }
    }
}
