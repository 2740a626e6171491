// What a user thread's party does when it is picked: park if the kernel wants the thread, start a new activation, or continue
// the topmost one. Runs the calls of strands and tells the ledger of each.

using Managarm.Perf.Core;

namespace Managarm.Perf.Servers;

/// <summary>The body of all user parties.</summary>
internal sealed class UserThreadBody : IPartyBody
{
    private readonly ModelSystem system;
    private readonly World world;

    internal UserThreadBody(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        Handle<KernelThread> thread = world.Threads.OfStrand(system.StrandOfParty(party));
        if (world.Scheduler[party].HasAttention && world.Threads[thread].State == ThreadState.Running
            && system.Calls.TakeAttention(thread))
        {
            return;
        }

        ref Activation top = ref world.Threads.TopActivation(thread);
        if (!top.IsStarted)
        {
            world.Scheduler.BeginStep(PointKind.Start, ObjectKind.Thread, thread.Index, isWrite: false);
            top.IsStarted = true;
            RunActivation(thread, top.Strand, top.NextCall, top.Signal - 1, top.Restarts).Detach();
        }
        else
        {
            int waiter = world.Scheduler.TakeContinuation(party);
            if (waiter == 0)
            {
                world.Scheduler.BeginStep(PointKind.RunOn, ObjectKind.Thread, thread.Index, isWrite: false);
                waiter = world.Scheduler.TakePosted(party);
            }

            world.Tasks.Resume(waiter);
        }

        system.Calls.AfterRun(thread);
    }

    private async KernelTask<Unit> RunActivation(
        Handle<KernelThread> thread, int strand, int firstCall, int signal, bool restarts)
    {
        int owner = system.StrandOfThread(thread.Index);
        if (signal >= 0)
        {
            system.Ledger.HandlerBegan(owner, signal, restarts);
        }
        else
        {
            await system.Calls.BeginThread(thread, system.Program.StrandAt(strand).Kind == StrandKind.Child);
        }

        for (int call = firstCall; call >= 0; call = system.Program.NextInStrand(call))
        {
            Call made = system.Program.CallAt(call);
            while (made.WhenBlocked >= 0 && !world.Gates.IsOpen(made.WhenBlocked))
            {
                await new GateAwaiter(world, made.WhenBlocked);
            }

            await world.ReadPoint(PointKind.Call, ObjectKind.Thread, thread.Index);
            system.Ledger.CallBegan(owner, call, out CallFrame frame);
            bool wasInBlockingCall = world.Threads[thread].IsInBlockingCall;
            world.Threads[thread].IsInBlockingCall = CallTable.Of(made.Kind).IsBlocking;
            CallResult result = await system.Calls.Invoke(thread, made);
            world.Threads[thread].IsInBlockingCall = wasInBlockingCall;
            system.Ledger.CallReturned(owner, call, made, result, frame);
        }

        await system.Calls.EndActivation(thread, isHandler: signal >= 0);
        return default;
    }
}
