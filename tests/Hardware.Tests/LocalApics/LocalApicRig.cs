// Some processors' local APICs on a bus, with a listener for the end of interrupts and a controller outside. Rules use it as a
// driver would, through registers, messages and pins; by default software has enabled every local APIC.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.LocalApics;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.Tests.LocalApics;

/// <summary>A machine of local APICs only.</summary>
internal sealed class LocalApicRig : IEndOfInterruptListener, IExternalInterruptController, IDisposable
{
    internal const uint Enabled = 0x1ff;
    internal const uint Masked = 1 << 16;
    internal const uint Level = 1 << 15;
    internal const uint Assert = 1 << 14;
    internal const uint ActiveLow = 1 << 13;
    internal const uint Logical = 1 << 11;
    internal const uint Nmi = 4 << 8;
    internal const uint Init = 5 << 8;
    internal const uint StartUp = 6 << 8;
    internal const uint External = 7 << 8;
    internal const ulong ExtendedMode = 0xc00;
    internal const ulong EnabledMode = 0x800;

    private readonly Arena arena = new(0);
    private readonly List<LocalApic> apics = [];

    internal LocalApicRig(
        LocalApicDefect defect = default,
        int count = 2,
        InterruptBusDefect busDefect = default,
        LocalApicOptions? options = null,
        TimeStampCounterDefect counterDefect = default,
        Func<int, uint>? idOf = null)
    {
        Clock = new(arena);
        Bus = new(busDefect);
        Bus.Attach(this);
        Counter = new(arena, Clock, new TimeStampCounterOptions { Frequency = new(1_000_000_000) }, counterDefect);
        for (int index = 0; index < count; index++)
        {
            LocalApicOptions own = (options ?? new LocalApicOptions()) with
            {
                Id = idOf is null ? (uint)index : idOf(index),
                IsBootProcessor = index == 0,
            };
            apics.Add(new(arena, Clock, Bus, Counter, own, defect));
            apics[index].Connect(this);
            apics[index].Write(LocalApicRegister.SpuriousVector, Enabled);
        }

        arena.Seal();
    }

    public bool HasRequest { get; set; }

    internal MachineClock Clock { get; }

    internal InterruptBus Bus { get; }

    internal TimeStampCounter Counter { get; }

    internal List<byte> Ends { get; } = [];

    internal LocalApic First => apics[0];

    internal LocalApic Second => apics[1];

    internal LocalApic this[int index] => apics[index];

    public byte Acknowledge()
    {
        HasRequest = false;
        return 0x08;
    }

    public void EndOfInterrupt(byte vector) => Ends.Add(vector);

    public void Dispose() => arena.Dispose();

    internal void Rewind() => arena.Reset();

    /// <summary>Sends a vector from a device to an id.</summary>
    internal bool SendFixed(byte vector, uint destination = 0, bool isLevel = false, bool isAsserted = true) =>
        Bus.Send(new(vector, DeliveryMode.Fixed, false, destination, isLevel, isAsserted));

    internal bool Send(DeliveryMode mode, byte vector = 0, uint destination = 0, bool isLogical = false) =>
        Bus.Send(new(vector, mode, isLogical, destination, false));
}
