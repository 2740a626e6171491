// Parents and children (posix/subsystem/src/process.cpp, Process::wait): what the end of a process means to its parent and to its
// children, and how a parent waits for it. A process that has ended stays in the table until its status was taken.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Posix;

/// <summary>Ended children, and who waits for them.</summary>
public sealed class Children
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly Processes processes;
    private uint endCount;

    internal Children(ModelSystem system, Processes processes)
    {
        this.system = system;
        world = system.World;
        this.processes = processes;
    }

    /// <summary>Forgets what is not in the arena, at the start of a run.</summary>
    public void Start() => endCount = 0;

    /// <summary>A process has ended: its children have no parent any more, and its own parent, if there is one, may take its
    /// status.</summary>
    /// <param name="process">A process without threads.</param>
    public void ProcessEnded(Handle<Process> process)
    {
        Orphan(process);
        processes[process].EndOrder = ++endCount;
        Handle<Process> parent = processes.All[process].Parent;
        if (parent.IsNone)
        {
            world.Writes(ObjectKind.Strand, (uint)processes.All[process].Strand);
            processes[process].State = ProcessState.Retired;
            return;
        }

        SignalAction action = processes[parent].Actions[ChildSignal];
        if (action.Disposition == SignalDisposition.Ignore || (action.Flags & SignalActionFlags.NoChildWait) != 0)
        {
            Retire(process);
            return;
        }

        if (world.Has(Defect.SecondZombieLost) && !FirstZombie(parent, strand: -1).IsNone)
        {
            Retire(process);
            return;
        }

        processes[process].State = ProcessState.Zombie;
        bool isAwaited = processes[parent].NotifyBell.First != 0;
        world.Events.Ring(ref processes[parent].NotifyBell);
        if (!isAwaited || !world.Has(Defect.ChildSignalForgotten))
        {
            system.Posix.Signals.IssueToProcess(parent, ChildSignal);
        }
    }

    /// <summary>Waits for a child to end (Process::wait): news first, then the bell, then the token.</summary>
    /// <param name="process">The parent.</param>
    /// <param name="strand">Strand of the child, or -1 for any.</param>
    /// <param name="flags">NoHang: do not wait.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Process number, 0 for NoHang without news, or minus ECHILD or EINTR.</returns>
    public async ModelTask<long> Wait(Handle<Process> process, int strand, WaitFlags flags, CancelToken token)
    {
        if (!HasChild(process, strand))
        {
            return -(long)Errno.ECHILD;
        }

        if (world.Has(Defect.CancelBeforeData) && world.Events.IsCancelled(token))
        {
            return -(long)Errno.EINTR;
        }

        bool isEnding = false;
        while (true)
        {
            world.Reads(ObjectKind.Process, process.Index);
            Handle<Process> zombie = FirstZombie(process, strand);
            if (!zombie.IsNone && !((flags & WaitFlags.NoHang) != 0 && world.Has(Defect.NoHangOverlooksZombie)))
            {
                int number = Report(zombie);
                bool isTaken = world.Has(Defect.ReapedThenInterrupted) && world.Events.IsCancelled(token);
                return isTaken ? -(long)Errno.EINTR : number;
            }

            if (isEnding)
            {
                return -(long)Errno.EINTR;
            }

            if ((flags & WaitFlags.NoHang) != 0)
            {
                return 0;
            }

            if (world.Has(Defect.ChildEndMissed))
            {
                await world.WritePoint(PointKind.KernelLock, ObjectKind.Process, process.Index);
            }

            isEnding = !await world.Events.Wait(ref processes[process].NotifyBell, token);
            if (isEnding && !LooksAgain)
            {
                return -(long)Errno.EINTR;
            }

            if (!isEnding && world.Has(Defect.NoZombieSaysNoChild) && FirstZombie(process, strand).IsNone)
            {
                return -(long)Errno.ECHILD;
            }

            // Window T7: Corpus/windows/waitpid-for-child-that-is-gone.scn
            if (!isEnding && !HasChild(process, strand)
                && (!HasChild(process, -1) || system.Repaired(Repairs.WaitForNamedChild)))
            {
                return -(long)Errno.ECHILD;
            }
        }
    }

    /// <summary>Whether a wait that was cancelled looks once more, as Linux does (kernel/exit.c, do_wait: children before
    /// signal_pending). Process::wait does not.</summary>
    private bool LooksAgain => system.Protocol.IsMonolithic;

    private int Report(Handle<Process> zombie)
    {
        int number = ProcessNumber.Of(processes.All[zombie].Strand);
        if (!world.Has(Defect.ZombieReportedTwice))
        {
            Retire(zombie);
        }

        return number;
    }

    /// <summary>Whether a wait would end at once.</summary>
    /// <param name="process">The parent.</param>
    /// <param name="strand">Strand of the child, or -1 for any.</param>
    /// <returns>True when such a child has ended.</returns>
    public bool HasZombie(Handle<Process> process, int strand) => !FirstZombie(process, strand).IsNone;

    /// <summary>Whether the status of a child can still be taken; an observer's look.</summary>
    /// <param name="parent">Strand of the parent.</param>
    /// <param name="child">Strand of the child.</param>
    /// <returns>True while it is a zombie of this parent.</returns>
    internal bool CanBeWaitedFor(int parent, int child)
    {
        for (int index = 0; index < processes.All.HighWater; index++)
        {
            ref Process process = ref processes.All.At(index);
            if (processes.All.IsLiveAt(index) && process.Strand == child && process.State == ProcessState.Zombie)
            {
                var owner = (Handle<Process>)process.Parent;
                return !owner.IsNone && processes.All[owner].Strand == parent;
            }
        }

        return false;
    }

    /// <summary>Whether the server is still ending a process, or has not begun to; an observer's look.</summary>
    /// <param name="child">Strand of the process.</param>
    /// <returns>True until it is a zombie or gone.</returns>
    internal bool IsEndUnderWay(int child)
    {
        for (int index = 0; index < processes.All.HighWater; index++)
        {
            ref Process process = ref processes.All.At(index);
            if (processes.All.IsLiveAt(index) && process.Strand == child)
            {
                return process.State is ProcessState.Alive or ProcessState.Ending;
            }
        }

        return false;
    }

    private static int ChildSignal { get; } = SignalTable.IndexOf(SignalNumber.Chld);

    private void Orphan(Handle<Process> parent)
    {
        for (int index = 0; index < processes.All.HighWater; index++)
        {
            if (!processes.All.IsLiveAt(index) || processes.All.At(index).Parent != (UntypedHandle)parent)
            {
                continue;
            }

            ref Process child = ref processes[processes.All.HandleAt(index)];
            child.Parent = default;
            if (child.State == ProcessState.Zombie && !world.Has(Defect.OrphanStaysZombie))
            {
                world.Writes(ObjectKind.Strand, (uint)child.Strand);
                child.State = ProcessState.Retired;
            }
        }
    }

    private void Retire(Handle<Process> process)
    {
        Handle<Process> parent = processes.All[process].Parent;
        world.Writes(ObjectKind.Strand, (uint)processes.All[process].Strand);
        processes[process].State = ProcessState.Retired;
        processes[process].Parent = default;
        if (!world.Has(Defect.GoneChildNotTold))
        {
            world.Events.Ring(ref processes[parent].NotifyBell);
        }
    }

    private bool HasChild(Handle<Process> parent, int strand)
    {
        for (int index = 0; index < processes.All.HighWater; index++)
        {
            if (processes.All.IsLiveAt(index) && processes.All.At(index).Parent == (UntypedHandle)parent
                && (strand < 0 || processes.All.At(index).Strand == strand))
            {
                return true;
            }
        }

        return false;
    }

    private Handle<Process> FirstZombie(Handle<Process> parent, int strand)
    {
        Handle<Process> first = default;
        for (int index = 0; index < processes.All.HighWater; index++)
        {
            if (!processes.All.IsLiveAt(index) || processes.All.At(index).Parent != (UntypedHandle)parent
                || processes.All.At(index).State != ProcessState.Zombie
                || (strand >= 0 && processes.All.At(index).Strand != strand))
            {
                continue;
            }

            if (first.IsNone || processes.All.At(index).EndOrder < processes.All[first].EndOrder)
            {
                first = processes.All.HandleAt(index);
            }
        }

        return first;
    }
}
