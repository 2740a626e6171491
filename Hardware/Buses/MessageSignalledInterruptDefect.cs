// Mistakes that can be built into the decoding of message-signalled interrupts, one for each rule that is checked. They show
// that the checks would notice.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>A mistake in the decoding of a message-signalled interrupt.</summary>
public enum MessageSignalledInterruptDefect : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Addresses above four gigabytes alias the megabyte.</summary>
    IgnoresHighAddress,

    /// <summary>The redirection hint has no effect.</summary>
    IgnoresHint,

    /// <summary>Every destination is taken as a physical one.</summary>
    IgnoresLogical,

    /// <summary>The destination is taken from bits 20 to 13.</summary>
    DestinationIsShifted,

    /// <summary>The delivery mode is always fixed.</summary>
    ModeIsFixed,

    /// <summary>The trigger mode has no effect.</summary>
    AlwaysEdge,

    /// <summary>A level that is taken back counts as a request.</summary>
    IgnoresDeassert,
}
