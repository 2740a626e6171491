// The small scenario as host tasks: async Task for every activity, a TaskCompletionSource for every suspension, lists of
// waiters for bells and cancellation, on the scheduler that the hand-written world uses. It is the leanest form of that kind:
// no locks, no CancellationTokenSource, continuations run inline. What remains is what the task machinery itself costs.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Host tasks in the structure of the model.</summary>
public sealed class TaskMiniWorld : IMiniWorld, IPartyBody
{
    private readonly Arena arena = new(coldCapacityBytes: 128);
    private readonly MiniScheduler scheduler;
    private readonly List<Waiter> requestBell = [];
    private readonly List<Waiter> replyBell = [];
    private readonly List<Waiter> pipeBell = [];
    private readonly List<Sleeper> sleepers = [];
    private readonly TaskCompletionSource?[] continuations = new TaskCompletionSource?[MiniScenario.PartyCount];
    private readonly Queue<Waiter>[] inboxes = new Queue<Waiter>[MiniScenario.PartyCount];
    private readonly Task?[] activities = new Task?[MiniScenario.PartyCount];
    private readonly TaskCancelSource?[] registry = new TaskCancelSource?[MiniScenario.Reads + 1];
    private MiniState state;
    private Task? lastHandler;
    private long nowTicks;
    private uint armed;

    public TaskMiniWorld()
    {
        scheduler = new MiniScheduler(arena);
        arena.Seal();
        for (int party = 0; party < MiniScenario.PartyCount; party++)
        {
            inboxes[party] = new Queue<Waiter>();
        }
    }

    /// <inheritdoc/>
    public string Name => "tasks";

