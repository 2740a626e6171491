// What a user thread's party does when it is picked: park if the kernel wants the thread, start a new activation, or continue
// the topmost one. What an activation executes is the business of the IUserCode.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Userland;

/// <summary>The body of all user parties.</summary>
internal sealed class UserThreadBody : IPartyBody
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly IUserCode code;

    internal UserThreadBody(ModelSystem system, IUserCode code)
    {
        this.system = system;
        this.code = code;
        world = system.World;
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        Handle<KernelThread> thread = world.Threads.OfStrand(system.Parties.StrandOf(party));
        if (system.Protocol.IsMonolithic && world.Threads[thread].IsWaitingInCall)
        {
            world.Threads.SetWaitingInCall(thread, false);
        }

        if (world.Scheduler[party].HasAttention && world.Threads[thread].State == KernelThreadState.Running
            && system.Calls.TakeAttention(thread))
        {
            return;
        }

        ref Activation top = ref world.Threads.TopActivation(thread);
        if (!top.IsStarted)
        {
            world.Scheduler.BeginStep(PointKind.Start, ObjectKind.Thread, thread.Index, isWrite: false);
            top.IsStarted = true;
            code.Run(thread, top).Detach();
        }
        else
        {
            int waiter = world.Scheduler.TakeContinuation(party);
            if (waiter == 0)
            {
                world.Scheduler.BeginStep(PointKind.RunOn, ObjectKind.Thread, thread.Index, isWrite: false);
                waiter = world.Scheduler.Inboxes.TakePosted(party);
            }

            world.Tasks.Resume(waiter);
        }

        system.Calls.AfterRun(thread);
    }
}
