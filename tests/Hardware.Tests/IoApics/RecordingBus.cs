// A bus without local APICs: it keeps the messages that it accepts, in order, and refuses them while it is told to.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Bus that shows what was sent.</summary>
internal sealed class RecordingBus : IInterruptBus
{
    private const int RefusesAll = 0xff;

    private readonly List<InterruptMessage> accepted = new(4096);

    /// <summary>Whether messages are accepted.</summary>
    internal bool Accepts
    {
        set => RefusedVectors = value ? 0 : RefusesAll;
    }

    /// <summary>Bit n is set while vectors whose lowest bits are n are refused.</summary>
    internal int RefusedVectors { get; set; }

    /// <summary>Messages that were accepted.</summary>
    internal IReadOnlyList<InterruptMessage> Accepted => accepted;

    public bool Send(in InterruptMessage message)
    {
        bool isAccepted = !Refuses(message.Vector);
        if (isAccepted)
        {
            accepted.Add(message);
        }

        return isAccepted;
    }

    internal bool Refuses(byte vector) => ((RefusedVectors >> (vector & 7)) & 1) != 0;

    public void BroadcastEndOfInterrupt(byte vector) => Assert.Fail("An I/O APIC broadcasts no end.");

    internal void Clear() => accepted.Clear();
}
