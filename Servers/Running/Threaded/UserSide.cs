// The user's side of the threaded host: a system of its own in which only user threads run. Servers and kernel exist in it as
// they were at boot and never run again; instead, an entry is a request and the kernel's side answers. A thread's page, its
// registers and its queue belong to this side while its code runs, and to the other side from an entry to its answer, so no
// word is ever written by both.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>What runs on the user's OS thread.</summary>
internal sealed class UserSide
{
    private readonly HostLink link;
    private readonly World world;
    private readonly Handle<Operation>[] submitted = new Handle<Operation>[HostLink.BufferCount];
    private readonly int[] freeBuffers = new int[HostLink.BufferCount];
    private readonly EntryState[] entries;
    private int freeBufferCount;
    private long echoesSentBeforeEvent;

    internal UserSide(ModelSystem system, HostLink link)
    {
        System = system;
        this.link = link;
        world = system.World;
        entries = new EntryState[world.Options.ThreadCapacity];
    }

    /// <summary>The system of this side.</summary>
    internal ModelSystem System { get; }

    /// <summary>Echoes sent.</summary>
    internal long EchoesSent { get; private set; }

    /// <summary>Number of the last echo that came back.</summary>
    internal long EchoesReturned { get; private set; }

    /// <summary>Trace hash of the booted kernel side, or null before it has booted.</summary>
    internal ulong? KernelBootHash { get; private set; }

    /// <summary>The last census, or null when the one that was asked for has not come.</summary>
    internal HostCensus? Census { get; private set; }

    /// <summary>Boots this side.</summary>
    /// <param name="scenario">The scenario.</param>
    internal void Begin(Scenario scenario)
    {
        System.Begin(scenario, default);
        Array.Clear(entries);
        KernelBootHash = null;
        EchoesSent = 0;
        EchoesReturned = 0;
        echoesSentBeforeEvent = 0;
        freeBufferCount = 0;
        for (int number = 0; number < HostLink.BufferCount; number++)
        {
            freeBuffers[freeBufferCount++] = number;
        }
    }

    /// <summary>Whether a thread is in the kernel and nothing more will happen to it by itself: an echo that was sent after
    /// its entry, and after the last event from outside, has come back before the entry did.</summary>
    /// <param name="strand">Strand of the thread.</param>
    /// <returns>True while that is known.</returns>
    internal bool IsSettled(int strand)
    {
        EntryState entry = entries[world.Threads.OfStrand(strand).Index];
        return entry.IsInKernel && EchoesReturned > Math.Max(entry.EchoesSentBefore, echoesSentBeforeEvent);
    }

    /// <summary>Runs user code until all threads are in the kernel, then takes what has arrived.</summary>
    /// <returns>Whether something had arrived.</returns>
    internal bool Step()
    {
        world.Scheduler.Run(NonPreemptive.Instance, null);
        return TakeAnswers();
    }

    /// <summary>Takes what has arrived; user code that can go on then does so in the next step.</summary>
    /// <returns>Whether something had arrived.</returns>
    internal bool TakeAnswers()
    {
        bool hasTaken = false;
        while (link.TryTakeAnswer(out HostMessage answer))
        {
            Take(answer);
            hasTaken = true;
        }

        return hasTaken;
    }

    internal void SendSubmission(Handle<KernelThread> thread, Handle<Operation> operation)
    {
        Verify.That(freeBufferCount > 0, "too many operations in flight between the two sides");
        int number = freeBuffers[--freeBufferCount];
        submitted[number] = operation;
        world.Lanes.Operations[operation].State = OperationState.Submitted;
        link.Buffer(number) = world.Lanes.Operations[operation];
        ref HostMessage request = ref link.ClaimRequest(HostMessageKind.Submit);
        request.Thread = thread;
        request.Value0 = number;
        link.PublishRequest();
    }

    internal void SendDrive(Handle<KernelThread> thread, bool waits)
    {
        ref HostMessage request = ref Enter(thread, HostMessageKind.Drive);
        request.Flag = waits;
        link.PublishRequest();
    }

    internal void SendCall(Handle<KernelThread> thread, SuperCall number, long argument0, long argument1, long argument2)
    {
        ref HostMessage request = ref Enter(thread, HostMessageKind.Call);
        request.Number = number;
        request.Value0 = argument0;
        request.Value1 = argument1;
        request.Value2 = argument2;
        link.PublishRequest();
    }

    internal void SendCreateEvent(Handle<KernelThread> thread)
    {
        Enter(thread, HostMessageKind.CreateEvent);
        link.PublishRequest();
    }

    internal void SendCloseEvent(Handle<KernelThread> thread, uint descriptor)
    {
        ref HostMessage request = ref Enter(thread, HostMessageKind.CloseEvent);
        request.Value0 = descriptor;
        link.PublishRequest();
    }

