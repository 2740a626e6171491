// Profiles say which outcomes are allowed where systems differ: Managarm never restarts a call, Linux and POSIX restart some
// after a handler with SA_RESTART.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>Whose rules the oracle applies.</summary>
public enum Profile : byte
{
    /// <summary>Managarm: EINTR is always returned.</summary>
    Managarm,

    /// <summary>Linux 6.x: SA_RESTART restarts calls of the class ERESTARTSYS.</summary>
    Linux,

    /// <summary>POSIX 2024: SA_RESTART restarts calls unless the standard says otherwise.</summary>
    Posix,
}

/// <summary>The rules of the profiles.</summary>
public static class Profiles
{
    /// <summary>Whether a call restarts after handlers that all had SA_RESTART.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="kind">The call.</param>
    /// <returns>True when it must not return EINTR then.</returns>
    public static bool Restarts(Profile profile, CallKind kind) =>
        profile != Profile.Managarm && kind is (CallKind.Read or CallKind.Write or CallKind.Waitpid);

    /// <summary>Finds a profile by its name on the command line.</summary>
    /// <param name="name">managarm, linux or posix.</param>
    /// <param name="profile">The profile.</param>
    /// <returns>False for any other name.</returns>
    public static bool TryParse(string name, out Profile profile)
    {
        profile = name switch
        {
            "linux" => Profile.Linux,
            "posix" => Profile.Posix,
            _ => Profile.Managarm,
        };
        return name is "managarm" or "linux" or "posix";
    }

    /// <summary>Name of a profile on the command line.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>A lower-case word.</returns>
    public static string NameOf(Profile profile) => profile switch
    {
        Profile.Linux => "linux",
        Profile.Posix => "posix",
        _ => "managarm",
    };
}
