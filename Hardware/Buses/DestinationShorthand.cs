// The destination shorthand of an interrupt command spares the sender the destination field. The bus knows who "self" is, so
// it resolves the shorthand, and the receivers never see one.

namespace Managarm.Perf.Hardware.Buses;

/// <summary>Receivers of an interprocessor interrupt by their relation to the sender.</summary>
/// <remarks>Intel SDM volume 3A, 11.6.1, bits 19:18 of the interrupt command register.</remarks>
public enum DestinationShorthand : byte
{
    /// <summary>Those in the destination field.</summary>
    None = 0,

    /// <summary>The sender.</summary>
    Self = 1,

    /// <summary>All.</summary>
    AllIncludingSelf = 2,

    /// <summary>All but the sender.</summary>
    AllExcludingSelf = 3,
}
