// The code of strands: makes the calls that the scenario lists, one after the other, waits at `when X blocked`, and tells the
// ledger of each call. Handler bodies are strands, too.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Executes the strands of the scenario.</summary>
internal sealed class StrandCode : IUserCode
{
    private readonly ModelSystem system;
    private readonly World world;

    internal StrandCode(ModelSystem system)
    {
        this.system = system;
        world = system.World;
    }

    /// <inheritdoc/>
    public ModelTask<Unit> Run(Handle<KernelThread> thread, Activation activation) => RunActivation(
        thread, activation.NextCall, activation.Signal - 1, activation.Restarts);

    private async ModelTask<Unit> RunActivation(
        Handle<KernelThread> thread, int firstCall, int signal, bool restarts)
    {
        int owner = system.StrandOfThread(thread.Index);
        if (signal >= 0)
        {
            system.Ledger.HandlerBegan(owner, signal, restarts);
        }

        await system.Calls.BeginThread(thread, isHandler: signal >= 0);
        if (signal < 0)
        {
            system.Ledger.ThreadStarted(owner);
        }

        for (int call = firstCall; call >= 0; call = system.Scenario.NextInStrand(call))
        {
            Call made = system.Scenario.CallAt(call);
            while (made.WhenBlocked >= 0 && !world.Gates.MayPass(made.WhenBlocked, made.WhenSettled))
            {
                await new GateAwaiter(world, made.WhenBlocked, made.WhenSettled);
            }

            await world.ReadPoint(PointKind.Call, ObjectKind.Thread, thread.Index);
            world.Threads.TopActivation(thread).NextCall = system.Scenario.NextInStrand(call);
            system.Ledger.CallBegan(owner, call, out CallFrame frame);
            bool wasInBlockingCall = world.Threads[thread].IsInBlockingCall;
            bool wasSettled = world.Gates.IsSettled(owner);
            world.Gates.SetSettled(owner, SettlesByBlocking(made.Kind));
            SetInBlockingCall(thread, CallTable.Of(made.Kind).IsBlocking);
            CallResult result = await system.Calls.Invoke(thread, made);
            world.Gates.SetSettled(owner, wasSettled);
            SetInBlockingCall(thread, wasInBlockingCall);
            system.Ledger.CallReturned(owner, call, made, result, frame);
        }

        await system.Calls.EndActivation(thread, isHandler: signal >= 0);
        return default;
    }

    /// <summary>Who blocks in a kernel that serves the call itself is waited for by nobody else.</summary>
    private bool SettlesByBlocking(CallKind kind) => system.Protocol.IsMonolithic || kind == CallKind.Nanosleep;

    private void SetInBlockingCall(Handle<KernelThread> thread, bool isInBlockingCall)
    {
        if (world.Threads[thread].IsInBlockingCall != isInBlockingCall)
        {
            world.Writes(ObjectKind.Thread, thread.Index);
            world.Threads[thread].IsInBlockingCall = isInBlockingCall;
            world.Gates.Update();
        }
    }
}
