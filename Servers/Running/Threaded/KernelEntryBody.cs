// The kernel's half of the user threads' parties in the threaded host: takes the requests that user code has sent and runs the
// same kernel code for them as the simulation does. A thread leaves the kernel by an answer: its entry returns, or a handler
// is to run first. While its user code runs, an interrupt stays pending until its next entry.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>The body of user parties on the kernel's side.</summary>
internal sealed class KernelEntryBody : IPartyBody
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly HostLink link;
    private readonly EntryState[] entries;

    internal KernelEntryBody(ModelSystem system, HostLink link)
    {
        this.system = system;
        this.link = link;
        world = system.World;
        entries = new EntryState[world.Options.ThreadCapacity];
    }

    /// <summary>Forgets the last run.</summary>
    internal void Reset() => Array.Clear(entries);

    /// <summary>A thread enters the kernel.</summary>
    /// <param name="request">Why.</param>
    internal void Enter(in HostMessage request)
    {
        ref EntryState entry = ref entries[request.Thread.Index];
        Verify.That(!entry.IsInKernel, "a thread entered the kernel twice");
        entry.IsInKernel = true;
        entry.IsNew = true;
        entry.Request = request;
        request.GivePage(ref world.Threads[request.Thread]);
        world.Scheduler.Enable(world.Threads[request.Thread].Party);
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        Handle<KernelThread> thread = world.Threads.OfStrand(system.Parties.StrandOf(party));
        ref EntryState entry = ref entries[thread.Index];
        if (!entry.IsInKernel)
        {
            world.Threads.TopActivation(thread).IsStarted = true;
            world.Scheduler.Disable(party);
            return;
        }

        if (entry.IsNew)
        {
            entry.IsNew = false;
            Serve(thread, entry.Request).Detach();
        }
        else if (!TryTakeAttention(thread, party))
        {
            Continue(thread, party);
        }

        if (world.Threads[thread].State != KernelThreadState.Dead)
        {
            system.Calls.AfterRun(thread);
        }
    }

    private bool TryTakeAttention(Handle<KernelThread> thread, int party) => world.Scheduler[party].HasAttention
        && world.Threads[thread].State == KernelThreadState.Running && system.Calls.TakeAttention(thread);

    private void Continue(Handle<KernelThread> thread, int party)
    {
        ref Activation top = ref world.Threads.TopActivation(thread);
        if (!top.IsStarted)
        {
            top.IsStarted = true;
            SendFrame(thread, top);
            return;
        }

        int waiter = world.Scheduler.TakeContinuation(party);
        world.Tasks.Resume(waiter != 0 ? waiter : world.Scheduler.Inboxes.TakePosted(party));
    }

    private async ModelTask<Unit> Serve(Handle<KernelThread> thread, HostMessage request)
    {
        switch (request.Kind)
        {
            case HostMessageKind.Drive:
                await ReturnValue(thread, (long)await system.Userland.Drive(thread, request.Flag));
                break;
            case HostMessageKind.CreateEvent:
                await ReturnValue(thread, await system.Userland.Entries.CreateEvent(thread));
                break;
            case HostMessageKind.CloseEvent:
                await ReturnValue(thread, (long)await system.Userland.Entries.CloseEvent(thread, (uint)request.Value0));
                break;
            case HostMessageKind.Call:
                await system.Userland.Call(thread, request.Number, request.Value0, request.Value1, request.Value2);
                SendReturn(thread);
                break;
            case HostMessageKind.Invoke:
                SendResult(thread, await system.Calls.Invoke(thread, request.Call));
                break;
            default:
                await system.Calls.EndActivation(thread, request.Flag);
                break;
        }

        return default;
    }

    /// <summary>An entry that need not have stopped the thread returns: on the way out it looks for an interrupt.</summary>
    private async ModelTask<Unit> ReturnValue(Handle<KernelThread> thread, long value)
    {
        await world.ReadPoint(PointKind.RunOn, ObjectKind.Thread, thread.Index);
        world.Threads[thread].Registers[0] = value;
        SendReturn(thread);
        return default;
    }

    private void SendReturn(Handle<KernelThread> thread)
    {
        ref HostMessage answer = ref Leave(thread, HostMessageKind.Return);
        answer.Value0 = world.Threads[thread].Registers[0];
        answer.Value1 = world.Threads[thread].Registers[1];
        answer.Value2 = world.Threads[thread].Registers[2];
        link.PublishAnswer();
    }

    private void SendResult(Handle<KernelThread> thread, in CallResult result)
    {
        ref HostMessage answer = ref Leave(thread, HostMessageKind.Return);
        answer.Result = result;
        link.PublishAnswer();
    }

    private void SendFrame(Handle<KernelThread> thread, in Activation frame)
    {
        system.Ledger.HandlerBegan(system.StrandOfThread(thread.Index), frame.Signal - 1, frame.Restarts);
        ref HostMessage answer = ref Leave(thread, HostMessageKind.Frame);
        answer.Value0 = frame.Strand;
        answer.Value1 = frame.NextCall;
        answer.Value2 = frame.Signal;
        answer.Flag = frame.Restarts;
        link.PublishAnswer();
    }

    private ref HostMessage Leave(Handle<KernelThread> thread, HostMessageKind kind)
    {
        SendCompletions(thread);
        entries[thread.Index].IsInKernel = false;
        world.Scheduler.Disable(world.Threads[thread].Party);
        ref HostMessage answer = ref link.ClaimAnswer(kind);
        answer.Thread = thread;
        answer.TakePage(world.Threads[thread]);
        return ref answer;
    }

    private void SendCompletions(Handle<KernelThread> thread)
    {
        Handle<IpcQueue> queue = world.Threads[thread].Queue;
        if (!world.Queues.IsLive(queue))
        {
            return;
        }

        while (world.Queues.TryPop(queue, out Handle<Operation> operation))
        {
            var number = (int)world.Lanes.Operations[operation].Context;
            link.Buffer(number) = world.Lanes.Operations[operation];
            world.Lanes.Free(operation);
            link.ClaimAnswer(HostMessageKind.Complete).Value0 = number;
            link.PublishAnswer();
        }

        if (world.Queues.ClearNotify(queue, UserNotify.Alert) != UserNotify.None)
        {
            link.ClaimAnswer(HostMessageKind.Alert).Thread = thread;
            link.PublishAnswer();
        }
    }

    private struct EntryState
    {
        public bool IsInKernel;
        public bool IsNew;
        public HostMessage Request;
    }
}
