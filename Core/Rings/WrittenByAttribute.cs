// Says in the code, and not only in a comment, which side of a ring writes a field. The tests of the layout read it: fields of
// different sides may not share a pair of cache lines. Only structures that host threads share carry it, since only there does
// a shared line cost anything.

namespace Managarm.Perf.Core.Rings;

/// <summary>The sides that write a field which host threads share.</summary>
/// <param name="sides">One side; several only where a slot changes hands as a whole or by compare-exchange.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WrittenByAttribute(RingSides sides) : Attribute
{
    /// <summary>Who writes.</summary>
    public RingSides Sides { get; } = sides;
}

/// <summary>The two ends of a ring.</summary>
[Flags]
public enum RingSides
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>Whoever claims and publishes; several threads where the ring has several producers.</summary>
    Producer = 1,

    /// <summary>The one thread that peeks and releases.</summary>
    Consumer = 2,
}
