// Profiles say which outcomes are allowed where systems differ: rows printed in docs/invariants.md. Managarm never restarts a
// call. Linux restarts the class ERESTARTSYS after a handler with SA_RESTART, but no call that only waits for a signal or for a
// time. POSIX leaves it open for poll, and whether a standard signal that is pending is queued again. What Managarm has not
// (SIGPIPE, writes that wait for all their room) its profile does not demand, and does not forbid.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Servers.Oracle;

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

/// <summary>What becomes of a call after handlers that all had SA_RESTART.</summary>
public enum RestartRule : byte
{
    /// <summary>No signal ends the call, so it may never return EINTR.</summary>
    Uninterruptible,

    /// <summary>It returns EINTR, whatever the flags of the handlers.</summary>
    Never,

    /// <summary>It may do either.</summary>
    May,

    /// <summary>It starts over; EINTR is wrong.</summary>
    Must,
}

/// <summary>What becomes of a signal that is sent while it is pending.</summary>
public enum MergeRule : byte
{
    /// <summary>Each instance is delivered.</summary>
    Never,

    /// <summary>One delivery may stand for several.</summary>
    May,

    /// <summary>One delivery stands for all.</summary>
    Must,
}

/// <summary>The rules of the profiles.</summary>
public static class Profiles
{
    /// <summary>The row of a class of call.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="kind">The call.</param>
    /// <returns>What happens after handlers that all had SA_RESTART; without the flag it is EINTR everywhere.</returns>
    public static RestartRule RuleOf(Profile profile, CallKind kind) => (kind, profile) switch
    {
        (_, _) when !CallTable.Of(kind).IsInterruptible => RestartRule.Uninterruptible,
        (_, Profile.Managarm) => RestartRule.Never,
        (CallKind.Read or CallKind.Write or CallKind.Waitpid, _) => RestartRule.Must,
        (CallKind.Poll, Profile.Posix) => RestartRule.May,
        _ => RestartRule.Never,
    };

    /// <summary>Whether a call restarts after handlers that all had SA_RESTART.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="kind">The call.</param>
    /// <returns>True when it must not return EINTR then.</returns>
    public static bool Restarts(Profile profile, CallKind kind) => RuleOf(profile, kind) == RestartRule.Must;

    /// <summary>Whether a signal that is sent while it is pending is queued again. Real-time signals always are (signal(7),
    /// POSIX 2024, 2.4.1); of standard ones Managarm queues each (process.cpp, SignalQueue), Linux none (kernel/signal.c,
    /// legacy_queue).</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="signal">Table index.</param>
    /// <returns>The rule.</returns>
    public static MergeRule MergeRuleOf(Profile profile, int signal) => profile switch
    {
        Profile.Managarm => MergeRule.Never,
        Profile.Linux => SignalTable.IsQueued(SignalTable.NumberAt(signal)) ? MergeRule.Never : MergeRule.Must,
        _ => MergeRule.May,
    };

    /// <summary>Whether a write may return before all its bytes have found room although no handler ran and somebody reads
    /// (managarm d15dd1cc6, fifo.cpp, writeAll).</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>True where it may.</returns>
    public static bool AllowsEarlyWrite(Profile profile) => profile == Profile.Managarm;

    /// <summary>Whether a write to a pipe without readers must send its thread SIGPIPE (POSIX 2024, write; managarm d15dd1cc6,
    /// fifo.cpp, writeAll, which says that it is missing).</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>True where it must.</returns>
    public static bool DemandsBrokenPipeSignal(Profile profile) => profile != Profile.Managarm;

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
