// Watches a run and writes its story. It stands between scheduler and strategy, so that it sees who would have run at a
// preemption, and listens to the trace, so that it sees the kernel objects while they change: an operation that goes from
// prepared to submitted is a request that leaves, one that completes is a reply that arrives, an observation that is freed
// has been noticed by its server. What is left at the end is StoryEnding's part. It changes nothing; the trace hash proves it.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using KernelThreadState = Managarm.Perf.Core.Threads.KernelThreadState;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Records the story of one run.</summary>
public sealed class StoryRecorder : IScheduleStrategy, ITraceListener
{
    private readonly ModelSystem system;
    private readonly World world;
    private readonly IScheduleStrategy strategy;
    private readonly Story story;
    private readonly Dictionary<uint, (OperationState State, uint Generation)> operations = [];
    private readonly Dictionary<int, StoppedThread> stopped = [];
    private readonly Dictionary<int, KernelThreadState> threadStates = [];
    private readonly List<(StoryEvent From, int Party, MessageKind Kind)> submissions = [];
    private readonly List<(StoryEvent From, int Party, ArrowKind Kind, string Label)> arrivals = [];
    private readonly List<(int Strand, uint Thread, long Id)> registered = [];
    private StoryEvent? current;
    private int transferredParty = -1;
    private bool isRunning;

    /// <summary>Makes a recorder for the next run of a system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="strategy">Who decides.</param>
    /// <param name="story">Receives the story.</param>
    public StoryRecorder(ModelSystem system, IScheduleStrategy strategy, Story story)
    {
        this.system = system;
        this.strategy = strategy;
        this.story = story;
        world = system.World;
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        strategy.Begin(partyCount);
        for (int party = 0; party < partyCount; party++)
        {
            var name = system.Parties.NameOf(party).ToString();
            story.Parties.Add(new StoryParty(name, world.Scheduler[party].Kind, system.Parties.StrandOf(party)));
        }

        Compare(null);
        isRunning = true;
    }

    /// <inheritdoc/>
    public void End() => strategy.End();

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        int next = strategy.Next(decision);
        if (next != decision.Default)
        {
            var number = story.Preemptions.Count + 1;
            story.Preemptions.Add(
                new StoryPreemption(number, decision.Step, decision.Party, decision.Point, decision.Default, next));
        }

