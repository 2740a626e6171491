// An HPET in an arena of its own with a driver's way to program it. Its tick is 10 ns, so that the tests can speak of ticks. Line
// 20 is the one that comparators use where a test does not care.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.Hpets;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>The HPET under test.</summary>
internal sealed class HpetMachine : IDisposable
{
    internal const uint Capabilities = 0x000;
    internal const uint General = 0x010;
    internal const uint Status = 0x020;
    internal const uint CounterOffset = 0x0f0;
    internal const uint Enable = 1;
    internal const uint Legacy = 2;
    internal const uint Level = 0x0002;
    internal const uint On = 0x0004;
    internal const uint Periodic = 0x0008;
    internal const uint ValueSet = 0x0040;
    internal const uint Narrow = 0x0100;
    internal const uint Messages = 0x4000;
    internal const uint Line20 = 20 << 9;
    internal const uint Line21 = 21 << 9;
    internal const ulong TickNanoseconds = 10;

    private readonly Arena arena = new(0);

    internal HpetMachine(HpetDefect defect = default, HpetOptions? options = null)
    {
        Clock = new(arena);
        Events.Clock = Clock;
        Hpet = new(arena, Clock, Events, Events, options ?? new(), defect);
        arena.Seal();
    }

    internal MachineClock Clock { get; }

    internal Hpet Hpet { get; }

    internal HpetRecorder Events { get; } = new();

    internal ulong Counter => Hpet.Read64(CounterOffset);

    /// <summary>Register of 64 bits.</summary>
    internal ulong this[uint offset]
    {
        get => Hpet.Read64(offset);
        set => Hpet.Write64(offset, value);
    }

    public void Dispose() => arena.Dispose();

    internal static uint Configuration(int timer) => 0x100 + ((uint)timer * 0x20);

    internal static uint Comparator(int timer) => Configuration(timer) + 8;

    internal static uint Message(int timer) => Configuration(timer) + 0x10;

    internal void Start() => this[General] = Enable;

    internal void Halt() => this[General] = 0;

    /// <summary>Lets the counter tick.</summary>
    internal void Advance(ulong ticks) => Clock.AdvanceBy(ticks * TickNanoseconds);

    /// <summary>A comparator with its configuration; the counter stays as it is.</summary>
    internal void Set(int timer, uint configuration, ulong comparator)
    {
        this[Configuration(timer)] = configuration;
        this[Comparator(timer)] = comparator;
    }

    /// <summary>A periodic comparator, in the two writes that drivers use.</summary>
    internal void SetPeriodic(int timer, uint configuration, ulong first, ulong period)
    {
        this[Configuration(timer)] = configuration | Periodic | ValueSet;
        this[Comparator(timer)] = first;
        this[Comparator(timer)] = period;
    }
}
