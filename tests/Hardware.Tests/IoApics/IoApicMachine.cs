// An I/O APIC in an arena of its own with a bus that shows its messages, and the accesses that the tests make to it. They go
// through index and window, as a driver makes them.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.IoApics;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>The I/O APIC under test.</summary>
internal sealed class IoApicMachine : IDisposable
{
    internal const uint IdIndex = 0;
    internal const uint VersionIndex = 1;
    internal const uint ArbitrationIndex = 2;
    internal const uint FirstEntry = 0x10;

    internal const uint Lowest = 0x100;
    internal const uint Logical = 0x800;
    internal const uint Pending = 0x1000;
    internal const uint ActiveLow = 0x2000;
    internal const uint RemoteIrr = 0x4000;
    internal const uint Level = 0x8000;
    internal const uint Masked = 0x1_0000;

    private readonly Arena arena = new(0);

    internal IoApicMachine(IoApicDefect defect, bool hasEndRegister = true, uint pulledUpLines = 0)
    {
        Apic = new(arena, Bus, new IoApicOptions { HasEndRegister = hasEndRegister, PulledUpLines = pulledUpLines }, defect);
        arena.Seal();
    }

    internal IoApic Apic { get; }

    internal RecordingBus Bus { get; } = new();

    /// <summary>Number of messages that were accepted.</summary>
    internal int SentCount => Bus.Accepted.Count;

    public void Dispose() => arena.Dispose();

    internal void PowerOff() => arena.Reset();

    internal uint Read(uint index)
    {
        Apic.Write(IoApic.SelectOffset, index);
        return Apic.Read(IoApic.WindowOffset);
    }

    internal void Write(uint index, uint value)
    {
        Apic.Write(IoApic.SelectOffset, index);
        Apic.Write(IoApic.WindowOffset, value);
    }

    internal uint ReadLow(int entry) => Read(LowIndex(entry));

    internal uint ReadHigh(int entry) => Read(LowIndex(entry) + 1);

    internal void WriteLow(int entry, uint value) => Write(LowIndex(entry), value);

    internal void WriteHigh(int entry, uint value) => Write(LowIndex(entry) + 1, value);

    internal bool Has(int entry, uint bit) => (ReadLow(entry) & bit) != 0;

    internal void Raise(params ReadOnlySpan<int> lines) => DriveAll(lines, isHigh: true);

    internal void Lower(params ReadOnlySpan<int> lines) => DriveAll(lines, isHigh: false);

    internal void Pulse(int line)
    {
        Raise(line);
        Lower(line);
    }

    internal void End(byte vector) => Apic.EndOfInterrupt(vector);

    internal void EndDirectly(uint vector) => Apic.Write(IoApic.EndOffset, vector);

    /// <summary>Lets the local APICs accept, and the I/O APIC try again.</summary>
    internal void AcceptAgain()
    {
        Bus.Accepts = true;
        Apic.RetryPending();
    }

    /// <summary>The message that was accepted last.</summary>
    internal InterruptMessage Last()
    {
        Assert.NotEmpty(Bus.Accepted);
        return Bus.Accepted[^1];
    }

    private static uint LowIndex(int entry) => FirstEntry + (2 * (uint)entry);

    private void DriveAll(ReadOnlySpan<int> lines, bool isHigh)
    {
        foreach (int line in lines)
        {
            Apic.Drive(line, isHigh);
        }
    }
}
