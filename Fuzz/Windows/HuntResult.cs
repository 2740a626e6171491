// What a hunt says about one window: what its own schedule shows, what the seeds took, and whether the window is as its file
// says.

namespace Managarm.Perf.Fuzz;

/// <summary>Result of a hunt for one window.</summary>
/// <param name="Window">The window.</param>
/// <param name="Replay">What its own schedule shows.</param>
/// <param name="Tally">What the seeds took.</param>
public sealed record HuntResult(KnownWindow Window, WindowReplay Replay, HuntTally Tally)
{
    /// <summary>Runs with another violation than the file's, and than those that it expects besides.</summary>
    public ulong OtherViolations => (ulong)Tally.Attempts.Sum(each => (long)each.OtherViolations);

    /// <summary>Runs that noted what a run through the window notes.</summary>
    public ulong RunsInWindow => (ulong)Tally.Attempts.Sum(each => (long)each.RunsInWindow);

    /// <summary>How the window differs from what its file says; empty when it does not. That chance does not find a window is
    /// no difference: its schedule line has shown it.</summary>
    public string Mismatch => !Replay.IsAsSaid ? Replay.Mismatch
        : Window.IsBenign && OtherViolations > 0
            ? $"its file says benign, {OtherViolations} of {Tally.Runs} runs violate something"
            : "";
}
