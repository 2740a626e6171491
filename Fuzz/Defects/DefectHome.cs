// Where a planted defect shows: the protocols whose campaigns find it, and the settings that they need. The first protocol is the
// one in which tests and hunts look for it, by preference one of which nothing is known, so that whatever is violated there
// is the defect's. This is the only such list; the table of defects is compared with it.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Defects;

/// <summary>The world in which a defect is looked for.</summary>
/// <param name="Protocols">Names of the protocols in which it is found; it is looked for in the first one.</param>
public sealed record DefectHome(params IReadOnlyList<string> Protocols)
{
    /// <summary>Profile that the oracle applies.</summary>
    public Profile Profile { get; init; }

    /// <summary>Whether calls that the protocol does not promise to interrupt are judged, too.</summary>
    public bool JudgesAllCalls { get; init; }

    /// <summary>Whether servers handle what is ready in an order that the strategy chooses.</summary>
    public bool RelaxesDispatch { get; init; }

    /// <summary>The protocol in which it is looked for.</summary>
    public string Protocol => Protocols[0];

    /// <summary>Where a defect is looked for.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>Its home.</returns>
    public static DefectHome Of(Defect defect) => defect switch
    {
        // The baseline has no queue, no parked signal and no alert, and its timers raise events, which is idempotent.
        Defect.CompletionPostedTwice or Defect.ParkedSignalDroppedByIgnore or Defect.TimerPostsTwice
            or Defect.AlertDescriptorLeaked or Defect.ChunkProgressGoesBack or Defect.CredentialsShared => new("tristate"),
        Defect.ClearWithoutRecheck => new("none", "tristate"),

        // Planted into the baseline's own code, or hidden elsewhere by what is known there.
        Defect.RestartWaitsFullTime or Defect.SignalBeforeSleepLost or Defect.InterruptedWriteKeepsBytes
            or Defect.MaskRestoredBeforeDelivery or Defect.SignalForBlockingThread or Defect.ChildEndMissed
            or Defect.PollNotRearmed or Defect.GroupExitWakesNobody or Defect.GoneChildNotTold
            or Defect.CancelledSleepSucceeds or Defect.TimeoutSaysInterrupted => new("monolithic"),
        Defect.RestartForgotten => new("monolithic") { Profile = Profile.Linux },
        Defect.DeadlineNotRechecked or Defect.DurationTakenAsDeadline => new("monolithic", "ordered"),

        // What only `ordered` has, and devices without which the baseline works.
        Defect.AnswerAwaited => new("ordered-old-files"),
        Defect.DyingEpochRenewed => new("ordered") { Profile = Profile.Posix, JudgesAllCalls = true, RelaxesDispatch = true },
        >= Defect.EpochTakenLate and <= Defect.DyingEpochRenewed => new("ordered"),
        Defect.ElapsedTimerCancelled or Defect.TimerQueueTestInverted or Defect.SleepIgnoresToken
            or Defect.InterruptSequenceRace or Defect.PinStaysMasked or Defect.EdgeNotBuffered or Defect.PinKeepsGoneSink
            or Defect.TimerOfOtherProcessor => new("ordered"),
        // Lies in results: `ordered` shows them where the baseline does.
        Defect.KilledRequestKeptBesideOthers => new("ordered"),
        Defect.RegistryEntryUsedAfterFree => new("ordered", "tristate"),
        Defect.WriteEndsAtFirstRoom or Defect.BrokenPipeSignalForgotten =>
            new("monolithic", "ordered") { Profile = Profile.Posix },
        >= Defect.ClosedFileSaysInputError and <= Defect.NoHangOverlooksZombie => new("monolithic", "ordered"),
        Defect.RestartForOneOfSeveral => new("monolithic", "ordered") { Profile = Profile.Linux },
        Defect.OpenCheckedBeforePublished => new("ordered"),
        Defect.InterruptedTransferKeepsFile or Defect.OrphanStaysZombie => new("monolithic"),
        Defect.CloneForgetsMask => new("monolithic", "ordered"),
        _ => new("monolithic", "tristate"),
    };

    /// <summary>A runner for it.</summary>
    /// <param name="protocol">Protocol to use instead, or null.</param>
    /// <returns>The runner; the caller disposes of it.</returns>
    internal ScenarioRunner MakeRunner(IProtocol? protocol)
    {
        var runner = new ScenarioRunner(protocol ?? ProtocolCatalog.Find(Protocol)!, Profile);
        runner.System.JudgesAllCalls = JudgesAllCalls;
        runner.System.RelaxesDispatch = RelaxesDispatch;
        return runner;
    }
}
