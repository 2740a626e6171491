// A pair of 8259A in an arena of its own, initialized as a PC initializes it, and the words that the tests write to it.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Pics;

namespace Managarm.Perf.Hardware.Tests.Pics;

/// <summary>The pair under test. Vectors of the master begin at 0x30, of the slave at 0x38.</summary>
internal sealed class PicMachine : IDisposable
{
    internal const byte MasterBase = 0x30;
    internal const byte SlaveBase = 0x38;
    internal const ushort Master = PicPair.MasterPort;
    internal const ushort Slave = PicPair.SlavePort;
    internal const byte EndNonSpecific = 0x20;
    internal const byte EndSpecific = 0x60;

    private readonly Arena arena = new(0);

    internal PicMachine(PicDefect defect, byte masterModes = 0x01, byte slaveModes = 0x01, byte firstWord = 0x11)
    {
        Pair = new(arena, defect);
        arena.Seal();
        InitializeMaster(masterModes, firstWord);
        InitializeSlave(slaveModes, firstWord);
    }

    internal PicPair Pair { get; }

    internal bool HasRequest => Pair.HasRequest;

    public void Dispose() => arena.Dispose();

    internal void InitializeMaster(byte modes = 0x01, byte firstWord = 0x11, byte cascade = 0x04) =>
        Initialize(Master, firstWord, MasterBase, cascade, modes);

    internal void InitializeSlave(byte modes = 0x01, byte firstWord = 0x11, byte address = 0x02) =>
        Initialize(Slave, firstWord, SlaveBase, address, modes);

    /// <summary>Power-on state, without any initialization word.</summary>
    internal void PowerOff() => arena.Reset();

    internal void Command(ushort port, params ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            Pair.WritePort(port, (byte)value);
        }
    }

    internal void Data(ushort port, params ReadOnlySpan<int> values) => Command((ushort)(port + 1), values);

    internal byte ReadMask(ushort port) => Pair.ReadPort((ushort)(port + 1));

    internal byte ReadRequests(ushort port)
    {
        Command(port, 0x0a);
        return Pair.ReadPort(port);
    }

    internal byte ReadService(ushort port)
    {
        Command(port, 0x0b);
        return Pair.ReadPort(port);
    }

    internal byte Poll(ushort port)
    {
        Command(port, 0x0c);
        return Pair.ReadPort(port);
    }

    internal void Raise(params ReadOnlySpan<int> lines) => DriveAll(lines, isHigh: true);

    internal void Lower(params ReadOnlySpan<int> lines) => DriveAll(lines, isHigh: false);

    internal void Pulse(int line)
    {
        Lower(line);
        Raise(line);
    }

    /// <summary>The device line that the acknowledged vector stands for.</summary>
    internal int Acknowledge() => Pair.Acknowledge() - MasterBase;

    private void Initialize(ushort port, params ReadOnlySpan<int> words)
    {
        Command(port, words[0]);
        Data(port, words[1..]);
    }

    private void DriveAll(ReadOnlySpan<int> lines, bool isHigh)
    {
        foreach (int line in lines)
        {
            Pair.Drive(line, isHigh);
        }
    }
}
