// The repairs that have the name of a window, in the order in which canonical names have them. A window is in the bank
// (Corpus/windows) with its scenario; its repair is asked for by the window's name behind a plus sign, `tristate+O1+O2`, or all
// of a protocol's by `tristate+all`. Files have the names in full, since the bank grows.

namespace Managarm.Perf.Servers.Protocols;

/// <summary>Repairs by the names of their windows.</summary>
public static class RepairCatalog
{
    /// <summary>Stands for all repairs of a protocol, on command lines only.</summary>
    public const string All = "all";

    /// <summary>Stands before the name of a repair.</summary>
    public const char Separator = '+';

    private static readonly NamedRepair[] Named =
    [
        new("O1", Repairs.CancelFollowsRequest, "the queue is driven before superCancel is called"),
        new("O2", Repairs.EarlyCancelKept, "superCancel is kept for a request that was sent and is not registered"),
        new("O3", Repairs.LaneOrderKept, "a cancel is kept for a request that was accepted before it and is not registered"),
        new("O4", Repairs.DuplicateLeavesOriginal, "a refused duplicate leaves the first request's entry alone"),
        new("W1", Repairs.PublishedEventChecked, "the library looks for a parked signal when it has published its event"),
        new("G1-leak", Repairs.TakenDescriptorClosed, "the POSIX server closes what it took out of a thread's universe"),
        new("R1", Repairs.PublishedIdChecked, "the library looks for a parked signal when it has published its id"),
        new("R2", Repairs.CancelAwaitsRegistration, "a cancel is kept for a request that was sent and is not registered"),
        new("R4", Repairs.RefusalsReplied, "a refusal has the parts that its caller waits for"),
        new("G2-lane", Repairs.CancelErrorsChecked, "a lane that is gone does not end the POSIX server"),
        new("G3a-overtake", Repairs.RelayFollowsRequest, "the queue is driven before a cancel is relayed"),
        new("G3a-closed", Repairs.RelayChecksFile, "the POSIX server looks whether the file is open"),
        new("G3a-reuse", Repairs.RelayByLane, "superCancel names the lane of the request"),
        new("G3-sticky", Repairs.CancelWordEndsWithGuard, "the word that asks for a cancel ends with the guard"),
        new("1440", Repairs.SerialRequestJoinsEpoch, "a serially served request ends when a signal is parked"),
        new("T1", Repairs.LaneErrorsReported, "errors of lanes are results of calls"),
        new("T2", Repairs.LaneHeldWhileUsed, "a lane stays open while a request over it is under way"),
        new("T3", Repairs.KilledRequestCancelled, "the request of a killed thread is cancelled"),
        new("T4", Repairs.SuspendSeesParked, "superSigSuspend looks for a parked signal"),
        new("T5", Repairs.SuspendMaskInFrame, "the frame of the handler restores the mask of sigsuspend"),
        new("T6", Repairs.BrokenPipeEndsWrite, "a writer looks for readers whenever it wakes"),
        new("T7", Repairs.WaitForNamedChild, "waitpid for a child that is gone says so"),
        new("T8", Repairs.EndingRequestCancelled, "the served requests of a thread that is to end are cancelled"),
        new("S4", Repairs.SuspendEndsByDelivery, "superSigSuspend ends by delivery or by the end of its thread only"),
        new("S9", Repairs.SleepEndsBySignal | Repairs.FatalAfterGrace, "a signal ends a sleep, a fatal one every guard in time"),
        new("S14", Repairs.SignalsMerge, "standard signals merge where the profile says so"),
        new("exec", Repairs.ExecBeginsUnguarded, "a new image begins outside of any guard"),
    ];

    /// <summary>All repairs that have a name.</summary>
    public static ReadOnlySpan<NamedRepair> Entries => Named;

    /// <summary>Finds a repair by the name of its window.</summary>
    /// <param name="name">Name, as the bank has it.</param>
    /// <param name="repair">The repair.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(ReadOnlySpan<char> name, out NamedRepair repair)
    {
        foreach (NamedRepair each in Named)
        {
            if (name.Equals(each.Name, StringComparison.Ordinal))
            {
                repair = each;
                return true;
            }
        }

        repair = default;
        return false;
    }

    /// <summary>Names of repairs, each behind a plus sign, in the order of the catalog.</summary>
    /// <param name="repairs">Repairs.</param>
    /// <returns>Such as <c>+O1+O2</c>; empty for none.</returns>
    public static string NamesOf(Repairs repairs)
    {
        string names = "";
        foreach (NamedRepair each in Named)
        {
            names += (each.Repairs & repairs) == each.Repairs ? Separator + each.Name : "";
        }

        return names;
    }
}

/// <summary>A repair and the window that it closes.</summary>
/// <param name="Name">Name of the window.</param>
/// <param name="Repairs">What is changed.</param>
/// <param name="Summary">One line for lists.</param>
public readonly record struct NamedRepair(string Name, Repairs Repairs, string Summary);
