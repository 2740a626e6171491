// The oracle's own account of calls that have not returned, per thread and outermost first: a handler makes calls inside the call
// that it interrupts. A thread that ends in a call leaves it here, because that call may have moved bytes or taken the end of a
// child without anybody being told.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What the ledger knows of calls that have not returned.</summary>
internal sealed unsafe class CallBook
{
    private readonly ModelSystem system;
    private readonly PendingCalls* pending;

    internal CallBook(ModelSystem system)
    {
        this.system = system;
        pending = system.World.Arena.ReserveCold<PendingCalls>(Scenario.MaximumStrands);
    }

    /// <summary>A call that a thread is in, or was in when it ended.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="level">How many others it interrupts.</param>
    /// <returns>The call by index + 1, and the file number that it names.</returns>
    internal PendingCall this[int strand, int level] => pending[strand][level];

    /// <summary>A thread begins: it is in no call.</summary>
    /// <param name="strand">Its strand.</param>
    internal void StrandBegan(int strand) => pending[strand] = default;

    /// <summary>A call begins.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="level">How many others it interrupts.</param>
    /// <param name="call">Index of the call.</param>
    /// <param name="number">File number that it names, or -1.</param>
    internal void Began(int strand, int level, int call, sbyte number)
    {
        if (level < PendingCalls.Levels)
        {
            pending[strand][level] = new PendingCall { Call = (short)(call + 1), Number = number };
        }
    }

    /// <summary>A call has returned.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <param name="level">How many others it interrupted.</param>
    internal void Returned(int strand, int level)
    {
        if (level < PendingCalls.Levels)
        {
            pending[strand][level] = default;
        }
    }

    /// <summary>Reads that have not returned, those of threads that have ended in them included.</summary>
    /// <returns>Their number.</returns>
    internal int CountReads() => Count(CallKind.Read);

    /// <summary>Reads and writes of all processes that have not returned.</summary>
    /// <returns>Their number.</returns>
    internal int CountTransfers() => CountReads() + Count(CallKind.Write);

    /// <summary>Whether a write of a process has not returned.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <returns>True while there is one.</returns>
    internal bool HasWrite(int process) => Count(process, CallKind.Write) > 0;

    private int Count(CallKind kind)
    {
        int count = 0;
        for (int process = 0; process < system.Scenario.StrandCount; process++)
        {
            count += system.Scenario.StrandAt(process).IsProcess ? Count(process, kind) : 0;
        }

        return count;
    }

    private int Count(int process, CallKind kind)
    {
        int count = 0;
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            bool isMeant = system.Ledger[strand].HasBegun && system.Scenario.StrandAt(strand).Process == process;
            for (int level = 0; isMeant && level < PendingCalls.Levels; level++)
            {
                int call = pending[strand][level].Call - 1;
                count += call >= 0 && system.Scenario.CallAt(call).Kind == kind ? 1 : 0;
            }
        }

        return count;
    }
}
