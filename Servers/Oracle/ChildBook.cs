// The oracle's own account of children: which have come to be, which have ended, and whose end a parent was told. It is written
// from forks, ends of threads and results of waitpid. When exactly an end becomes visible to the parent is the system's
// business; at idle it must be, so a child is *settled* from the first idle after its end. A process that ignores SIGCHLD, or
// may do so as far as is known, has nothing to wait for.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What the ledger knows of children.</summary>
internal sealed unsafe class ChildBook
{
    private readonly ModelSystem system;
    private readonly ChildBookState* state;

    internal ChildBook(ModelSystem system)
    {
        this.system = system;
        state = system.World.Arena.ReserveHot<ChildBookState>(1);
    }

    /// <summary>A process was made by fork.</summary>
    /// <param name="child">Strand of the child.</param>
    internal void Born(int child) => state->Born |= 1u << child;

    /// <summary>All threads of a process have ended.</summary>
    /// <param name="process">Strand of the process.</param>
    internal void Ended(int process)
    {
        state->Ended |= 1u << process;
        int parent = system.Scenario.StrandAt(process).Parent;
        if (parent >= 0 && system.Ledger.Signals.MayForgetChildren(parent))
        {
            state->Forgotten |= 1u << process;
        }
    }

    /// <summary>A process may have begun to ignore the ends of its children; of those whose end is under way nothing is known
    /// then.</summary>
    /// <param name="parent">Strand of the process.</param>
    internal void ActionChanged(int parent)
    {
        if (system.Ledger.Signals.MayForgetChildren(parent))
        {
            state->Forgotten |= ChildrenOf(parent) & state->Ended & ~state->Settled;
        }
    }

    /// <summary>A call of waitpid begins.</summary>
    /// <param name="parent">Strand of the calling process.</param>
    internal void WaitBegan(int parent)
    {
        state->Waits[parent]++;
        state->WaitsInFlight[parent]++;
    }

    /// <summary>A call of waitpid has returned.</summary>
    /// <param name="parent">Strand of the calling process.</param>
    internal void WaitReturned(int parent) => state->WaitsInFlight[parent]--;

    /// <summary>Calls of waitpid so far; wraps.</summary>
    /// <param name="parent">Strand of the process.</param>
    /// <returns>Their number.</returns>
    internal byte WaitsOf(int parent) => state->Waits[parent];

    /// <summary>Children that a process has now, as far as somebody might have to be told of them, and of which the book is sure.
    /// Of others it says nothing.</summary>
    /// <param name="parent">Strand of the process.</param>
    /// <param name="named">Strand of the child that is meant, or -1 for any.</param>
    /// <returns>Set by strand.</returns>
    internal uint Certain(int parent, int named) => Meant(parent, named) & state->Born & ~(state->Reaped | state->Forgotten);

    /// <summary>Children of a process whose end is visible, and nobody was told.</summary>
    /// <param name="parent">Strand of the process.</param>
    /// <param name="named">Strand of the child that is meant, or -1 for any.</param>
    /// <returns>Set by strand.</returns>
    internal uint Waitable(int parent, int named) => Certain(parent, named) & state->Settled;

    /// <summary>Children of a process whose ends are visible and have sent it a signal.</summary>
    /// <param name="parent">Strand of the process.</param>
    /// <returns>Set by strand.</returns>
    internal uint Announced(int parent) => ChildrenOf(parent) & state->Settled & ~state->Forgotten;

    /// <summary>Whether a process may have a child that is meant.</summary>
    /// <param name="parent">Strand of the process.</param>
    /// <param name="named">Strand of the child that is meant, or -1 for any.</param>
    /// <returns>False when certainly none is left.</returns>
    internal bool MayHaveChild(int parent, int named) => (Meant(parent, named) & state->Born & ~state->Reaped) != 0;

    /// <summary>Whether a call of waitpid may have taken a child without having said so yet.</summary>
    /// <param name="parent">Strand of the process.</param>
    /// <param name="own">Calls of the asker that are under way.</param>
    /// <returns>True when somebody else is waiting, too.</returns>
    internal bool HasOtherWaits(int parent, int own) => state->WaitsInFlight[parent] > own;

    /// <summary>A parent was told of the end of a child.</summary>
    /// <param name="parent">Strand of the calling process.</param>
    /// <param name="child">Strand that it was told.</param>
    /// <returns>False when it is no child, has not ended, or was told before.</returns>
    internal bool TryReap(int parent, int child)
    {
        uint bit = child < 0 ? 0 : 1u << child;
        bool isRight = (ChildrenOf(parent) & state->Ended & ~state->Reaped & bit) != 0;
        state->Reaped |= bit;
        return isRight;
    }

    /// <summary>Nobody can run: ends are visible, except of a process that the server cannot end yet, as when a call of one of
    /// its threads waits for a device that was never told to stop. That the thread is stuck is another invariant's
    /// business.</summary>
    internal void Settle()
    {
        for (uint rest = state->Ended & ~state->Settled; rest != 0; rest &= rest - 1)
        {
            int child = BitOperations.TrailingZeroCount(rest);
            if (system.Posix.Processes.Children.IsEndUnderWay(child))
            {
                continue;
            }

            int parent = system.Scenario.StrandAt(child).Parent;
            state->Forgotten |= parent >= 0 && system.Ledger.Signals.MayForgetChildren(parent) ? 1u << child : 0;
            state->Settled |= 1u << child;
        }
    }

    /// <summary>Processes whose threads have all ended, by strand.</summary>
    internal uint EndedOnes => state->Ended;

    /// <summary>Whether all threads of a process have ended.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <returns>True from then on.</returns>
    internal bool HasEnded(int process) => (state->Ended >> process & 1) != 0;

    /// <summary>Whether nothing is left of a process: its end is visible, and its parent was told or has ended, too. A kernel
    /// that ends threads itself shows their ends at once.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <returns>False where somebody may still wait for it.</returns>
    internal bool IsGone(int process)
    {
        uint visible = system.Protocol.IsMonolithic ? state->Ended : state->Settled;
        int parent = system.Scenario.StrandAt(process).Parent;
        bool isTold = (state->Reaped >> process & 1) != 0;
        return (visible >> process & 1) != 0 && (isTold || parent < 0 || (visible >> parent & 1) != 0);
    }

    private uint Meant(int parent, int named) => named < 0 ? ChildrenOf(parent) : ChildrenOf(parent) & (1u << named);

    private uint ChildrenOf(int parent)
    {
        uint children = 0;
        for (int strand = 0; strand < system.Scenario.StrandCount; strand++)
        {
            ref readonly Strand child = ref system.Scenario.StrandAt(strand);
            children |= child.Kind == StrandKind.Child && child.Parent == parent ? 1u << strand : 0;
        }

        return children;
    }
}

/// <summary>What is known of all children, by strand.</summary>
internal unsafe struct ChildBookState
{
    /// <summary>Children that were made.</summary>
    public uint Born;

    /// <summary>Processes whose threads have all ended.</summary>
    public uint Ended;

    /// <summary>Those of them whose end is visible.</summary>
    public uint Settled;

    /// <summary>Children of whose end a parent was told.</summary>
    public uint Reaped;

    /// <summary>Children whose end may leave nothing to wait for.</summary>
    public uint Forgotten;

    /// <summary>Calls of waitpid per process; wraps.</summary>
    public fixed byte Waits[Scenario.MaximumStrands];

    /// <summary>Those of them that have not returned.</summary>
    public fixed byte WaitsInFlight[Scenario.MaximumStrands];
}