    internal void SendInvoke(Handle<KernelThread> thread, in Call call)
    {
        ref HostMessage request = ref Enter(thread, HostMessageKind.Invoke);
        request.Call = call;
        link.PublishRequest();
    }

    internal void SendEnd(Handle<KernelThread> thread, bool isHandler)
    {
        ref HostMessage request = ref Enter(thread, HostMessageKind.End);
        request.Flag = isHandler;
        link.PublishRequest();
        world.Threads.PopActivation(thread);
    }

    internal void SendLine(int resource, uint count) => SendEvent(HostMessageKind.Line, resource, count);

    internal void SendSignal(int strand, int signal) => SendEvent(HostMessageKind.Signal, strand, signal);

    internal void SendEcho() => SendPlain(HostMessageKind.Echo, ++EchoesSent, 0);

    internal void SendSweep() => SendPlain(HostMessageKind.Sweep, 0, 0);

    internal void SendStop() => SendPlain(HostMessageKind.Stop, 0, 0);

    internal void SendCensus()
    {
        Census = null;
        SendPlain(HostMessageKind.Census, 0, 0);
    }

    internal CallResult TakeResult(Handle<KernelThread> thread) => entries[thread.Index].Result;

    private void SendEvent(HostMessageKind kind, long value0, long value1)
    {
        echoesSentBeforeEvent = EchoesSent;
        SendPlain(kind, value0, value1);
    }

    private void SendPlain(HostMessageKind kind, long value0, long value1)
    {
        ref HostMessage request = ref link.ClaimRequest(kind);
        request.Value0 = value0;
        request.Value1 = value1;
        link.PublishRequest();
    }

    private ref HostMessage Enter(Handle<KernelThread> thread, HostMessageKind kind)
    {
        entries[thread.Index].IsInKernel = true;
        entries[thread.Index].EchoesSentBefore = EchoesSent;
        world.Scheduler.Disable(world.Threads[thread].Party);
        ref HostMessage request = ref link.ClaimRequest(kind);
        request.Thread = thread;
        request.TakePage(world.Threads[thread]);
        return ref request;
    }

    private void Take(in HostMessage answer)
    {
        switch (answer.Kind)
        {
            case HostMessageKind.Return:
                Return(answer);
                break;
            case HostMessageKind.Complete:
                Complete((int)answer.Value0);
                break;
            case HostMessageKind.Alert:
                world.Queues.Alert(world.Threads[answer.Thread].Queue);
                break;
            case HostMessageKind.Frame:
                StartHandler(answer);
                break;
            case HostMessageKind.Echo:
                EchoesReturned = answer.Value0;
                break;
            case HostMessageKind.Census:
                Census = answer.Census;
                break;
            case HostMessageKind.Ready:
                KernelBootHash = (ulong)answer.Value0;
                break;
            default:
                Verify.Fail("an answer of an unknown kind");
                break;
        }
    }

    private void Return(in HostMessage answer)
    {
        ref KernelThread thread = ref world.Threads[answer.Thread];
        thread.Registers[0] = answer.Value0;
        thread.Registers[1] = answer.Value1;
        thread.Registers[2] = answer.Value2;
        entries[answer.Thread.Index].Result = answer.Result;
        RunOn(answer);
    }

    private void StartHandler(in HostMessage answer)
    {
        bool fits = world.Threads.TryPushActivation(
            answer.Thread, (int)answer.Value0, (int)answer.Value1, (int)answer.Value2, savedMask: 0);
        Verify.That(fits, "a handler's frame fits on one side only");
        world.Threads.TopActivation(answer.Thread).Restarts = answer.Flag;
        RunOn(answer);
    }

    private void RunOn(in HostMessage answer)
    {
        Verify.That(entries[answer.Thread.Index].IsInKernel, "an answer for a thread that is not in the kernel");
        entries[answer.Thread.Index].IsInKernel = false;
        answer.GivePage(ref world.Threads[answer.Thread]);
        world.Scheduler.Enable(world.Threads[answer.Thread].Party);
    }

    private void Complete(int number)
    {
        Handle<Operation> operation = submitted[number];
        ref Operation state = ref world.Lanes.Operations[operation];
        Handle<IpcQueue> queue = state.Queue;
        ulong context = state.Context;
        state = link.Buffer(number);
        state.State = OperationState.Submitted;
        state.Queue = queue;
        state.Context = context;
        freeBuffers[freeBufferCount++] = number;
        world.Queues.Post(operation);
    }

    private struct EntryState
    {
        public bool IsInKernel;
        public long EchoesSentBefore;
        public CallResult Result;
    }
}
