// The signal guard (mlibc entry.cpp, SignalGuard): while it is held no handler may run on the thread. It nests; only the
// outermost touches the flag in the thread page. All accesses are relaxed: the other writer, the POSIX server, writes only
// while the thread is frozen. A signal that comes meanwhile is parked there: Observations.Park.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Enters and leaves guards.</summary>
public sealed class SignalGuard
{
    private readonly UserLibrary user;
    private readonly World world;

    internal SignalGuard(UserLibrary user, ModelSystem system)
    {
        this.user = user;
        world = system.World;
    }

    /// <summary>Enters a guard; the outermost sets the flag to 1.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>Nothing.</returns>
    public async ModelTask<Unit> Enter(Handle<KernelThread> thread)
    {
        if (world.Threads[thread].GuardNesting == 0)
        {
            await world.WritePoint(PointKind.GuardEnter, ObjectKind.ThreadPage, thread.Index);
            Verify.That(IsOutside(thread), "a guard is entered whose flag was not given back");
            world.Threads[thread].GuardFlag = 1;
        }

        world.Threads[thread].GuardNesting++;
        return default;
    }

    /// <summary>Leaves a guard; the outermost exchanges the flag with 0 and, if a signal was parked, has it raised.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>Whether the server says that a call which was interrupted may start over.</returns>
    public async ModelTask<bool> Leave(Handle<KernelThread> thread)
    {
        Verify.That(world.Threads[thread].GuardNesting > 0, "a guard is left that was not entered");
        if (--world.Threads[thread].GuardNesting > 0)
        {
            return false;
        }

        await world.WritePoint(PointKind.GuardExit, ObjectKind.ThreadPage, thread.Index);
        uint flag = world.Threads[thread].GuardFlag;
        if (!world.Has(Defect.FlagNotReset))
        {
            world.Threads[thread].GuardFlag = 0;
        }

        if (flag == 2)
        {
            return await user.Call(thread, SuperCall.SigRaise, 0, 0, 0) != 0;
        }

        if (flag != 1)
        {
            world.Panic(PanicCode.BadGuardFlag);
        }

        return false;
    }

    /// <summary>A new image finds what the old one has left in the page.</summary>
    private bool IsOutside(Handle<KernelThread> thread) => world.Threads[thread].GuardFlag == 0
        || world.Threads[thread].Origin == ThreadOrigin.Exec || world.Has(Defect.FlagNotReset);
}
