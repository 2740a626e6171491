// The computed timer against one that does every clock pulse: under random programs, both must have the same outputs at every
// step and answer every read alike, and the line of channel 0 must have risen and fallen as often.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Pits;
using Managarm.Perf.Hardware.Tests.Recorders;

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Computed and counted timers agree.</summary>
public sealed class PitDifferentialTests
{
    private NaivePitChannel[] naive = [];
    private int naiveRises;
    private int naiveFalls;
    private int systemPort;
    private bool wasHigh;

    [Fact]
    public void Random_programs() => RandomPrograms.Check(1500, program => Run(program, PitDefect.None));

    [Theory]
    [MemberData(nameof(Defects))]
    public void Random_programs_notice(PitDefect defect) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(1500, program => Run(program, defect)));

    public static IEnumerable<TheoryDataRow<PitDefect>> Defects =>
        Enum.GetValues<PitDefect>().Where(each => each != PitDefect.None).Select(each => new TheoryDataRow<PitDefect>(each));

    private void Run(int[] program, PitDefect defect)
    {
        using var machine = new PitMachine(defect);
        naive = [new(gate: true), new(gate: true), new(gate: false)];
        naiveRises = naiveFalls = 0;
        wasHigh = false;
        systemPort = 0;
        foreach (int step in program)
        {
            Do(machine, step);
            Compare(machine);
        }
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 7)]
    [InlineData(2, 2)]
    [InlineData(2, 5)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 9)]
    [InlineData(4, 1)]
    [InlineData(5, 4)]
    public void One_step_or_many(int mode, int count)
    {
        using var one = new PitMachine();
        using var many = new PitMachine();
        one.Start(mode, count);
        many.Start(mode, count);
        one.Trigger();
        many.Trigger();
        for (ulong ticks = 0; ticks < 70_000; ticks += 997)
        {
            one.Advance(997);
            for (int step = 0; step < 997; step++)
            {
                many.Advance(1);
            }

            Assert.Equal(many.Output, one.Output);
            Assert.Equal(many.ReadCount(), one.ReadCount());
        }
    }

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Nothing_is_allocated()
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        var lines = new LegacyLines(Pit.Line);
        var pit = new Pit(arena, clock, lines);
        arena.Seal();
        RandomPrograms.CheckAllocatesNothing(() =>
        {
            arena.Reset();
            pit.WritePort(Pit.ControlPort, 0x34);
            pit.WritePort(Pit.FirstPort, 100);
            pit.WritePort(Pit.FirstPort, 0);
            pit.WritePort(Pit.SystemPort, 1);
            pit.WritePort(Pit.ControlPort, 0xb6);
            pit.WritePort(Pit.FirstPort + 2, 7);
            pit.WritePort(Pit.FirstPort + 2, 0);
            clock.AdvanceBy(10_000_000);
            pit.WritePort(Pit.ControlPort, 0xce);
            _ = pit.ReadPort(Pit.FirstPort) + pit.ReadPort(Pit.FirstPort) + pit.ReadPort(Pit.SystemPort);
        });
        Assert.NotEqual(0, lines.Rises);
    }

    private void Do(PitMachine machine, int step)
    {
        int argument = step >> 4;
        int channel = argument % 3;
        argument /= 3;
        switch (step & 0xf)
        {
            case 0 or 1:
                byte word = (byte)((channel << 6) | ((1 + (argument % 3)) << 4) | ((argument / 3) & 0xf));
                machine.Pit.WritePort(Pit.ControlPort, word);
                naive[channel].Control(word);
                break;
            case 2 or 3 or 4 or 5:
                WriteByte(machine, channel, argument);
                break;
            case 6:
                WriteSystemPort(machine, argument ^ (argument >> 1 & 1));
                WriteSystemPort(machine, argument);
                break;
            case 7:
                machine.Latch(channel);
                naive[channel].LatchCount();
                break;
            case 8:
                ReadBack(machine, argument);
                break;
            case 9 or 10 or 11:
                Assert.Equal(naive[channel].Read(), machine.Read(channel));
                break;
            default:
                Advance(machine, (argument & 0x1f) == 0 ? argument % 150_000 : argument % 23);
                break;
        }
    }

    private void WriteSystemPort(PitMachine machine, int value)
    {
        systemPort = value & 0x0f;
        naive[2].Gate((value & 1) != 0);
        machine.Pit.WritePort(Pit.SystemPort, (byte)value);
    }

    // Half of the bytes are small, so that counts end soon; digits of decimal counts are decimal.
    private void WriteByte(PitMachine machine, int channel, int argument)
    {
        int value = (argument & 1) != 0 ? (argument >> 1) & 0xff : (argument >> 1) % 6 * ((argument >> 4) & 1);
        if (naive[channel].IsDecimal)
        {
            value = ((value >> 4) % 10 << 4) | ((value & 0xf) % 10);
        }

        machine.Byte(channel, value);
        naive[channel].Write((byte)value);
    }

    private void ReadBack(PitMachine machine, int argument)
    {
        int word = 0xc0 | (argument & 0x3e);
        machine.Pit.WritePort(Pit.ControlPort, (byte)word);
        for (int channel = 0; channel < 3; channel++)
        {
            if ((word & (2 << channel)) == 0)
            {
                continue;
            }

            if ((word & 0x20) == 0)
            {
                naive[channel].LatchCount();
            }

            if ((word & 0x10) == 0)
            {
                naive[channel].LatchStatus();
            }
        }
    }

    private void Advance(PitMachine machine, int ticks)
    {
        machine.Advance((ulong)ticks);
        for (int tick = 0; tick < ticks; tick++)
        {
            foreach (NaivePitChannel channel in naive)
            {
                channel.Clock();
            }

            Observe();
        }
    }

    private void Observe()
    {
        bool isHigh = naive[0].Output;
        naiveRises += isHigh && !wasHigh ? 1 : 0;
        naiveFalls += !isHigh && wasHigh ? 1 : 0;
        wasHigh = isHigh;
    }

    private void Compare(PitMachine machine)
    {
        Observe();
        int refresh = machine.Tick / 18 % 2 != 0 ? 0x10 : 0;
        Assert.Equal(systemPort | refresh | (naive[2].Output ? 0x20 : 0), machine.Pit.ReadPort(Pit.SystemPort));
        Assert.Equal((naive[0].Output, naiveRises, naiveFalls), (machine.Lines.IsHigh, machine.Lines.Rises, machine.Lines.Falls));
    }
}
