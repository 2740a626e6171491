// How hard a window is to find by chance: for each seed, the number of drawn schedules of its scenario until the violation
// appears, its schedule line left out. A window without harm is searched just as long and must stay clean. Windows and seeds
// are independent of each other, and each result has its place, so the outcome is the same for any number of jobs.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>Hunts for known windows.</summary>
public sealed class WindowHunt
{
    private readonly IReadOnlyList<KnownWindow> windows;
    private readonly HuntOptions options;
    private readonly HuntAttempt[] attempts;
    private int begun;
    private readonly CancellationToken stop;

    private WindowHunt(IReadOnlyList<KnownWindow> windows, HuntOptions options, CancellationToken stop)
    {
        this.windows = windows;
        this.options = options;
        this.stop = stop;
        attempts = new HuntAttempt[windows.Count * options.Seeds];
    }

    /// <summary>Hunts.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="options">Settings.</param>
    /// <param name="stop">Ends the hunt early.</param>
    /// <param name="progress">Given what tells how far the hunt is.</param>
    /// <returns>A result per window, in their order; none when the hunt was ended early.</returns>
    public static IReadOnlyList<HuntResult> Run(
        IReadOnlyList<KnownWindow> windows, HuntOptions options, CancellationToken stop, Action<Func<string>>? progress = null)
    {
        var hunt = new WindowHunt(windows, options, stop);
        progress?.Invoke(hunt.Describe);
        HuntPool.Run(hunt.attempts.Length, options.Jobs, hunt.Attempt, stop);
        if (stop.IsCancellationRequested)
        {
            return [];
        }

        return [.. windows.Select((window, i) => new HuntResult(
            window, WindowReplay.Of(window),
            new HuntTally(hunt.attempts[(i * options.Seeds)..((i + 1) * options.Seeds)], options.Runs)))];
    }

    /// <summary>Windows and seeds that were begun, of all.</summary>
    private string Describe() => $"hunting: {Volatile.Read(ref begun)} of {attempts.Length} hunts";

    private void Attempt(int index)
    {
        Interlocked.Increment(ref begun);
        KnownWindow window = windows[index / options.Seeds];
        using ScenarioRunner runner = window.MakeRunner();
        attempts[index] = Attempt(runner, window, (ulong)(index % options.Seeds) + 1);
    }

    private HuntAttempt Attempt(ScenarioRunner runner, KnownWindow window, ulong seed)
    {
        StrategyChoice strategy = StrategyChoice.Parse("--strategy", options.Strategy);
        Scenario scenario = window.File.Scenario;
        strategy.Prepare(runner, scenario, window.Defects);
        var attempt = new HuntAttempt { Seed = seed };
        while (attempt.Runs < options.Runs && !attempt.IsFound && !stop.IsCancellationRequested)
        {
            IScheduleStrategy drawn = strategy.For(seed, attempt.Runs);
            Violation violation = runner.Run(scenario, drawn, window.Defects).Violation;
            bool isFound = window.IsShownBy(violation);
            attempt = attempt with
            {
                Runs = attempt.Runs + 1,
                IsFound = isFound,
                OtherViolations = attempt.OtherViolations + (window.IsUnexpected(violation) ? 1UL : 0),
                RunsInWindow = attempt.RunsInWindow + (window.IsEnteredBy(runner.System.World.Coverage) ? 1UL : 0),
            };
        }

        return attempt;
    }
}

/// <summary>What one seed showed.</summary>
public readonly record struct HuntAttempt
{
    /// <summary>The seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Runs made; the last one is the one that found it.</summary>
    public ulong Runs { get; init; }

    /// <summary>Whether the violation appeared.</summary>
    public bool IsFound { get; init; }

    /// <summary>Runs with another violation than the file's.</summary>
    public ulong OtherViolations { get; init; }

    /// <summary>Runs that noted what a run through the window notes.</summary>
    public ulong RunsInWindow { get; init; }
}

// What a hunt is to do. Jobs are not among what its result depends on.
/// <summary>Settings of a hunt.</summary>
public sealed record HuntOptions
{
    /// <summary>Seeds: the hunt is made with each of 1 to this number.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>Runs per window and seed at most.</summary>
    public ulong Runs { get; init; } = 10_000;

    /// <summary>Strategy that draws the schedules.</summary>
    public string Strategy { get; init; } = "random";

    /// <summary>Worker threads.</summary>
    public int Jobs { get; init; } = 1;
}

// What a hunt says about one window: what its own schedule shows, what the seeds took, and whether the window is as its file
// says.
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
