// What must be true of the pair whatever was done to it: priorities follow the rotation, a level request is never lost, and a
// spurious vector comes only where no request stands.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Recorders;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>Properties of the 8259A pair.</summary>
public sealed class PicPropertyTests
{
    [Fact]
    public void Every_rotation_serves_every_set_of_requests_in_its_order()
    {
        for (int lowest = 0; lowest < 8; lowest++)
        {
            for (int requests = 1; requests < 256; requests++)
            {
                CheckOrder(lowest, requests);
            }
        }
    }

    [Fact]
    public void No_level_request_is_lost() => RandomPrograms.Check(500, program =>
    {
        using var machine = new PicMachine(PicDefect.None);
        machine.Command(PicPair.LevelRegisterPort, 0xff);
        machine.Command(PicPair.LevelRegisterPort + 1, 0xff);
        int high = Play(machine, program);
        Drain(machine);
        int served = 0;
        while (machine.HasRequest)
        {
            int line = machine.Acknowledge();
            Assert.Equal(0, served & (1 << line));
            served |= 1 << line;
            machine.Lower(line);
            Drain(machine);
        }

        const int LevelLines = 0xdef8;
        Assert.Equal(high & LevelLines, served & LevelLines);
        Assert.Equal(0, served & ~high);
    });

    [Fact]
    public void A_spurious_vector_comes_only_without_a_request() => RandomPrograms.Check(500, program =>
    {
        using var machine = new PicMachine(PicDefect.None);
        _ = Play(machine, program);
        for (int round = 0; round < 20; round++)
        {
            bool hasRequest = machine.HasRequest;
            int before = machine.ReadService(Master) | (machine.ReadService(Slave) << 8);
            int line = machine.Acknowledge();
            int after = machine.ReadService(Master) | (machine.ReadService(Slave) << 8);
            Assert.Equal(hasRequest, after != before);
            Assert.True(hasRequest || line == 7);
            Assert.True(!hasRequest || (after & (1 << line)) != 0);
        }
    });

    [Fact]
    public void Lines_that_do_not_exist_are_ignored()
    {
        using var machine = new PicMachine(PicDefect.None);
        machine.Raise(-1, 16, int.MaxValue, int.MinValue, PicPair.CascadeInput);
        Assert.False(machine.HasRequest);
        Assert.Equal(0, machine.ReadRequests(Master) | machine.ReadRequests(Slave));
    }

    [Fact]
    public void Other_ports_float()
    {
        using var machine = new PicMachine(PicDefect.None);
        machine.Pair.WritePort(0x22, 0);
        Assert.Equal(0xff, machine.Pair.ReadPort(0x22));
    }

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Nothing_is_allocated()
    {
        using var arena = new Arena(0);
        var pair = new PicPair(arena);
        arena.Seal();
        int vectors = 0;
        RandomPrograms.CheckAllocatesNothing(() =>
        {
            arena.Reset();
            pair.WritePort(Master, 0x11);
            pair.WritePort(Master + 1, MasterBase);
            pair.WritePort(Master + 1, 0x04);
            pair.WritePort(Master + 1, 0x01);
            pair.WritePort(Slave, 0x11);
            pair.WritePort(Slave + 1, SlaveBase);
            pair.WritePort(Slave + 1, 0x02);
            pair.WritePort(Slave + 1, 0x01);
            pair.Drive(12, isHigh: true);
            vectors += pair.HasRequest ? pair.Acknowledge() : 0;
            pair.WritePort(Slave, EndNonSpecific);
            pair.WritePort(Master, EndNonSpecific);
            pair.WritePort(Master, 0x0c);
            vectors += pair.ReadPort(Master) + pair.ReadPort(Slave + 1) + pair.ReadPort(PicPair.LevelRegisterPort);
        });
        Assert.Equal(2 * (SlaveBase + 4 + 7), vectors);
    }

    private static void CheckOrder(int lowest, int requests)
    {
        using var machine = new PicMachine(PicDefect.None);
        machine.InitializeMaster(cascade: 0);
        machine.Command(Master, 0xc0 | lowest);
        int expected = requests & ~(1 << PicPair.CascadeInput);
        for (int line = 0; line < 8; line++)
        {
            machine.Pair.Drive(line, ((expected >> line) & 1) != 0);
        }

        for (int rank = 1; rank <= 8; rank++)
        {
            int line = (lowest + rank) & 7;
            if (((expected >> line) & 1) != 0)
            {
                Assert.Equal(line, machine.Acknowledge());
                machine.Command(Master, EndNonSpecific);
            }
        }

        Assert.False(machine.HasRequest);
    }

    /// <summary>Random lines, masks, commands and acknowledges. The master is not polled: a poll of the master that is not
    /// followed by one of the slave takes the slave's edge, after which its request rightly waits for another.</summary>
    /// <returns>The lines that are high at the end, the cascade left out.</returns>
    private static int Play(PicMachine machine, int[] program)
    {
        int high = 0;
        foreach (int step in program)
        {
            int argument = step >> 4;
            ushort port = (argument & 0x100) != 0 ? Master : Slave;
            switch (step & 0xf)
            {
                case 0 or 1 or 2 or 3 or 4 or 5:
                    bool isHigh = (argument & 0x10) != 0;
                    machine.Pair.Drive(argument & 0xf, isHigh);
                    high = isHigh ? high | (1 << (argument & 0xf)) : high & ~(1 << (argument & 0xf));
                    break;
                case 6:
                    machine.Data(port, argument & 0xff);
                    break;
                case 7 or 8 or 9:
                    machine.Command(port, argument & 0xe7);
                    break;
                case 10:
                    machine.Command(port, 0x08 | (argument & (port == Master ? 0x63 : 0x67)));
                    break;
                default:
                    _ = machine.Pair.Acknowledge();
                    break;
            }
        }

        _ = machine.Pair.ReadPort(Slave);
        return high & ~(1 << PicPair.CascadeInput);
    }

    /// <summary>Ends all that is in service and lifts masks and special modes.</summary>
    private static void Drain(PicMachine machine)
    {
        foreach (ushort port in (ReadOnlySpan<ushort>)[Slave, Master])
        {
            machine.Command(port, 0x48);
            machine.Data(port, 0);
            for (int input = 0; input < 8; input++)
            {
                machine.Command(port, EndSpecific | input);
            }
        }
    }
}
