// The pair of controllers against two that are written down with sets and lists: under random programs of lines, commands,
// polls and acknowledges, both must signal, answer and read alike at every step. The initialization words are left to the book.

using Managarm.Perf.Hardware.Pics;
using Managarm.Perf.Hardware.Tests.Recorders;
using static Managarm.Perf.Hardware.Tests.Pics.PicMachine;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>The pair agrees with its reference.</summary>
public sealed class PicDifferentialTests
{
    private NaivePic master = new(isMaster: true, MasterBase, endsAutomatically: false, nestsSpecially: false);
    private NaivePic slave = new(isMaster: false, SlaveBase, endsAutomatically: false, nestsSpecially: false);
    private int? acknowledged;
    private bool isAcknowledging;

    [Theory]
    [InlineData(0x01, 0x01)]
    [InlineData(0x03, 0x01)]
    [InlineData(0x01, 0x03)]
    [InlineData(0x11, 0x01)]
    [InlineData(0x13, 0x03)]
    public void Random_programs(int masterModes, int slaveModes) =>
        RandomPrograms.Check(1000, program => Run(program, PicDefect.None, masterModes, slaveModes));

    [Theory]
    [InlineData(PicDefect.EdgeOutlivesLine)]
    [InlineData(PicDefect.RepeatedLevelIsAnEdge)]
    [InlineData(PicDefect.MaskedEdgeIsLost)]
    [InlineData(PicDefect.SpecialNestingForgetsSlave)]
    [InlineData(PicDefect.SpecialMaskForgetsService)]
    [InlineData(PicDefect.SpecialMaskEndsMasked)]
    [InlineData(PicDefect.EndIgnoresRotation)]
    [InlineData(PicDefect.AutomaticRotationStays)]
    [InlineData(PicDefect.PollIsNotFrozen)]
    [InlineData(PicDefect.CascadeMissesEdge)]
    [InlineData(PicDefect.CascadeHoldsRequest)]
    [InlineData(PicDefect.SpuriousSlaveSkipsMaster)]
    public void Random_programs_notice(PicDefect defect) => Assert.ThrowsAny<Exception>(() =>
    {
        RandomPrograms.Check(1000, program => Run(program, defect, 0x11, 0x01));
        RandomPrograms.Check(1000, program => Run(program, defect, 0x03, 0x03));
    });

    private void Run(int[] program, PicDefect defect, int masterModes, int slaveModes)
    {
        using var machine = new PicMachine(defect, (byte)masterModes, (byte)slaveModes);
        master = new(isMaster: true, MasterBase, (masterModes & 2) != 0, (masterModes & 0x10) != 0);
        slave = new(isMaster: false, SlaveBase, (slaveModes & 2) != 0, nestsSpecially: false);
        isAcknowledging = false;
        foreach (int step in program)
        {
            Do(machine, step);
            Assert.Equal(master.Interrupts, machine.HasRequest);
        }
    }

    private void Do(PicMachine machine, int step)
    {
        int argument = step >> 5;
        bool isMaster = (step & 0x10) != 0;
        NaivePic chip = isMaster ? master : slave;
        ushort port = isMaster ? Master : Slave;
        int value = argument & 0xff;
        switch (step & 0xf)
        {
            case 0 or 1 or 2 or 3:
                Drive(machine, argument % 16, (argument & 0x10) != 0);
                break;
            case 4:
                machine.Command(port, value & 0xe7);
                chip.Command(value & 0xe7);
                break;
            case 5:
                machine.Command(port, EndNonSpecific);
                chip.Command(EndNonSpecific);
                break;
            case 6:
                machine.Command(port, 0x08 | (value & 0x67));
                chip.Status(value & 0x67);
                break;
            case 7:
                machine.Data(port, value & (value >> 4));
                chip.Mask(value & (value >> 4));
                break;
            case 8:
                SetLevels(machine, port, chip, value);
                break;
            case 9 or 10 or 11:
                Read(machine, port, chip, isData: (argument & 3) == 0);
                break;
            default:
                Acknowledge(machine);
                break;
        }

        Cascade(slaveAnswered: false);
    }

    private void Drive(PicMachine machine, int line, bool isHigh)
    {
        machine.Pair.Drive(line, isHigh);
        if (line >= 8)
        {
            slave.Drive(line - 8, isHigh);
        }
        else if (line != PicPair.CascadeInput)
        {
            master.Drive(line, isHigh);
        }
    }

    private static void SetLevels(PicMachine machine, ushort port, NaivePic chip, int value)
    {
        ushort place = (ushort)(port == Master ? PicPair.LevelRegisterPort : PicPair.LevelRegisterPort + 1);
        machine.Command(place, value);
        chip.Levels(value);
        Assert.Equal(chip.ReadLevels(), machine.Pair.ReadPort(place));
    }

    private void Read(PicMachine machine, ushort port, NaivePic chip, bool isData)
    {
        int expected = chip.Read(isData, out bool isPoll);
        Cascade(isPoll && chip == slave);
        Assert.Equal(expected, machine.Pair.ReadPort((ushort)(port + (isData ? 1 : 0))));
    }

    // Half of the time something happens between the two cycles.
    private void Acknowledge(PicMachine machine)
    {
        if (!isAcknowledging)
        {
            acknowledged = master.Acknowledge();
            machine.Pair.BeginAcknowledge();
            isAcknowledging = true;
            return;
        }

        isAcknowledging = false;
        int vector = master.Finish(acknowledged);
        if (acknowledged == PicPair.CascadeInput)
        {
            vector = slave.Finish(slave.Acknowledge());
            Cascade(slaveAnswered: true);
        }

        Assert.Equal(vector, machine.Pair.EndAcknowledge());
    }

    private void Cascade(bool slaveAnswered)
    {
        if (slaveAnswered)
        {
            master.Drive(PicPair.CascadeInput, isHigh: false);
        }

        master.Drive(PicPair.CascadeInput, slave.Interrupts);
    }
}
