// What the holder of a descriptor may do with the object (hel.h, kHelRight*; checked since 2026). Only the rights that an
// object of this model asks for are listed; the numbers are hel's.

namespace Managarm.Perf.Core.Descriptors;

/// <summary>Rights of a descriptor.</summary>
[Flags]
public enum HelRights : uint
{
    /// <summary>Nothing but to hold it.</summary>
    None = 0,

    /// <summary>Lane: exchange messages. Queue: drive, together with <see cref="Wait"/>.</summary>
    Invoke = 1u << 5,

    /// <summary>Queue: drive. Event, interrupt object: await. Thread: observe.</summary>
    Wait = 1u << 11,

    /// <summary>Queue: alert. Event: raise. Interrupt object: acknowledge. Thread: interrupt.</summary>
    Signal = 1u << 12,

    /// <summary>Lane: shut down. Thread: resume and kill.</summary>
    Manage = 1u << 13,

    /// <summary>All rights that the objects of this model know.</summary>
    All = Invoke | Wait | Signal | Manage,
}
