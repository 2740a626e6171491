// Counts what one call of a run costs. It listens to the trace, so the model itself pays nothing: between two records one party
// has run, and whatever the counters gained meanwhile is that party's. Hand-overs are followed from the moment at which the
// signal is accepted: whoever acts on it has depth 0; when a step of a party of depth n completes an operation of another
// party, or lets another party's thread run on, that party has depth n + 1 from its next step on, if it was not deeper already.
// The depth that the reply brings to the calling thread is the length of the chain that led to it. Without messages, it is the
// depth of the thread itself when the call returns.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Files;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using KernelThreadState = Managarm.Perf.Core.Threads.KernelThreadState;

namespace Managarm.Perf.Fuzz.Costs;

/// <summary>Measures one call of one run.</summary>
public sealed class CostMeter : ITraceListener
{
    private const int Unreached = -1;

    /// <summary>Chunks as mlibc has them: the tiny ones of campaigns have to be supplied anew in the middle of a call.</summary>
    private static readonly WorldOptions RealSizes = new() { QueueChunkBytes = 4096, ServerQueueChunkBytes = 4096 };

    private readonly ModelSystem system;
    private readonly World world;
    private readonly int call;
    private readonly int strand;
    private readonly int[] depths = new int[Scheduler.MaxParties];
    private readonly int[] arriving = new int[Scheduler.MaxParties];
    private readonly Dictionary<uint, (OperationState State, uint Generation)> operations = [];
    private readonly Dictionary<int, KernelThreadState> threads = [];
    private Counters before;
    private int party = Unreached;
    private bool isInCall;
    private bool isAccepted;
    private bool hasEnded;

    private CostMeter(ModelSystem system, Scenario scenario, int call)
    {
        this.system = system;
        this.call = call;
        world = system.World;
        strand = scenario.CallAt(call).Strand;
        Array.Fill(depths, Unreached);
        Array.Fill(arriving, Unreached);
    }

    private CallCost Cost { get; set; } = new();

    /// <inheritdoc/>
    public void Added(in TraceRecord record)
    {
        Attribute();
        FollowHandOvers();
        party = record.Party;
        depths[party] = Math.Max(depths[party], arriving[party]);
        arriving[party] = Unreached;
        Follow(record);
    }

    /// <summary>Runs a scenario and measures a call of it.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="kind">The call, by its kind; the first of them is measured.</param>
    /// <param name="strategy">Who decides, or null for the default order.</param>
    /// <returns>What the call cost.</returns>
    public static CallCost Measure(
        IProtocol protocol, Scenario scenario, CallKind kind, IScheduleStrategy? strategy = null)
    {
        int call = scenario.Calls.ToArray().ToList().FindIndex(each => each.Kind == kind);
        Verify.That(call >= 0, "the scenario does not have the call that is to be measured");
        using var runner = new ScenarioRunner(protocol, Profile.Managarm, RealSizes);
        var meter = new CostMeter(runner.System, scenario, call);
        Trace trace = runner.System.World.Trace;
        trace.IsEnabled = true;
        trace.Listener = meter;
        runner.Run(scenario, strategy ?? NonPreemptive.Instance, default);
        return meter.Cost with { DescriptorsLeft = meter.CountDescriptors() };
    }

    /// <summary>Gives what the counters gained to the party that ran.</summary>
    private void Attribute()
    {
        Counters now = world.Counters;
        if (isInCall && party == Caller)
        {
            Cost = Cost with
            {
                Entries = Cost.Entries + now.UserEntries - before.UserEntries,
                SuperCalls = Cost.SuperCalls + now.SuperCalls - before.SuperCalls,
                UserOffers = Cost.UserOffers + now.Messages - before.Messages,
            };
        }
        else if (isInCall && party == system.Posix.Dispatcher.Party)
        {
            Cost = Cost with { ServerOffers = Cost.ServerOffers + now.Messages - before.Messages };
        }

        before = now;
    }

    private int Caller => world.Threads[world.Threads.OfStrand(strand)].Party;

    private void Follow(in TraceRecord record)
    {
        switch (record.Note)
        {
            case NoteKind.CallBegin when record.First == call && !hasEnded:
                isInCall = true;
                break;
            case NoteKind.SignalAccepted when isInCall && !isAccepted && record.Second == strand:
                isAccepted = true;
                Array.Fill(depths, Unreached);
                Array.Fill(arriving, Unreached);
                depths[party] = 0;
                break;
            case NoteKind.CallEnd when record.First == call && isInCall:
                End(record.Second);
                break;
            case NoteKind.None when isInCall && record.Party == Caller:
                FollowStep(record.Kind);
                break;
            default:
                break;
        }
    }

    private void FollowStep(PointKind kind)
    {
        if (kind == PointKind.EventCreate)
        {
            Cost = Cost with { Events = Cost.Events + 1 };
        }
    }

    private void End(long result)
    {
        isInCall = false;
        hasEnded = true;
        Cost = Cost with
        {
            HasReturned = true,
            Result = StoryWords.ResultText(system.Scenario, result),
            Hops = Cost.Hops ?? (isAccepted && system.Protocol.IsMonolithic ? depths[party] : null),
        };
    }

    /// <summary>Finds out whom the party that has just run has given something to do.</summary>
    private void FollowHandOvers()
    {
        Slab<Operation> slab = world.Lanes.Operations;
        for (int index = 0; index < slab.HighWater; index++)
        {
            if (slab.IsLiveAt(index))
            {
                CompareOperation(slab.HandleAt(index));
            }
        }

        for (int index = 0; index < world.Threads.All.HighWater; index++)
        {
            KernelThreadState state = world.Threads.All.At(index).State;
            threads.TryGetValue(index, out KernelThreadState known);
            threads[index] = state;
            if (state == KernelThreadState.Running && known is KernelThreadState.Blocked or KernelThreadState.Stopped)
            {
                HandOver(world.Threads.All.At(index).Party);
            }
        }
    }

    private void CompareOperation(Handle<Operation> handle)
    {
        ref Operation operation = ref world.Lanes.Operations[handle];
        operations.TryGetValue(handle.Index, out var before);
        OperationState known = before.Generation == handle.Generation ? before.State : OperationState.Prepared;
        operations[handle.Index] = (operation.State, handle.Generation);
        if (operation.State == OperationState.Completed && known != OperationState.Completed
            && world.Queues.IsLive(operation.Queue))
        {
            int to = world.Queues[operation.Queue].Party;
            HandOver(to);
            if (isInCall && isAccepted && to == Caller && to != party && IsRequest(operation))
            {
                Cost = Cost with { Hops = Cost.Hops ?? depths[party] + 1 };
            }
        }
    }

    private static bool IsRequest(in Operation operation)
    {
        bool hasReply = false;
        for (int position = 0; position < operation.ItemCount; position++)
        {
            hasReply |= operation.Items[position].Kind == ItemKind.ReceiveInline;
        }

        return operation.Kind == OperationKind.Exchange && hasReply;
    }

    private void HandOver(int to)
    {
        if (party >= 0 && to != party && depths[party] != Unreached)
        {
            arriving[to] = Math.Max(arriving[to], depths[party] + 1);
        }
    }

    private int CountDescriptors()
    {
        if (system.Protocol.IsMonolithic)
        {
            return 0;
        }

        int count = world.Universes[system.Posix.Dispatcher.Universe].DescriptorCount;
        for (int number = 0; number < Scenario.MaximumServers; number++)
        {
            FileServer server = system.FileServers[number];
            count += server.IsRunning ? world.Universes[server.Dispatcher.Universe].DescriptorCount : 0;
        }

        return count;
    }
}
