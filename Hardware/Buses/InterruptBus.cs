// The bus that carries interrupt messages from I/O APICs, devices and local APICs to local APICs, and the end of
// level-triggered interrupts back. A message is delivered in the step that sends it, to its receivers in the order of their
// attachment. Lowest priority goes to the receiver with the least arbitration priority; among equals the one that was attached
// first wins, always, where silicon turns round: a rule that remembers nothing is the one that a test can predict.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.LocalApics;

namespace Managarm.Perf.Hardware.Buses;

/// <summary>The interrupt message bus of a machine.</summary>
/// <remarks>Intel SDM volume 3A, 11.6.2 (destinations), 11.6.2.4 (lowest priority), 11.8.5 (end of interrupt).</remarks>
public sealed class InterruptBus : IInterruptBus
{
    /// <summary>Greatest number of local APICs.</summary>
    public const int MaxLocalApics = 8;

    /// <summary>Greatest number of listeners for the end of interrupts.</summary>
    public const int MaxListeners = 8;

    /// <summary>Destination that means everyone: 0xff of an xAPIC or a device is widened to it by the sender.</summary>
    public const uint Broadcast = uint.MaxValue;

    private const uint ByteBroadcast = 0xff;

    private readonly LocalApic[] localApics = new LocalApic[MaxLocalApics];
    private readonly IEndOfInterruptListener[] listeners = new IEndOfInterruptListener[MaxListeners];
    private readonly InterruptBusDefect defect;
    private int listenerCount;

    /// <summary>Builds a bus with nobody on it. It has no state of its own.</summary>
    /// <param name="defect">A mistake to build in.</param>
    public InterruptBus(InterruptBusDefect defect = default) => this.defect = defect;

    /// <summary>Number of local APICs on the bus.</summary>
    public int LocalApicCount { get; private set; }

    /// <summary>A local APIC by the order of attachment.</summary>
    /// <param name="index">Index below <see cref="LocalApicCount"/>.</param>
    public LocalApic this[int index] => localApics[index];

    /// <summary>Attaches a local APIC; its constructor does so.</summary>
    /// <param name="localApic">The local APIC.</param>
    public void Attach(LocalApic localApic)
    {
        Verify.That(LocalApicCount < MaxLocalApics, "too many local APICs");
        localApics[LocalApicCount++] = localApic;
    }

    /// <summary>Attaches a listener for the end of interrupts; only while the machine is built.</summary>
    /// <param name="listener">The listener, commonly an I/O APIC.</param>
    public void Attach(IEndOfInterruptListener listener)
    {
        Verify.That(listenerCount < MaxListeners, "too many listeners");
        listeners[listenerCount++] = listener;
    }

    /// <summary>Delivers the message of an I/O APIC or of a device. Its destination has eight bits, and 0xff means
    /// everyone.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether some local APIC accepted it.</returns>
    public bool Send(in InterruptMessage message)
    {
        bool isForProcessors = message.Mode is DeliveryMode.Reserved or DeliveryMode.StartUp;
        if (isForProcessors && defect != InterruptBusDefect.DeviceMayStartUp)
        {
            return false;
        }

        bool isBroadcast = message.Destination == ByteBroadcast && defect != InterruptBusDefect.DeviceCannotBroadcast;
        uint destination = isBroadcast ? Broadcast : message.Destination;
        return Deliver(message with { Destination = destination }, null, DestinationShorthand.None);
    }

    /// <inheritdoc/>
    public void BroadcastEndOfInterrupt(byte vector)
    {
        int count = defect == InterruptBusDefect.EndReachesFirstListener ? Math.Min(listenerCount, 1) : listenerCount;
        for (int index = 0; index < count; index++)
        {
            listeners[index].EndOfInterrupt(vector);
        }
    }

    /// <summary>Delivers an interprocessor interrupt.</summary>
    /// <param name="message">The message; a broadcast has <see cref="Broadcast"/> as its destination.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="shorthand">Receivers by their relation to the sender.</param>
    /// <returns>Whether some local APIC accepted it.</returns>
    internal bool Deliver(in InterruptMessage message, LocalApic? sender, DestinationShorthand shorthand)
    {
        if (message.Mode == DeliveryMode.LowestPriority && defect != InterruptBusDefect.LowestPriorityGoesToAll)
        {
            LocalApic? winner = Arbitrate(message, sender, shorthand);
            return winner is not null && winner.Accept(message);
        }

        bool isAccepted = defect == InterruptBusDefect.AlwaysAccepted;
        for (int index = 0; index < LocalApicCount; index++)
        {
            LocalApic receiver = localApics[index];
            if (IsReceiver(receiver, message, sender, shorthand))
            {
                isAccepted |= receiver.Accept(message);
                if (defect == InterruptBusDefect.FirstReceiverOnly)
                {
                    break;
                }
            }
        }

        return isAccepted;
    }

    private LocalApic? Arbitrate(in InterruptMessage message, LocalApic? sender, DestinationShorthand shorthand)
    {
        LocalApic? best = null;
        for (int index = 0; index < LocalApicCount; index++)
        {
            LocalApic candidate = localApics[index];
            bool canAccept = candidate.IsSoftwareEnabled || defect == InterruptBusDefect.DisabledArbitrates;
            if (canAccept && IsReceiver(candidate, message, sender, shorthand) && IsBetter(candidate, best))
            {
                best = candidate;
            }
        }

        return best;
    }

    private bool IsBetter(LocalApic candidate, LocalApic? best)
    {
        if (best is null)
        {
            return true;
        }

        return defect switch
        {
            InterruptBusDefect.LowestPriorityGoesToFirst => false,
            InterruptBusDefect.TieGoesToLast => candidate.ArbitrationPriority <= best.ArbitrationPriority,
            _ => candidate.ArbitrationPriority < best.ArbitrationPriority,
        };
    }

    private bool IsReceiver(LocalApic receiver, in InterruptMessage message, LocalApic? sender, DestinationShorthand shorthand)
    {
        if (!receiver.IsEnabled && defect != InterruptBusDefect.DisabledReceives)
        {
            return false;
        }

        bool isSelf = ReferenceEquals(receiver, sender);
        return shorthand switch
        {
            DestinationShorthand.Self => isSelf && defect != InterruptBusDefect.SelfReachesNobody,
            DestinationShorthand.AllIncludingSelf => !isSelf || defect != InterruptBusDefect.AllLeavesSelfOut,
            DestinationShorthand.AllExcludingSelf => !isSelf || defect == InterruptBusDefect.OthersIncludeSelf,
            _ => receiver.IsAddressedBy(message),
        };
    }
}
