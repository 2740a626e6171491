// The windows that are in code which all message protocols share: what they do not change is as it was in each generation.

namespace Managarm.Perf.Servers.Protocols;

/// <summary>Windows of every message protocol.</summary>
internal static class SharedWindows
{
    /// <summary>All of them, each by its repair.</summary>
    internal const Repairs All = Repairs.LaneErrorsReported | Repairs.KilledRequestCancelled | Repairs.SuspendSeesParked
        | Repairs.SuspendMaskInFrame | Repairs.BrokenPipeEndsWrite | Repairs.WaitForNamedChild | Repairs.EndingRequestCancelled
        | Repairs.SuspendEndsByDelivery | Repairs.SleepEndsBySignal | Repairs.FatalAfterGrace
        | Repairs.SignalsMerge | Repairs.ExecBeginsUnguarded;
}
