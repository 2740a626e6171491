// Mistakes that can be built into the interrupt bus, one for each rule of routing that is checked. They show that the checks
// would notice; each changes one line of the bus.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>A mistake in the interrupt bus.</summary>
public enum InterruptBusDefect : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The shorthand for the sender reaches nobody.</summary>
    SelfReachesNobody,

    /// <summary>All including self leaves the sender out.</summary>
    AllLeavesSelfOut,

    /// <summary>All excluding self includes the sender.</summary>
    OthersIncludeSelf,

    /// <summary>A local APIC that is disabled receives messages.</summary>
    DisabledReceives,

    /// <summary>A message with several receivers reaches the first only.</summary>
    FirstReceiverOnly,

    /// <summary>Lowest priority goes to all that are addressed.</summary>
    LowestPriorityGoesToAll,

    /// <summary>Lowest priority goes to the first that is addressed.</summary>
    LowestPriorityGoesToFirst,

    /// <summary>Of equal priorities the last takes the interrupt.</summary>
    TieGoesToLast,

    /// <summary>A receiver that is disabled takes part in the arbitration.</summary>
    DisabledArbitrates,

    /// <summary>The destination 0xff of a device is an ordinary id.</summary>
    DeviceCannotBroadcast,

    /// <summary>Devices may send start-up messages.</summary>
    DeviceMayStartUp,

    /// <summary>Only the first listener hears of the end of an interrupt.</summary>
    EndReachesFirstListener,

    /// <summary>Send always tells that somebody accepted.</summary>
    AlwaysAccepted,
}
