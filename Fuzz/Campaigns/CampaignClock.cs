// When a campaign has to end: its time is over or somebody asked. Runs end then at once; what was found and is being shrunk has
// a few seconds more, and is then kept as it was found. Only this decides by the clock, never what a run does.

using System.Diagnostics;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>The time of a campaign, from its creation on.</summary>
/// <param name="time">After this time the runs end; zero for no limit.</param>
/// <param name="stop">Ends the runs, too.</param>
internal sealed class CampaignClock(TimeSpan time, CancellationToken stop)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly long startTimestamp = Stopwatch.GetTimestamp();
    private TimeSpan? overSince;

    /// <summary>Time since the start.</summary>
    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(startTimestamp);

    /// <summary>Whether no run is to be made any more.</summary>
    internal bool IsOver
    {
        get
        {
            if (overSince is null && (stop.IsCancellationRequested || (time > TimeSpan.Zero && Elapsed >= time)))
            {
                overSince = Elapsed;
            }

            return overSince is not null;
        }
    }

    /// <summary>Whether nothing is waited for any more.</summary>
    internal bool IsUp => IsOver && Elapsed >= overSince + Grace;
}
