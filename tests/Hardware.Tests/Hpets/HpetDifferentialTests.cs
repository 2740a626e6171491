// The computed HPET against one that does every tick: under random programs both must answer every read alike and do the same to
// lines and bus at the same times. Every fault of the model must be seen by this alone.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;
using Managarm.Perf.Hardware.Tests.Recorders;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Computed and counted HPETs agree.</summary>
public sealed class HpetDifferentialTests
{
    private const int Programs = 2000;
    private static readonly uint[] registers =
        [0x000, 0x010, 0x020, 0x0f0, 0x100, 0x108, 0x110, 0x120, 0x128, 0x130, 0x140, 0x148, 0x150, 0x118, 0x160];

    private static readonly uint[] periods = [10_000_000, 69_841_279, 41_666_667, 1_000_000];

    public static IEnumerable<TheoryDataRow<HpetDefect>> Defects =>
        Enum.GetValues<HpetDefect>().Where(each => each != HpetDefect.None).Select(each => new TheoryDataRow<HpetDefect>(each));

    [Fact]
    public void Random_programs() => RandomPrograms.Check(Programs, program => Run(program, HpetDefect.None).Dispose());

    [Theory]
    [MemberData(nameof(Defects))]
    public void Random_programs_notice(HpetDefect defect) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(Programs, program => Run(program, defect).Dispose()));

    // An edge on a line that another comparator holds is the one event that nobody sees.
    [Fact]
    public void Next_event_is_exact() => RandomPrograms.Check(Programs, program =>
    {
        using HpetMachine machine = Run(program, HpetDefect.None);
        for (int count = 0; count < 20 && machine.Clock.NextEventNanoseconds != MachineClock.Never; count++)
        {
            ulong next = machine.Clock.NextEventNanoseconds;
            Assert.True(next > machine.Clock.NowNanoseconds);
            machine.Clock.AdvanceTo(next - 1);
            Assert.Empty(machine.Events.Events);
            machine.Clock.AdvanceTo(next);
            Assert.True(machine.Events.Events.Count > 0 || machine.Events.IsAnyHigh);
            machine.Events.Clear();
        }
    });

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Nothing_is_allocated()
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        var lines = new LineRecorder();
        var bus = new SilentBus();
        var hpet = new Hpet(arena, clock, lines, bus, new());
        arena.Seal();
        RandomPrograms.CheckAllocatesNothing(() =>
        {
            arena.Reset();
            hpet.Write64(0x100, HpetMachine.On | HpetMachine.Periodic | HpetMachine.ValueSet | HpetMachine.Line20);
            hpet.Write64(0x108, 100);
            hpet.Write64(0x120, HpetMachine.On | HpetMachine.Messages);
            hpet.Write64(0x130, 0xfee0_0000_0000_0031);
            hpet.Write(0x128, 150);
            hpet.Write(0x12c, 0);
            hpet.Write64(0x140, HpetMachine.On | HpetMachine.Level | HpetMachine.Line21);
            hpet.Write64(0x148, 170);
            hpet.Write(0x010, HpetMachine.Enable);
            clock.AdvanceBy(10_000);
            _ = hpet.Read(0x0f0) + hpet.Read64(0x020);
        });
        Assert.NotEqual(0, lines.Rises(20) * lines.Rises(21) * bus.Messages);
    }

    private static HpetOptions Choose(int seed) => new()
    {
        PeriodFemtoseconds = periods[seed & 3],
        PeriodicTimers = (seed & 0x0c) == 0 ? 1u : 7u,
        WideTimers = (seed & 0x30) == 0 ? 1u : 7u,
        HasMessages = (seed & 0xc0) != 0,
        HasLegacyReplacement = (seed & 0x300) != 0,
        RouteCapability = (seed & 0xc00) == 0 ? 0x00f0_0800u : 0x0030_0000u,
    };

    private static HpetMachine Run(int[] program, HpetDefect defect)
    {
        HpetOptions options = Choose(program.Length == 0 ? 0 : program[0]);
        var machine = new HpetMachine(defect, options);
        var naive = new NaiveHpet(options);
        foreach (int step in program)
        {
            naive.NowNanoseconds = machine.Clock.NowNanoseconds;
            Do(machine, naive, step & 0xf, step >> 4);
            UInt128 ticks = (UInt128)machine.Clock.NowNanoseconds * 1_000_000 / options.PeriodFemtoseconds;
            while (naive.Ticks < ticks)
            {
                naive.Tick();
            }

            Assert.Equal(naive.Events, machine.Events.Events);
            naive.Events.Clear();
            machine.Events.Clear();
        }

        return machine;
    }

    private static void Do(HpetMachine machine, NaiveHpet naive, int choice, int argument)
    {
        int timer = argument % 3;
        int rest = argument / 3;
        switch (choice)
        {
            case < 2:
                uint register = registers[argument % registers.Length];
                Assert.Equal(naive.Read(register), machine[register]);
                Assert.Equal((uint)(naive.Read(register) >> 32), machine.Hpet.Read(register + 4));
                break;
            case < 4:
                Write(machine, naive, 0x010, (rest & 3) == 0 ? 0xaau : (rest & 4) == 0 ? 1u : 3u, rest >> 3);
                break;
            case 4:
                Write(machine, naive, 0x020, (uint)argument & 7, argument >> 3);
                break;
            case 5:
                ulong[] counters = [0, uint.MaxValue - 100, ulong.MaxValue - 100, 0x1_0000_0000 - 30];
                Write(machine, naive, 0x0f0, counters[timer] + (ulong)(rest & 0xff), rest >> 8);
                break;
            case < 8:
                uint route = (rest & 0x30) == 0 ? 9u : 20u + ((uint)rest & 1u);
                uint bits = ((uint)rest & 0x414a) | ((rest & 0x0c00) == 0 ? 0u : HpetMachine.On);
                bits |= (rest & 0x3000) == 0 ? 0x00ff_8081 : 0u;
                Write(machine, naive, HpetMachine.Configuration(timer), bits | (route << 9), rest >> 15);
                break;
            case < 11:
                WriteComparator(machine, naive, timer, rest);
                break;
            case 11:
                ulong address = (rest & 0x700) == 0 ? 0xfed0_0000ul : 0xfee0_0000ul | (((ulong)rest & 0x3ff) << 10);
                address |= ((ulong)rest & 0x3) << 2;
                uint data = (uint)rest & ((rest & 0x800) == 0 ? 0xffffu : 0xc0ff);
                Write(machine, naive, HpetMachine.Message(timer), (address << 32) | data, rest >> 16);
                break;
            case 12:
                machine.Clock.AdvanceBy(Math.Min(naive.Distance(timer), 300) * 10);
                break;
            default:
                machine.Clock.AdvanceBy((ulong)argument % (choice == 13 ? 40ul : 4000ul));
                break;
        }
    }

    // Mostly near the counter, on both sides of it, or a period for it.
    private static void WriteComparator(HpetMachine machine, NaiveHpet naive, int timer, int choice)
    {
        ulong near = naive.Read(0x0f0) + ((ulong)(choice >> 2) & 0x3f) - 8;
        ulong value = (choice & 3) == 0 ? (ulong)(choice >> 2) & 0x7f : near;
        Write(machine, naive, HpetMachine.Comparator(timer), value, choice >> 9);
    }

    private static void Write(HpetMachine machine, NaiveHpet naive, uint register, ulong value, int width)
    {
        if ((width & 3) != 0)
        {
            naive.Write(register, value, ulong.MaxValue);
            machine[register] = value;
            return;
        }

        int shift = (width & 4) << 3;
        naive.Write(register, (value >> shift) << shift, (ulong)uint.MaxValue << shift);
        machine.Hpet.Write(register + (uint)(shift >> 3), (uint)(value >> shift));
    }

    private sealed class SilentBus : IInterruptBus
    {
        internal int Messages { get; private set; }

        public bool Send(in InterruptMessage message)
        {
            Messages++;
            return true;
        }

        public void BroadcastEndOfInterrupt(byte vector) => Assert.Fail("an HPET ends no interrupts");
    }
}
