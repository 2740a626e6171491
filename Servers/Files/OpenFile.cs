// Open files and what is behind them. A pipe end belongs to the POSIX server, a device to an external file server; both are
// served on a passthrough lane, so user code reads them alike. Bytes are positions in a stream: the ring itself needs no
// content.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Servers.Files;

/// <summary>An open file, shared by all descriptors that were inherited from one another.</summary>
public struct OpenFile
{
    /// <summary>Pipe end or device.</summary>
    public ResourceKind Kind;

    /// <summary>File table entries that refer to it; at 0 the file is closed.</summary>
    public int References;

    /// <summary>Requests that are using it; a closed file lives on until they are done.</summary>
    public int InFlight;

    /// <summary>The pipe, for pipe ends.</summary>
    public Handle<Pipe> Pipe;

    /// <summary>The device, for devices.</summary>
    public Handle<Device> Device;

    /// <summary>Client end of the passthrough lane; one reference belongs to the file.</summary>
    public Handle<Lane> ClientLane;
}

/// <summary>A pipe (posix/subsystem/src/fifo.cpp, Channel).</summary>
public struct Pipe
{
    /// <summary>Bytes read so far: position of the next byte to read.</summary>
    public uint Head;

    /// <summary>Bytes written so far.</summary>
    public uint Tail;

    /// <summary>Bytes that fit.</summary>
    public uint CapacityBytes;

    /// <summary>Bytes that the next write loses to reads which were cancelled; only a planted defect makes it more than
    /// 0.</summary>
    public uint StolenBytes;

    /// <summary>Open read ends.</summary>
    public int Readers;

    /// <summary>Open write ends.</summary>
    public int Writers;

    /// <summary>Rings when content or ends change.</summary>
    public Bell StatusBell;

    /// <summary>Number of the stream in the ledger.</summary>
    public int Stream;

    /// <summary>Resource of the scenario that names its read end.</summary>
    public int Resource;
}

/// <summary>A device of an external file server: input comes by interrupt, output is swallowed.</summary>
public struct Device
{
    /// <summary>Bytes read so far.</summary>
    public uint Head;

    /// <summary>Bytes that the driver has taken from the hardware so far.</summary>
    public uint Tail;

    /// <summary>Bytes that the hardware has and the driver has not seen.</summary>
    public uint PendingBytes;

    /// <summary>Rings when the line is raised.</summary>
    public Bell InterruptBell;

    /// <summary>Rings when there is input.</summary>
    public Bell StatusBell;

    /// <summary>Number of the stream in the ledger.</summary>
    public int Stream;

    /// <summary>Resource of the scenario that names it.</summary>
    public int Resource;

    /// <summary>Server that drives it.</summary>
    public byte Server;

    /// <summary>How its server treats reads.</summary>
    public FileBehaviour Behaviour;

    /// <summary>Whether its server has died.</summary>
    public bool IsGone;

    /// <summary>Serial port that it is, by number + 1, or 0 for hardware without interrupts.</summary>
    public byte Port;

    /// <summary>Streams: the read to which all input goes until it is done, or 0.</summary>
    public uint Reader;

    /// <summary>Streams: number given to a read last.</summary>
    public uint LastReader;
}
