// A processor with devices that share vectors. Each device holds its line until its handler was there. Of equal vectors the
// local APIC remembers one, and a handler serves one device at a time, so what is left over is found only if the I/O APIC sends
// it again.

using Managarm.Perf.Hardware.Buses;
using static Managarm.Perf.Hardware.Tests.IoApics.IoApicMachine;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Devices with levels, and the processor that serves them.</summary>
internal sealed class SlowProcessor
{
    internal const int DeviceCount = 6;

    private const int VectorCount = 3;
    private const byte FirstVector = 0x40;

    private readonly IoApicMachine machine;
    private readonly SortedSet<byte> pendingVectors = [];
    private readonly SortedSet<int> asking = [];

    internal SlowProcessor(IoApicMachine machine)
    {
        this.machine = machine;
        UnmaskAll();
    }

    /// <summary>Whether some device waits for its handler.</summary>
    internal bool IsAsked => asking.Count > 0;

    internal static uint EntryOf(int device) => Level | (device % 2 == 0 ? 0 : Lowest) | VectorOf(device);

    /// <summary>A step of a random program.</summary>
    internal void Live(int step)
    {
        int device = (step >> 4) % DeviceCount;
        switch (step & 0xf)
        {
            case 0 or 1 or 2 or 3 or 4:
                asking.Add(device);
                machine.Raise(device);
                break;
            case 5:
                machine.WriteLow(device, EntryOf(device) | Masked);
                break;
            case 6:
                machine.WriteLow(device, EntryOf(device));
                break;
            case 7:
                machine.Bus.Accepts = false;
                break;
            case 8:
                machine.AcceptAgain();
                break;
            default:
                Handle(releasesFirst: (step & 1) != 0);
                break;
        }

        Accept();
    }

    /// <summary>Lets everything be served that the I/O APIC knows of.</summary>
    internal void Finish()
    {
        machine.AcceptAgain();
        UnmaskAll();
        Accept();
        while (pendingVectors.Count > 0)
        {
            Handle(releasesFirst: true);
            Accept();
        }
    }

    private void UnmaskAll()
    {
        for (int device = 0; device < DeviceCount; device++)
        {
            if (machine.Has(device, Masked))
            {
                machine.WriteLow(device, EntryOf(device));
            }
        }
    }

    private void Accept()
    {
        foreach (InterruptMessage message in machine.Bus.Accepted)
        {
            pendingVectors.Add(message.Vector);
        }

        machine.Bus.Clear();
    }

    private void Handle(bool releasesFirst)
    {
        if (pendingVectors.Count == 0)
        {
            return;
        }

        byte vector = pendingVectors.Min;
        pendingVectors.Remove(vector);
        if (!releasesFirst)
        {
            machine.End(vector);
        }

        int device = asking.FirstOrDefault(device => VectorOf(device) == vector, -1);
        asking.Remove(device);
        machine.Lower(device);
        if (releasesFirst)
        {
            machine.End(vector);
        }
    }

    private static byte VectorOf(int device) => (byte)(FirstVector + (device % VectorCount));
}