    /// <inheritdoc/>
    public MiniResult Run(IScheduleStrategy strategy)
    {
        Reset();
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            scheduler.Run(strategy, this);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        Check();
        return new MiniResult(scheduler.Steps, scheduler.Decisions, state.Received, state.Interrupts, scheduler.TraceHash);
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        if (party == MiniScenario.TimeParty)
        {
            RunTime();
            return;
        }

        TaskCompletionSource? continuation = continuations[party];
        continuations[party] = null;
        if (continuation is not null)
        {
            continuation.SetResult();
        }
        else if (activities[party] is null)
        {
            scheduler.BeginStep(PointKind.Start, ObjectKind.Party, (uint)party, isWrite: false);
            activities[party] = Start(party);
        }
        else
        {
            Waiter waiter = inboxes[party].Dequeue();
            scheduler.BeginStep(PointKind.Dispatch, ObjectKind.Party, (uint)party, isWrite: false);
            waiter.Source.SetResult(waiter.IsRaised);
        }

        if (continuations[party] is null && inboxes[party].Count == 0)
        {
            scheduler.Disable(party);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    private void Reset()
    {
        arena.Reset();
        scheduler.Reset();
        requestBell.Clear();
        replyBell.Clear();
        pipeBell.Clear();
        sleepers.Clear();
        Array.Clear(continuations);
        Array.Clear(activities);
        Array.Clear(registry);
        foreach (Queue<Waiter> inbox in inboxes)
        {
            inbox.Clear();
        }

        state = default;
        lastHandler = null;
        nowTicks = 0;
        armed = 0;
    }

    // A task keeps its exception to itself, so whatever a task of this run found must be asked for.
    private void Check()
    {
        foreach (Task? activity in activities)
        {
            if (activity is { IsFaulted: true })
            {
                activity.GetAwaiter().GetResult();
            }
        }

        Verify.That(lastHandler is { IsCompleted: true }, "a handler never ended");
        lastHandler.GetAwaiter().GetResult();
        state.CheckEnd();
        Verify.That(pipeBell.Count == 0 && sleepers.Count == 0, "a waiter outlived its use");
    }

    private Task Start(int party) => party switch
    {
        MiniScenario.ClientParty => RunClient(),
        MiniScenario.ServerParty => RunServer(),
        MiniScenario.WriterParty => RunWriter(),
        _ => RunSignaller(),
    };

    private async Task RunClient()
    {
        for (int tag = 1; tag <= MiniScenario.Reads; tag++)
        {
            await Point().ConfigureAwait(false);
            scheduler.BeginStep(PointKind.Call, ObjectKind.Lane, MiniScenario.RequestLane, isWrite: true);
            state.Send(tag);
            Ring(requestBell);
            while (state.ReplyTag == 0)
            {
                await Wait(replyBell, MiniScenario.ClientParty).ConfigureAwait(false);
            }

            state.TakeReply(tag);
        }
    }

    private async Task RunServer()
    {
        while (true)
        {
            while (state.RequestTag == 0)
            {
                await Wait(requestBell, MiniScenario.ServerParty).ConfigureAwait(false);
            }

            lastHandler = Serve(state.TakeRequest());
        }
    }

    private async Task Serve(int tag)
    {
        var source = new TaskCancelSource();
        registry[tag] = source;
        int result = await ReadPipe(source, tag).ConfigureAwait(false);
        registry[tag] = null;
        await Point().ConfigureAwait(false);
        scheduler.BeginStep(PointKind.Submit, ObjectKind.Lane, MiniScenario.ReplyLane, isWrite: true);
        state.Reply(tag, result);
        Ring(replyBell);
    }

    private async Task<int> ReadPipe(TaskCancelSource source, int tag)
    {
        while (true)
        {
            await Point().ConfigureAwait(false);
            scheduler.BeginStep(PointKind.KernelLock, ObjectKind.Pipe, 0, isWrite: true);
            int taken = state.TakeBytes();
            if (taken > 0)
            {
                return taken;
            }

            scheduler.Reads(ObjectKind.CancelSource, tag);
            if (source.IsCancelled)
            {
                return MiniScenario.Interrupted;
            }

            var waiter = new Waiter(MiniScenario.ServerParty);
            pipeBell.Add(waiter);
            source.Waiter = waiter;
            bool isRaised = await waiter.Source.Task.ConfigureAwait(false);
            pipeBell.Remove(waiter);
            source.Waiter = null;
            if (!isRaised)
            {
                return MiniScenario.Interrupted;
            }
        }
    }

    private async Task RunWriter()
    {
        for (int i = 0; i < MiniScenario.Writes; i++)
        {
            await Sleep(MiniScenario.WriterParty, MiniScenario.WritePeriodTicks).ConfigureAwait(false);
            await Point().ConfigureAwait(false);
            scheduler.BeginStep(PointKind.KernelEnter, ObjectKind.Pipe, 0, isWrite: true);
            state.Written += MiniScenario.ChunkBytes;
            Ring(pipeBell);
        }
    }

    private async Task RunSignaller()
    {
        for (int i = 0; i < MiniScenario.Signals; i++)
        {
            await Sleep(MiniScenario.SignallerParty, MiniScenario.SignalPeriodTicks).ConfigureAwait(false);
            await Point().ConfigureAwait(false);
            scheduler.BeginStep(PointKind.InterruptThread, ObjectKind.RegistryEntry, 0, isWrite: true);
            CancelRequestInFlight();
        }
    }

    private void CancelRequestInFlight()
    {
        TaskCancelSource? source = registry[state.TagInFlight];
        if (source is null || source.IsCancelled)
        {
            return;
        }

        scheduler.Writes(ObjectKind.CancelSource, state.TagInFlight);
        source.IsCancelled = true;
        if (source.Waiter is not null)
        {
            Settle(source.Waiter, isRaised: false);
        }
    }

    private Task Point()
    {
        int party = scheduler.Current;
        if (scheduler.Stays())
        {
            return Task.CompletedTask;
        }

        var source = new TaskCompletionSource();
        continuations[party] = source;
        return source.Task;
    }

    private static async Task Wait(List<Waiter> bell, int party)
    {
        var waiter = new Waiter(party);
        bell.Add(waiter);
        await waiter.Source.Task.ConfigureAwait(false);
        bell.Remove(waiter);
    }

    private void Ring(List<Waiter> bell)
    {
        foreach (Waiter waiter in bell)
        {
            Settle(waiter, isRaised: true);
        }
    }

    private void Settle(Waiter waiter, bool isRaised)
    {
        scheduler.Writes(ObjectKind.Event, waiter.Party);
        if (waiter.IsSettled)
        {
            return;
        }

        waiter.IsSettled = true;
        waiter.IsRaised = isRaised;
        inboxes[waiter.Party].Enqueue(waiter);
        scheduler.Enable(waiter.Party);
    }

    private Task<bool> Sleep(int party, long ticks)
    {
        scheduler.Writes(ObjectKind.Timer, party);
        var waiter = new Waiter(party);
        sleepers.Add(new Sleeper(waiter, nowTicks + ticks, ++armed));
        scheduler.Enable(MiniScenario.TimeParty);
        return waiter.Source.Task;
    }

    private void RunTime()
    {
        scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Timer, 0, isWrite: true);
        int earliest = 0;
        for (int i = 1; i < sleepers.Count; i++)
        {
            if (sleepers[i].IsEarlierThan(sleepers[earliest]))
            {
                earliest = i;
            }
        }

        if (earliest < sleepers.Count)
        {
            Sleeper sleeper = sleepers[earliest];
            sleepers.RemoveAt(earliest);
            scheduler.Writes(ObjectKind.Timer, sleeper.Waiter.Party);
            nowTicks = Math.Max(nowTicks, sleeper.DeadlineTicks);
            scheduler.Note(NoteKind.TimerExpired, sleeper.DeadlineTicks);
            Settle(sleeper.Waiter, isRaised: true);
        }

        if (sleepers.Count == 0)
        {
            scheduler.Disable(MiniScenario.TimeParty);
        }
    }

    private readonly record struct Sleeper(Waiter Waiter, long DeadlineTicks, uint Order)
    {
        public bool IsEarlierThan(in Sleeper other) => DeadlineTicks != other.DeadlineTicks
            ? DeadlineTicks < other.DeadlineTicks
            : Order < other.Order;
    }

    private sealed class Waiter(int party)
    {
        public TaskCompletionSource<bool> Source { get; } = new();

        public int Party { get; } = party;

        public bool IsSettled { get; set; }

        public bool IsRaised { get; set; }
    }

    private sealed class TaskCancelSource
    {
        public bool IsCancelled { get; set; }

        public Waiter? Waiter { get; set; }
    }
}
