// What became of an exploration. Only Clean is good; each of the others names the check that noticed.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Outcome of an exploration.</summary>
public enum ClientVerdict : byte
{
    /// <summary>Every interleaving passed every check.</summary>
    Clean,

    /// <summary>A history has no legal sequential order.</summary>
    NotLinearizable,

    /// <summary>Two accesses, one of them plain, are not ordered by happens-before.</summary>
    DataRace,

    /// <summary>A thread sleeps and nobody is left to wake it.</summary>
    LostWake,

    /// <summary>An assertion of the primitive failed.</summary>
    Assertion,

    /// <summary>An interleaving exceeded the bound on its length.</summary>
    TooLong,
}

/// <summary>Verdicts in words.</summary>
public static class Verdicts
{
    /// <summary>The name that tables and documents use.</summary>
    public static string NameOf(ClientVerdict verdict) => verdict switch
    {
        ClientVerdict.Clean => "clean",
        ClientVerdict.NotLinearizable => "not linearizable",
        ClientVerdict.DataRace => "data race",
        ClientVerdict.LostWake => "lost wake",
        ClientVerdict.Assertion => "assertion",
        _ => "too long",
    };
}