        return next;
    }

    /// <inheritdoc/>
    public void Added(in TraceRecord record)
    {
        if (!isRunning)
        {
            return;
        }

        if (record.Note == NoteKind.None)
        {
            Open(record, record.Kind);
            return;
        }

        if (current is null || current.Party != record.Party)
        {
            Open(record, PointKind.None);
        }

        current!.Notes.Add(new StoryNote(record.Note, record.First, record.Second));
        Follow(current, record.Note, record.First, record.Second);
    }

    /// <summary>Ends the story after the run.</summary>
    /// <param name="result">How the run ended.</param>
    public void Finish(RunResult result)
    {
        Compare(current);
        story.Result = result;
        new StoryEnding(system, story).Tell(registered);
        foreach (StoryPreemption preemption in story.Preemptions)
        {
            preemption.After = story.Events.Find(each => each.Step > preemption.Step && each.Kind != PointKind.None);
            preemption.Delays = story.Events.Find(each => each.Party == preemption.Delayed && each.Step > preemption.Step
                && each.Kind is not (PointKind.None or PointKind.TakeInterrupt));
        }
    }

    private void Open(in TraceRecord record, PointKind kind)
    {
        Compare(current);
        var opened = new StoryEvent
        {
            Index = story.Events.Count,
            Step = record.Step,
            Party = record.Party,
            Point = record.Point,
            Kind = kind,
            ObjectKind = record.ObjectKind,
        };
        opened.Subject = SubjectOf(record, kind);
        opened.Word = WordOf(record);
        story.Events.Add(opened);
        current = opened;
        Land(opened);
        if (kind == PointKind.TransferDescriptor)
        {
            transferredParty = PartyOfStrand(opened.Subject);
        }
        else if (kind == PointKind.AlertQueue && transferredParty >= 0)
        {
            opened.Subject = story.Parties[transferredParty].Strand;
            Send(opened, transferredParty, ArrowKind.Interrupt, "alert");
        }
    }

    private int SubjectOf(in TraceRecord record, PointKind kind)
    {
        int own = story.Parties[record.Party].Strand;
        bool isThread = record.ObjectKind is ObjectKind.Thread or ObjectKind.ThreadPage;
        return own >= 0 || kind == PointKind.None || !isThread ? own : system.StrandOfThread(record.Index);
    }

    private uint WordOf(in TraceRecord record)
    {
        switch (record.Kind)
        {
            case PointKind.GuardExit or PointKind.FlagCheck or PointKind.FlagUpdate:
                return world.Threads.All.At((int)record.Index).GuardFlag;
            case PointKind.CancelCheck:
                return world.Threads.All.At((int)record.Index).IsCancelRequested ? 1u : 0;
            case PointKind.NotifyLoad or PointKind.NotifyClear:
                Handle<KernelThread> thread = world.Threads.OfStrand(story.Parties[record.Party].Strand);
                return (uint)world.Queues[world.Threads[thread].Queue].UserNotify;
            default:
                return 0;
        }
    }

    /// <summary>Turns notes into arrows where a note names the other side.</summary>
    private void Follow(StoryEvent at, NoteKind note, long first, long second)
    {
        switch (note)
        {
            case NoteKind.Stopped:
                var thread = world.Threads.All.HandleAt((int)first);
                stopped[(int)first] = new StoppedThread(at, world.Threads[thread].Observer, (Observation)second);
                break;
            case NoteKind.Interrupted:
                Send(at, PartyOfThread(first), ArrowKind.Interrupt, "interrupt");
                break;
            case NoteKind.Resumed:
                at.Subject = system.StrandOfThread((uint)first);
                Send(at, PartyOfThread(first), ArrowKind.Resume, at.Kind == PointKind.ResumeThread ? "resume" : "start");
                break;
            case NoteKind.RequestAccepted:
                Accept(at, (MessageKind)first, second);
                break;
            case NoteKind.Registered:
                registered.Add((system.StrandOfThread((uint)second), (uint)second, first));
                break;
            case NoteKind.SignalIssued or NoteKind.SignalAccepted or NoteKind.SignalIgnored or NoteKind.SignalRaised:
                FollowSignal(at, note, (int)first, (int)second);
                break;
            default:
                break;
        }
    }

    private void FollowSignal(StoryEvent at, NoteKind note, int signal, int strand)
    {
        if (story.Parties[at.Party].Kind != PartyKind.User)
        {
            at.Subject = note == NoteKind.SignalIssued ? at.Subject : strand;
        }
        else if (note == NoteKind.SignalIssued && PartyOfStrand(strand) != at.Party)
        {
            Send(at, PartyOfStrand(strand), ArrowKind.Wake, SignalTable.NameAt(signal));
        }
    }

    private void Accept(StoryEvent at, MessageKind kind, long client)
    {
        bool isFileLane = kind is MessageKind.Read or MessageKind.Write or MessageKind.CancelOperation;
        int party = isFileLane ? PartyOfThread(client) : PartyOfStrand((int)client);
        at.Subject = story.Parties[party].Strand;
        int found = submissions.FindIndex(each => each.Party == party && each.Kind == kind);
        if (found >= 0)
        {
            var label = "request " + StoryWords.RequestName(kind);
            story.Arrows.Add(new StoryArrow(submissions[found].From, at, ArrowKind.Request, label));
            submissions.RemoveAt(found);
        }
    }

    private void Send(StoryEvent from, int party, ArrowKind kind, string label)
    {
        if (party >= 0 && party != from.Party)
        {
            arrivals.Add((from, party, kind, label));
        }
    }

    private void Land(StoryEvent at)
    {
        for (int i = arrivals.Count - 1; i >= 0; i--)
        {
            if (arrivals[i].Party == at.Party)
            {
                story.Arrows.Add(new StoryArrow(arrivals[i].From, at, arrivals[i].Kind, arrivals[i].Label));
                arrivals.RemoveAt(i);
            }
        }
    }

    /// <summary>Finds out what the step that has just ended did to operations and threads.</summary>
    private void Compare(StoryEvent? ended)
    {
        Slab<Operation> slab = world.Lanes.Operations;
        for (int index = 0; index < slab.HighWater; index++)
        {
            if (slab.IsLiveAt(index))
            {
                CompareOperation(ended, slab.HandleAt(index));
            }
        }

        NoticeStops(ended, slab);
        for (int index = 0; index < world.Threads.All.HighWater; index++)
        {
            CompareThread(ended, index);
        }
    }

    private void CompareOperation(StoryEvent? ended, Handle<Operation> handle)
    {
        ref Operation operation = ref world.Lanes.Operations[handle];
        operations.TryGetValue(handle.Index, out var before);
        OperationState known = before.Generation == handle.Generation ? before.State : OperationState.Prepared;
        operations[handle.Index] = (operation.State, handle.Generation);
        if (ended is null || known == operation.State)
        {
            return;
        }

        Handle<KernelThread> owner = world.Queues.IsLive(operation.Queue) ? world.Queues[operation.Queue].Thread : default;
        if (owner.IsNone)
        {
            NoteServerSubmission(ended, known, operation);
            return;
        }

        int party = PartyOfThread(owner.Index);
        if (known == OperationState.Prepared && operation.Kind == OperationKind.Exchange)
        {
            var kind = (MessageKind)operation.Items[1].Message.Kind;
            ended.Submitted.Add(kind);
            submissions.Add((ended, party, kind));
        }

        if (operation.State == OperationState.Completed && ended.Party != party)
        {
            AnnounceReply(ended, party, operation);
        }
    }

    private void NoteServerSubmission(StoryEvent ended, OperationState known, in Operation operation)
    {
        if (known != OperationState.Prepared || story.Parties[ended.Party].Strand >= 0)
        {
            return;
        }

        ended.ServerSubmission = operation.Kind switch
        {
            OperationKind.Observe => $"observe {story.NameOf(system.StrandOfThread(operation.Thread.Index))}",
            OperationKind.AwaitClock => "await a deadline",
            OperationKind.AwaitEvent =>
                story.Protocol.Origin is Oneshot ? "await the request's event" : "await the next interrupt",
            OperationKind.Cancel => "cancel a wait",
            OperationKind.Nop => "a hop",
            _ => operation.Items[0].Kind switch
            {
                ItemKind.Accept => "accept the next request",
                ItemKind.Offer => "offer a cancel",
                ItemKind.Send => "send a reply",
                ItemKind.Extract => "extract the caller's credentials",
                ItemKind.Pull => "pull the request's event",
                _ => "receive the request's second part",
            },
        };
    }

    private void AnnounceReply(StoryEvent ended, int party, in Operation operation)
    {
        if (operation.Kind == OperationKind.AwaitClock)
        {
            Send(ended, party, ArrowKind.Wake, "deadline");
            return;
        }

        if (operation.Kind == OperationKind.AwaitEvent)
        {
            Send(ended, party, ArrowKind.Wake, "event");
            return;
        }

        for (int position = 0; position < operation.ItemCount; position++)
        {
            Item item = operation.Items[position];
            if (item.Kind == ItemKind.ReceiveInline)
            {
                var label = item.Message.Error == default ? "reply" : "reply " + ErrnoTable.Name(item.Message.Error);
                Send(ended, party, ArrowKind.Reply, label);
            }
        }
    }

    private void NoticeStops(StoryEvent? ended, Slab<Operation> slab)
    {
        foreach ((int thread, StoppedThread stop) in stopped)
        {
            if (stop.Observer.IsNone)
            {
                stop.Observer = FindObserver(slab, world.Threads.All.HandleAt(thread));
            }
            else if (!slab.IsLive(stop.Observer) && ended is not null && ended != stop.At)
            {
                ended.Observed = stop.Observation;
                ended.Subject = system.StrandOfThread((uint)thread);
                var label = StoryWords.ObservationName(stop.Observation);
                story.Arrows.Add(new StoryArrow(stop.At, ended, ArrowKind.Stop, label));
                stopped.Remove(thread);
            }
        }
    }

    private static Handle<Operation> FindObserver(Slab<Operation> slab, Handle<KernelThread> thread)
    {
        for (int index = 0; index < slab.HighWater; index++)
        {
            if (slab.IsLiveAt(index) && slab.At(index).Kind == OperationKind.Observe && slab.At(index).Thread == thread)
            {
                return slab.HandleAt(index);
            }
        }

        return default;
    }

    private void CompareThread(StoryEvent? ended, int index)
    {
        KernelThreadState state = world.Threads.All.At(index).State;
        threadStates.TryGetValue(index, out KernelThreadState before);
        threadStates[index] = state;
        int party = PartyOfThread(index);
        bool isWoken = before == KernelThreadState.Blocked && state == KernelThreadState.Running;
        if (ended is null || party < 0 || !isWoken || party == ended.Party)
        {
            return;
        }

        if (!arrivals.Exists(each => each.Party == party))
        {
            Send(ended, party, ArrowKind.Wake, "wake");
        }
    }

    private int PartyOfThread(long thread) => world.Threads.All.At((int)thread).Party;

    private int PartyOfStrand(int strand) => story.Parties.FindIndex(each => each.Strand == strand && strand >= 0);

    /// <summary>A thread that has stopped and that its server has not noticed yet.</summary>
    private sealed class StoppedThread(StoryEvent at, Handle<Operation> observer, Observation observation)
    {
        internal StoryEvent At => at;

        internal Observation Observation => observation;

        internal Handle<Operation> Observer { get; set; } = observer;
    }
}
