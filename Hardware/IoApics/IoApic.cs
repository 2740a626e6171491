// The I/O APIC: 24 pins, each with a redirection entry that says what message an interrupt becomes. Its registers lie behind an
// index and a window. This file decodes the accesses; what an entry does is in RedirectionTable. The machine connects it to the
// bus and tells it when a message that was refused may be tried again.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.IoApics;

/// <summary>An I/O APIC of version 0x20, or the 82093AA.</summary>
/// <remarks>Intel 82093AA data sheet (290566), 3.0; EOI register as in the ICH south bridges.</remarks>
public sealed unsafe class IoApic : IInterruptLines, IEndOfInterruptListener
{
    /// <summary>Offset of the index register IOREGSEL.</summary>
    public const uint SelectOffset = 0x00;

    /// <summary>Offset of the window IOWIN, which is the register that the index names.</summary>
    public const uint WindowOffset = 0x10;

    /// <summary>Offset of the EOI register, which is only written.</summary>
    public const uint EndOffset = 0x40;

    /// <summary>Number of pins and of redirection entries.</summary>
    public const int EntryCount = 24;

    private const uint IdIndex = 0;
    private const uint VersionIndex = 1;
    private const uint ArbitrationIndex = 2;
    private const uint FirstEntryIndex = 0x10;
    private const uint NothingThere = 0;
    private const uint IndexBits = 0xff;
    private const byte IdBits = 0x0f;
    private const int IdShift = 24;
    private const int LastEntryShift = 16;
    private const uint Version = 0x20;
    private const uint VersionWithoutEnd = 0x11;

    private readonly IoApicState* state;
    private readonly RedirectionTable table;
    private readonly IoApicOptions options;
    private readonly IoApicDefect defect;

    /// <summary>Reserves an I/O APIC with all entries masked. Whoever builds the machine attaches it to the bus.</summary>
    /// <param name="arena">Memory of the machine.</param>
    /// <param name="bus">Where its messages go.</param>
    /// <param name="options">How it is built in.</param>
    /// <param name="defect">A mistake to build in.</param>
    public IoApic(Arena arena, IInterruptBus bus, IoApicOptions options, IoApicDefect defect = default)
    {
        this.options = options;
        this.defect = defect;
        state = arena.ReserveHot<IoApicState>(1);
        table = new(arena, bus, options.PulledUpLines, defect);
    }

    private uint DecodedIndex => defect == IoApicDefect.IndexAliases ? state->Index & 0x3f : state->Index;

    /// <summary>Reads a register of the memory window.</summary>
    /// <param name="offset">Bytes from the base.</param>
    /// <returns>Its value; 0 where there is none.</returns>
    public uint Read(uint offset)
    {
        switch (Decode(offset))
        {
            case SelectOffset:
                return state->Index;
            case WindowOffset:
                return ReadRegister(DecodedIndex);
            case EndOffset when defect == IoApicDefect.EndRegisterIsReadable:
                return Version;
            default:
                return NothingThere;
        }
    }

    /// <summary>Writes a register of the memory window.</summary>
    /// <param name="offset">Bytes from the base; where there is no register nothing happens.</param>
    /// <param name="value">The value to write.</param>
    public void Write(uint offset, uint value)
    {
        switch (Decode(offset))
        {
            case SelectOffset:
                state->Index = defect == IoApicDefect.IndexKeepsReservedBits ? value : value & IndexBits;
                break;
            case WindowOffset:
                WriteRegister(DecodedIndex, value);
                break;
            case EndOffset when options.HasEndRegister || defect == IoApicDefect.EndRegisterInOldVersion:
                EndDirectly(value);
                break;
        }
    }

    /// <inheritdoc/>
    public void Drive(int line, bool isHigh)
    {
        int number = defect == IoApicDefect.LinesWrap ? (line & int.MaxValue) % EntryCount : line;
        if ((uint)number < EntryCount)
        {
            table.Drive(number, isHigh);
        }
    }

    /// <inheritdoc/>
    public void EndOfInterrupt(byte vector) => table.EndOfInterrupt(vector);

    /// <summary>Sends again what was refused, in the order of the pins. The machine calls it when a local APIC may have become
    /// able to accept.</summary>
    public void RetryPending() => table.RetryPending();

    private uint Decode(uint offset) =>
        defect == IoApicDefect.OffsetsAlias ? offset & (WindowOffset | EndOffset) : offset;

    private uint ReadRegister(uint index)
    {
        if (IsOfEntry(index))
        {
            return table.Read(EntryOf(index), IsHighHalf(index));
        }

        switch (index)
        {
            case IdIndex:
                return (uint)state->Id << IdShift;
            case VersionIndex:
                return ReadVersion();
            case ArbitrationIndex:
                return defect == IoApicDefect.ArbitrationIgnoresId ? 0 : (uint)state->Id << IdShift;
            default:
                return defect == IoApicDefect.UnknownIndexReadsOnes ? ~NothingThere : NothingThere;
        }
    }

    private uint ReadVersion()
    {
        uint lastEntry = defect == IoApicDefect.VersionGivesCount ? (uint)EntryCount : EntryCount - 1;
        bool isNew = options.HasEndRegister || defect == IoApicDefect.VersionIsAlwaysNew;
        return (lastEntry << LastEntryShift) | (isNew ? Version : VersionWithoutEnd);
    }

    private void WriteRegister(uint index, uint value)
    {
        if (IsOfEntry(index))
        {
            table.Write(EntryOf(index), IsHighHalf(index), value);
        }
        else if (index == IdIndex || (index <= ArbitrationIndex && defect == IoApicDefect.ReadOnlyRegistersReachId))
        {
            byte id = (byte)(value >> IdShift);
            state->Id = defect == IoApicDefect.IdKeepsReservedBits ? id : (byte)(id & IdBits);
        }
    }

    // An 82093AA decodes nothing here; later ones take the write for a broadcast that only they hear.
    private void EndDirectly(uint value)
    {
        bool isIgnored = defect == IoApicDefect.EndRegisterIgnored
            || (defect == IoApicDefect.EndRegisterNeedsZeros && value > byte.MaxValue);
        if (!isIgnored)
        {
            table.EndOfInterrupt((byte)value);
        }
    }

    private bool IsHighHalf(uint index) => (index & 1) != (defect == IoApicDefect.HalvesAreSwapped ? 1u : 0u);

    private static bool IsOfEntry(uint index) => index - FirstEntryIndex < 2 * EntryCount;

    private static int EntryOf(uint index) => (int)(index - FirstEntryIndex) / 2;
}
