// The two 8259A of a PC: the slave's output is input 2 of the master, so there are fifteen inputs for devices. The processor
// sees HasRequest at its pin INTR and answers with two INTA cycles. They can be made one by one: a slave whose request vanishes
// between the two answers with its spurious vector while the master has it in service, which is the interrupt 15 that needs an
// end of interrupt at the master only. A request that vanishes before the first cycle takes the master's along and leaves 7.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Pics;

/// <summary>The pair of 8259A interrupt controllers with its edge/level register.</summary>
/// <remarks>Intel 8259A data sheet (231468); edge/level control as in the 82371 and ICH south bridges.</remarks>
public sealed class PicPair : IInterruptLines, IExternalInterruptController
{
    /// <summary>Command port of the master; the data port follows.</summary>
    public const ushort MasterPort = 0x20;

    /// <summary>Command port of the slave; the data port follows.</summary>
    public const ushort SlavePort = 0xa0;

    /// <summary>Edge/level control register of inputs 0 to 7; that of 8 to 15 follows.</summary>
    public const ushort LevelRegisterPort = 0x4d0;

    /// <summary>Number of inputs, with the one that is not connected.</summary>
    public const int InputCount = 16;

    /// <summary>Input of the master that the slave drives.</summary>
    public const int CascadeInput = 2;

    private const byte FloatingBus = 0xff;
    private const byte MasterFixedEdges = 0x07;
    private const byte SlaveFixedEdges = 0x21;
    private const byte EndOfInterrupt = 0x20;
    private const byte EndOfCascade = 0x60 | CascadeInput;

    private readonly Pic master;
    private readonly Pic slave;
    private readonly PicDefect defect;

    /// <summary>Reserves the pair, not yet initialized.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="defect">A mistake to build in.</param>
    public PicPair(Arena arena, PicDefect defect = default)
    {
        this.defect = defect;
        master = new(arena, isMaster: true, MasterFixedEdges, defect);
        slave = new(arena, isMaster: false, SlaveFixedEdges, defect);
    }

    /// <summary>Output INT of the master, which is the pin INTR of the processor or LINT0 of its local APIC.</summary>
    public bool HasRequest => master.HasRequest;

    /// <inheritdoc/>
    public void Drive(int line, bool isHigh)
    {
        bool isConnected = line != CascadeInput || defect == PicDefect.CascadeInputIsConnected;
        if ((uint)line >= InputCount || !isConnected)
        {
            return;
        }

        if (line < 8)
        {
            master.Drive(line, isHigh);
            return;
        }

        slave.Drive(line - 8, isHigh);
        DriveCascade(hasBeenAcknowledged: false);
    }

    /// <summary>Both INTA cycles of the processor.</summary>
    /// <returns>The vector.</returns>
    public byte Acknowledge()
    {
        BeginAcknowledge();
        return EndAcknowledge();
    }

    /// <summary>The first INTA cycle: the master chooses and freezes its choice.</summary>
    public void BeginAcknowledge() => master.BeginAcknowledge();

    /// <summary>The second INTA cycle: the master, or the slave that it names, gives the vector.</summary>
    /// <returns>The vector; 0xff where the master names a slave that there is not.</returns>
    public byte EndAcknowledge()
    {
        bool isForSlave = master.LeavesVectorToSlave;
        byte vector = master.EndAcknowledge();
        if (!isForSlave)
        {
            return vector;
        }

        if (!slave.AnswersTo(master.AcknowledgedInput))
        {
            return FloatingBus;
        }

        if (defect == PicDefect.SpuriousSlaveSkipsMaster && !slave.HasRequest)
        {
            master.Write(isDataPort: false, EndOfCascade);
        }

        slave.BeginAcknowledge();
        vector = slave.EndAcknowledge();
        DriveCascade(hasBeenAcknowledged: true);
        return vector;
    }

    /// <summary>Reads a port of the pair.</summary>
    /// <param name="port">0x20, 0x21, 0xa0, 0xa1, 0x4d0 or 0x4d1.</param>
    /// <returns>The byte read; 0xff for any other port.</returns>
    public byte ReadPort(ushort port)
    {
        bool isPoll;
        switch (port)
        {
            case MasterPort:
            case MasterPort + 1:
                return master.Read(port != MasterPort, out isPoll);
            case SlavePort:
            case SlavePort + 1:
                byte value = slave.Read(port != SlavePort, out isPoll);
                DriveCascade(isPoll);
                return value;
            case LevelRegisterPort:
                return master.LevelRegister;
            case LevelRegisterPort + 1:
                return slave.LevelRegister;
            default:
                return FloatingBus;
        }
    }

    /// <summary>Writes a port of the pair.</summary>
    /// <param name="port">0x20, 0x21, 0xa0, 0xa1, 0x4d0 or 0x4d1; any other is ignored.</param>
    /// <param name="value">The byte to write.</param>
    public void WritePort(ushort port, byte value)
    {
        switch (port)
        {
            case MasterPort:
            case MasterPort + 1:
                master.Write(port != MasterPort, value);
                break;
            case SlavePort:
            case SlavePort + 1:
                slave.Write(port != SlavePort, value);
                if (defect == PicDefect.SlaveEndReachesMaster && value == EndOfInterrupt)
                {
                    master.Write(isDataPort: false, value);
                }

                break;
            case LevelRegisterPort:
                master.LevelRegister = value;
                break;
            case LevelRegisterPort + 1:
                slave.LevelRegister = value;
                break;
            default:
                return;
        }

        DriveCascade(hasBeenAcknowledged: false);
    }

    // The slave's output falls when it is acknowledged, so what else it has makes a new edge at the master.
    private void DriveCascade(bool hasBeenAcknowledged)
    {
        if (hasBeenAcknowledged && defect != PicDefect.CascadeMissesEdge)
        {
            master.Drive(CascadeInput, isHigh: false);
        }

        bool isHigh = slave.HasRequest;
        if (isHigh || defect != PicDefect.CascadeHoldsRequest)
        {
            master.Drive(CascadeInput, isHigh);
        }
    }
}
