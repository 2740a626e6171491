// An event that user programs hold descriptors of, as opposed to the events inside a server (Core/Events). Three kinds, told
// apart by how the sequence moves: a oneshot event goes from 1 to 2 and stays, a bitset event counts its triggers and remembers
// the last one of each bit, an interrupt object counts interrupts and must be answered. Several operations may await one event.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Descriptors;

namespace Managarm.Perf.Core.KernelObjects;

/// <summary>An event object of the kernel.</summary>
public struct KernelEvent
{
    /// <summary>Bits of a bitset event.</summary>
    public const int BitCount = 32;

    /// <summary>Which kind: OneshotEvent, BitsetEvent or Irq.</summary>
    public DescriptorKind Kind;

    /// <summary>Answer to the last interrupt of an interrupt object.</summary>
    public IrqStatus Status;

    /// <summary>Descriptors, pushes on their way and awaiting operations that keep it alive.</summary>
    public int References;

    /// <summary>Current sequence: what an await that comes too late gets at once.</summary>
    public ulong Sequence;

    /// <summary>First awaiting operation, by index + 1, or 0.</summary>
    public int WaitHead;

    /// <summary>Last awaiting operation, by index + 1, or 0.</summary>
    public int WaitTail;

    /// <summary>Sequence of the last trigger of each bit.</summary>
    public BitTriggers LastTriggers;
}

/// <summary>What has become of the interrupt that an interrupt object reported last.</summary>
public enum IrqStatus : byte
{
    /// <summary>There was none yet, or it has been answered.</summary>
    Answered,

    /// <summary>Reported and not answered.</summary>
    Indefinite,
}

/// <summary>Sequences by bit.</summary>
[InlineArray(KernelEvent.BitCount)]
public struct BitTriggers
{
    private ulong first;
}
