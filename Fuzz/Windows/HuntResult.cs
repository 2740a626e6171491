// What a hunt says about one window. Seeds that have not found it within the bound are counted as such and stand behind all
// others: a median or a worst that is one of them is only known to be more than the bound.

namespace Managarm.Perf.Fuzz;

/// <summary>Result of a hunt for one window.</summary>
/// <param name="Window">The window.</param>
/// <param name="Replay">What its own schedule shows.</param>
/// <param name="Attempts">One per seed.</param>
/// <param name="Bound">Runs per seed at most.</param>
public sealed record HuntResult(
    KnownWindow Window, WindowReplay Replay, IReadOnlyList<HuntAttempt> Attempts, ulong Bound)
{
    /// <summary>Seeds that found it.</summary>
    public int Found => Attempts.Count(each => each.IsFound);

    /// <summary>Runs within which at least half of the seeds found it; null when fewer have.</summary>
    public ulong? Median => At((Attempts.Count - 1) / 2);

    /// <summary>Runs within which all seeds found it; null when one has not.</summary>
    public ulong? Worst => At(Attempts.Count - 1);

    /// <summary>All runs.</summary>
    public ulong Runs => (ulong)Attempts.Sum(each => (long)each.Runs);

    /// <summary>Runs with another violation than the file's, and than those that it expects besides.</summary>
    public ulong OtherViolations => (ulong)Attempts.Sum(each => (long)each.OtherViolations);

    /// <summary>Runs that noted what a run through the window notes.</summary>
    public ulong RunsInWindow => (ulong)Attempts.Sum(each => (long)each.RunsInWindow);

    /// <summary>How the window differs from what its file says; empty when it does not. That chance does not find a window is
    /// no difference: its schedule line has shown it.</summary>
    public string Mismatch => !Replay.IsAsSaid ? Replay.Mismatch
        : Window.IsBenign && OtherViolations > 0 ? $"its file says benign, {OtherViolations} of {Runs} runs violate something"
        : "";

    private ulong? At(int rank)
    {
        ulong[] found = [.. Attempts.Where(each => each.IsFound).Select(each => each.Runs).Order()];
        return rank < found.Length ? found[rank] : null;
    }
}
