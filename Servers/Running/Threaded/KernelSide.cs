// The kernel's side of the threaded host: a complete system whose user threads are elsewhere. It works off one request after the
// other, and before it takes the next one everything that could run has run. That makes an echo an answer to the question
// whether the system has come to rest.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>What runs on the kernel's OS thread.</summary>
internal sealed class KernelSide
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly HostLink link;
    private readonly KernelEntryBody body;

    internal KernelSide(ModelSystem system, HostLink link)
    {
        this.system = system;
        this.link = link;
        world = system.World;
        body = new KernelEntryBody(system, link);
        system.UserBody = body;
    }

    /// <summary>What the modelled system panicked with; read it only after this side has ended.</summary>
    internal PanicCode PanicCode => world.PanicCode;

    /// <summary>Boots this side and serves it until it is told to stop or the modelled system panics.</summary>
    /// <param name="scenario">The scenario.</param>
    internal void Run(Scenario scenario)
    {
        body.Reset();
        system.Begin(scenario, default);
        link.ClaimAnswer(HostMessageKind.Ready).Value0 = (long)world.Scheduler.TraceHash;
        link.PublishAnswer();
        var backoff = default(Backoff);
        while (true)
        {
            world.Scheduler.Run(NonPreemptive.Instance, null);
            if (world.Scheduler.IsHalted)
            {
                return;
            }

            if (link.TryTakeRequest(out HostMessage request))
            {
                backoff = default;
                if (request.Kind == HostMessageKind.Stop)
                {
                    return;
                }

                Take(request);
            }
            else
            {
                link.AwaitRequest(ref backoff);
            }
        }
    }

    private void Take(in HostMessage request)
    {
        switch (request.Kind)
        {
            case HostMessageKind.Submit:
                Submit(request.Thread, (int)request.Value0);
                break;
            case HostMessageKind.Line:
                system.FileServers.RaiseLine((int)request.Value0, (uint)request.Value1);
                break;
            case HostMessageKind.Signal:
                system.Posix.Processes.Send((int)request.Value0, -1, (int)request.Value1);
                break;
            case HostMessageKind.Sweep:
                Sweep();
                break;
            case HostMessageKind.Echo:
                link.ClaimAnswer(HostMessageKind.Echo).Value0 = request.Value0;
                link.PublishAnswer();
                break;
            case HostMessageKind.Census:
                link.ClaimAnswer(HostMessageKind.Census).Census = Count();
                link.PublishAnswer();
                break;
            default:
                body.Enter(request);
                break;
        }
    }

    /// <summary>A submission that is still to be made may name what would be closed; the next sweep will do.</summary>
    private void Sweep()
    {
        Handle<Universe> universe = system.Posix.Universe;
        if (universe.IsNone || world.Queues.HasSubmission(system.Posix.Dispatcher.Queue))
        {
            return;
        }

        for (int slot = 0; slot < Universe.MaxDescriptors; slot++)
        {
            Descriptor descriptor = world.Universes[universe].Descriptors[slot];
            if (descriptor.Kind is DescriptorKind.OneshotEvent or DescriptorKind.Lane)
            {
                world.Universes.Close(universe, descriptor.Number);
            }
        }
    }

    private HostCensus Count()
    {
        ref Counters counters = ref world.Counters;
        return new HostCensus(
            counters.UserEntries,
            counters.ServerEntries,
            counters.SuperCalls,
            counters.Messages,
            counters.SignalsAccepted,
            GC.GetAllocatedBytesForCurrentThread());
    }

    private void Submit(Handle<KernelThread> thread, int number)
    {
        Handle<IpcQueue> queue = world.Threads[thread].Queue;
        ref Operation buffer = ref link.Buffer(number);
        Handle<Operation> operation = world.Lanes.Prepare(buffer.Kind, queue, (ulong)number);
        ref Operation state = ref world.Lanes.Operations[operation];
        state = buffer;
        state.State = OperationState.Prepared;
        state.Queue = queue;
        state.Context = (ulong)number;
        if (world.Queues.TryPush(queue, operation))
        {
            return;
        }

        while (world.Queues.ProcessSubmission(queue))
        {
        }

        Verify.That(world.Queues.TryPush(queue, operation), "no room in a submission chain that was just drained");
    }
}
