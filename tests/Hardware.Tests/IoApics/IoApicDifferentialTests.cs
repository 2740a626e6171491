// The I/O APIC against one that is written down naively: under random programs of lines, entries, ends, refusals and retries,
// both must read alike after every step and have sent the same messages in the same order.

using Managarm.Perf.Hardware.IoApics;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>The I/O APIC agrees with its reference.</summary>
public sealed class IoApicDifferentialTests
{
    private const int PinCount = 4;
    private const int ProgramCount = 1000;
    private const byte FirstVector = 0x40;

    [Fact]
    public void Random_programs() => IoApicPrograms.Check(ProgramCount, program => Run(program, IoApicDefect.None));

    [Theory]
    [InlineData(IoApicDefect.RemoteIrrIsWritable)]
    [InlineData(IoApicDefect.DeliveryStatusIsWritable)]
    [InlineData(IoApicDefect.BothEdgesCount)]
    [InlineData(IoApicDefect.RepeatedLevelIsAnEdge)]
    [InlineData(IoApicDefect.MaskedEdgeWaits)]
    [InlineData(IoApicDefect.UnmaskingIsAnEdge)]
    [InlineData(IoApicDefect.EdgeFallsWithLine)]
    [InlineData(IoApicDefect.HeldEdgesAreCounted)]
    [InlineData(IoApicDefect.LevelOutlivesLine)]
    [InlineData(IoApicDefect.FallClearsRemoteIrr)]
    [InlineData(IoApicDefect.PolarityChangeIsUnnoticed)]
    [InlineData(IoApicDefect.TriggerChangeIsUnnoticed)]
    [InlineData(IoApicDefect.DestinationChangeIsUnnoticed)]
    [InlineData(IoApicDefect.EdgeKeepsRemoteIrr)]
    [InlineData(IoApicDefect.MaskClearsRemoteIrr)]
    [InlineData(IoApicDefect.EndStopsAtFirst)]
    [InlineData(IoApicDefect.EndSkipsMasked)]
    [InlineData(IoApicDefect.EndResendsEdge)]
    [InlineData(IoApicDefect.MaskKeepsHeldEdge)]
    [InlineData(IoApicDefect.WriteDropsHeldEdge)]
    [InlineData(IoApicDefect.LevelInEveryMode)]
    [InlineData(IoApicDefect.LowestPriorityIsEdge)]
    public void Random_programs_notice(IoApicDefect defect) =>
        Assert.ThrowsAny<Exception>(() => IoApicPrograms.Check(ProgramCount, program => Run(program, defect)));

    private static void Run(int[] program, IoApicDefect defect)
    {
        using var machine = new IoApicMachine(defect);
        var naive = new NaiveIoApic(PinCount);
        foreach (int step in program)
        {
            Do(machine, naive, step);
            Compare(machine, naive);
        }
    }

    private static void Compare(IoApicMachine machine, NaiveIoApic naive)
    {
        for (int pin = 0; pin < PinCount; pin++)
        {
            Assert.Equal(naive.ReadLow(pin), machine.ReadLow(pin));
            Assert.Equal(naive.ReadHigh(pin), machine.ReadHigh(pin));
        }

        Assert.Equal(naive.Sent, machine.Bus.Accepted);
        naive.Sent.Clear();
        machine.Bus.Clear();
    }

    private static void Do(IoApicMachine machine, NaiveIoApic naive, int step)
    {
        int argument = step >> 6;
        int pin = (step >> 4) % PinCount;
        byte vector = (byte)(FirstVector + (argument & 3));
        switch (step & 0xf)
        {
            case 0 or 1 or 2 or 3 or 4:
                machine.Apic.Drive(pin, (argument & 1) != 0);
                naive.Drive(pin, (argument & 1) != 0);
                break;
            case 5 or 6:
                WriteLow(machine, naive, pin, ((uint)argument & ~0xffu) | vector);
                break;
            case 7 or 8:
                WriteLow(machine, naive, pin, ((uint)argument & (ActiveLow | Level | Lowest)) | vector);
                break;
            case 9:
                WriteLow(machine, naive, pin, machine.ReadLow(pin) ^ Masked);
                break;
            case 10:
                machine.WriteHigh(pin, (uint)argument << 14);
                naive.WriteHigh(pin, (uint)argument << 14);
                break;
            case 11 or 12:
                machine.End(vector);
                naive.End(vector);
                break;
            case 13:
                machine.EndDirectly((uint)argument << 8 | vector);
                naive.End(vector);
                break;
            case 14:
                machine.Bus.RefusedVectors = naive.RefusedVectors = argument & 0xf;
                break;
            default:
                machine.Apic.RetryPending();
                naive.Retry();
                break;
        }
    }

    private static void WriteLow(IoApicMachine machine, NaiveIoApic naive, int pin, uint value)
    {
        machine.WriteLow(pin, value);
        naive.WriteLow(pin, value);
    }
}
