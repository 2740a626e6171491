// The scheduler runs one party at a time and decides at every point which one goes on. Its default is non-preemptive: a party
// runs until it blocks, then the party that was woken last runs, as a direct hand-off would do; a preempted party goes to the
// back, so that one deviation already means a long delay of the side that it names. Time runs only when nobody else can.
// Strategies deviate from that default, deviations are what is recorded, and replay feeds them back. Bounded by steps.

using System.Numerics;
using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Picks and runs parties; owns points, steps and decisions.</summary>
public sealed unsafe class Scheduler
{
    /// <summary>Number of parties at most.</summary>
    public const int MaxParties = 32;

    private readonly World world;
    private readonly Party* parties;
    private readonly SchedulerState* state;
    private readonly IPartyBody[] bodies = new IPartyBody[MaxParties];
    private readonly uint maxSteps;
    private IScheduleStrategy strategy = NonPreemptive.Instance;
    private IIdleJudge? idleJudge;
    private int orderParty = -1;
    private bool asksAlways;
    private bool isJudging;

    internal Scheduler(World world, Arena arena, WorldOptions options)
    {
        this.world = world;
        parties = arena.ReserveHot<Party>(MaxParties);
        state = arena.ReserveHot<SchedulerState>(1);
        Inboxes = new Inboxes(world, this, arena, parties);
        maxSteps = options.MaxSteps;
        state->PendingNext = -1;
    }

    /// <summary>The deviations that this run has taken.</summary>
    public Schedule Recorded { get; } = new();

    /// <summary>Who took which step, and who stands before which.</summary>
    public StepLog StepLog { get; } = new();

    /// <summary>What was woken and waits for its party to be picked.</summary>
    public Inboxes Inboxes { get; }

    /// <summary>Steps so far.</summary>
    public uint Steps => state->Steps;

    /// <summary>Steps at which more than one party was enabled.</summary>
    public uint Decisions => state->Decisions;

    /// <summary>Party that runs now.</summary>
    public int Current => state->Current;

    /// <summary>Says whose code the host runs before the run begins, so that coroutines get their owner.</summary>
    /// <param name="party">The party.</param>
    public void Impersonate(int party) => state->Current = party;

    /// <summary>Number of parties.</summary>
    public int PartyCount => state->PartyCount;

    /// <summary>Enabled parties, one bit each.</summary>
    public uint EnabledMask => state->EnabledMask;

    /// <summary>Running hash over everything that happened: equal for equal runs.</summary>
    public ulong TraceHash => state->TraceHash;

    /// <summary>Whether the run was ended early.</summary>
    public bool IsHalted => state->IsHalted;

    /// <summary>Whether the step bound was hit.</summary>
    public bool IsOutOfSteps => state->IsOutOfSteps;

    /// <summary>A party, by number.</summary>
    /// <param name="party">Number of the party.</param>
    /// <returns>Its state.</returns>
    public ref Party this[int party] => ref parties[party];

    /// <summary>Adds a party, not yet enabled.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="body">What it does.</param>
    /// <returns>Its number.</returns>
    public int AddParty(PartyKind kind, IPartyBody body)
    {
        int party = state->PartyCount++;
        Verify.That(party < MaxParties, "too many parties");
        parties[party] = new Party { Kind = kind };
        bodies[party] = body;
        if (kind == PartyKind.Time)
        {
            state->LazyMask |= 1u << party;
        }

        return party;
    }

    /// <summary>Whether servers handle what is ready in an order that the strategy chooses.</summary>
    public bool RelaxesDispatch => orderParty >= 0;

    /// <summary>Leaves the order in which servers handle what is ready to the strategy, under the name of a party that never
    /// runs: its n-th point deviates when the n-th choice passes over the first that is left.</summary>
    /// <returns>Number of that party.</returns>
    public int RelaxDispatch() => orderParty = AddChoice();

    /// <summary>Leaves a choice of two to the strategy, under the name of a party that never runs.</summary>
    /// <returns>Number of that party.</returns>
    public int AddChoice()
    {
        int party = state->PartyCount++;
        Verify.That(party < MaxParties, "too many parties");
        parties[party] = new Party { Kind = PartyKind.Order };
        return party;
    }

    /// <summary>Asks the strategy: the n-th point of the choice's party deviates when the n-th answer is not the usual
    /// one.</summary>
    /// <param name="choice">Number of the choice's party.</param>
    /// <returns>True when the usual thing is not done.</returns>
    public bool Deviates(int choice) => PassesOver(choice, state->Current);

    /// <summary>Chooses among what the running party has to handle.</summary>
    /// <param name="count">How much there is.</param>
    /// <returns>Position of the chosen one; 0 unless dispatch is relaxed.</returns>
    public int ChooseReady(int count)
    {
        int chosen = 0;
        while (orderParty >= 0 && chosen < count - 1 && PassesOver(orderParty, state->Current))
        {
            chosen++;
        }

        return chosen;
    }

    /// <summary>Runs until nobody can run any more, the run is halted, or the step bound is hit.</summary>
    /// <param name="chosen">Who decides.</param>
    /// <param name="judge">Asked at every idle, before time jumps; may be null.</param>
    public void Run(IScheduleStrategy chosen, IIdleJudge? judge)
    {
        strategy = chosen;
        asksAlways = chosen.AsksAlways;
        idleJudge = judge;
        isJudging = false;
        strategy.Begin(state->PartyCount);
        try
        {
            RunSteps();
        }
        catch (StaleHandleException) when (!isJudging)
        {
            world.Panic(PanicCode.StaleHandle);
        }

        strategy.End();
    }

    private void RunSteps()
    {
        while (!state->IsHalted)
        {
            int next = state->PendingNext;
            state->PendingNext = -1;
            if (next < 0)
            {
                next = ChooseAfterStep();
                if (next < 0)
                {
                    break;
                }
            }

            state->Current = next;
            bodies[next].Run(next);
        }
    }

    /// <summary>Runs every enabled party by the default, unobserved, until all are blocked; used to boot the servers.</summary>
    public void RunBoot()
    {
        strategy = NonPreemptive.Instance;
        asksAlways = false;
        idleJudge = null;
        while ((state->EnabledMask & ~state->LazyMask) != 0)
        {
            int next = state->PendingNext >= 0 ? state->PendingNext : MostRecentlyWoken(state->EnabledMask & ~state->LazyMask);
            state->PendingNext = -1;
            state->Current = next;
            bodies[next].Run(next);
        }

        for (int party = 0; party < state->PartyCount; party++)
        {
            parties[party].PointCount = 0;
        }

        state->Steps = 0;
        state->Decisions = 0;
        state->Current = 0;
        StepLog.Reset();
        Recorded.Clear();
    }

    /// <summary>A preemption point before an access or a kernel entry.</summary>
    /// <param name="kind">Role of the point.</param>
    /// <param name="objectKind">Kind of the object that the step behind the point touches first.</param>
    /// <param name="index">Index of that object.</param>
    /// <param name="isWrite">Whether that access writes.</param>
    /// <returns>Awaitable.</returns>
    public PointAwaiter Point(PointKind kind, ObjectKind objectKind, uint index, bool isWrite) =>
        new(this, kind, objectKind, index, isWrite, Stays(kind, objectKind, index, isWrite));

    /// <summary>Makes a party enabled.</summary>
    /// <param name="party">The party.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enable(int party)
    {
        uint bit = 1u << party;
        if ((state->EnabledMask & bit) == 0)
        {
            state->EnabledMask |= bit;
            parties[party].WakeStamp = ++state->LastWakeStamp;
            world.Log.Write(state->Steps, ObjectKind.Wake, (uint)party);
        }
    }

    /// <summary>Makes a party disabled.</summary>
    /// <param name="party">The party.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Disable(int party) => state->EnabledMask &= ~(1u << party);

    /// <summary>Whether a party is enabled.</summary>
    /// <param name="party">The party.</param>
    /// <returns>True while it has something to do.</returns>
    public bool IsEnabled(int party) => (state->EnabledMask >> party & 1) != 0;

    /// <summary>Takes the coroutine that was preempted at a point.</summary>
    /// <param name="party">The party.</param>
    /// <returns>A waiter, or 0.</returns>
    public int TakeContinuation(int party)
    {
        int waiter = parties[party].Continuation;
        parties[party].Continuation = 0;
        return waiter;
    }

    /// <summary>Asks a party to look up from what it does at its next point.</summary>
    /// <param name="party">The party.</param>
    public void CallAttention(int party)
    {
        world.Writes(ObjectKind.Party, (uint)party);
        parties[party].HasAttention = true;
    }

    /// <summary>Takes from a party whatever it had to run, as when its process has died; it is disabled and stays so until it
    /// is given something.</summary>
    /// <param name="party">The party.</param>
    public void Abandon(int party)
    {
        Disable(party);
        StepLog.Announce(party, default);
        world.Writes(ObjectKind.Party, (uint)party);
        ref Party abandoned = ref parties[party];
        abandoned.HasAttention = false;
        abandoned.Continuation = 0;
        abandoned.InboxHead = abandoned.InboxTail;
    }

    /// <summary>Ends the run before the next step.</summary>
    public void Halt() => state->IsHalted = true;

    /// <summary>Mixes an observation into the trace hash.</summary>
    /// <param name="value">The observation.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Mix(ulong value) =>
        state->TraceHash = (BitOperations.RotateLeft(state->TraceHash, 5) ^ value) * 0x9e3779b97f4a7c15;

    /// <summary>Counts and records a step of the running party that no coroutine point announces.</summary>
    /// <param name="kind">Role.</param>
    /// <param name="objectKind">Kind of the object that is touched first.</param>
    /// <param name="index">Index of that object.</param>
    /// <param name="isWrite">Whether it is written.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginStep(PointKind kind, ObjectKind objectKind, uint index, bool isWrite)
    {
        world.Audit?.EndStep(state->Steps);

        uint step = ++state->Steps;
        int party = state->Current;
        var announcement = new StepAnnouncement(kind, party, objectKind, index, isWrite);
        StepLog.Take(step, party, announcement);
        Mix(announcement.Identity);
        if (isWrite)
        {
            world.Log.Write(step, objectKind, index);
        }
        else
        {
            world.Log.Read(step, objectKind, index);
        }

        world.Coverage.Step(party, kind, objectKind, index);
        if (world.Trace.IsEnabled)
        {
            world.Trace.AddStep(step, party, parties[party].PointCount, kind, objectKind, index);
        }

        if (step >= maxSteps)
        {
            state->IsOutOfSteps = true;
            state->IsHalted = true;
        }
    }

    internal void SuspendAtPoint(TaskBox box)
    {
        int party = state->Current;
        Verify.That(parties[party].Continuation == 0, "two coroutines of one party stopped at points at once");
        parties[party].Continuation = world.Tasks.Adopt(box);
        if (state->PendingNext != party)
        {
            parties[party].WakeStamp = --state->FirstWakeStamp;
        }
    }

    internal void Reset()
    {
        orderParty = -1;
        StepLog.Reset();
        Recorded.Clear();
    }

    private bool Stays(PointKind kind, ObjectKind objectKind, uint index, bool isWrite)
    {
        int party = state->Current;
        ref Party current = ref parties[party];
        uint point = ++current.PointCount;
        if (state->IsHalted)
        {
            state->PendingNext = party;
            return false;
        }

        int next = party;
        if ((state->EnabledMask & ~(1u << party)) != 0 || asksAlways)
        {
            StepLog.Announce(party, new StepAnnouncement(kind, party, objectKind, index, isWrite));
            next = Decide(party, point, party, kind);
        }

        if (next == party && !current.HasAttention)
        {
            return true;
        }

        state->PendingNext = next;
        return false;
    }

    private void JudgeIdle()
    {
        isJudging = true;
        idleJudge?.JudgeIdle();
        isJudging = false;
    }

    private int ChooseAfterStep()
    {
        uint runnable = state->EnabledMask & ~state->LazyMask;
        if (runnable == 0)
        {
            JudgeIdle();
            if (state->IsHalted || state->EnabledMask == 0)
            {
                return -1;
            }
        }

        int party = state->Current;
        uint point = ++parties[party].PointCount;
        bool isEnabled = IsEnabled(party) && (runnable == 0 || (state->LazyMask >> party & 1) == 0);
        int fallback = isEnabled ? party : MostRecentlyWoken(runnable != 0 ? runnable : state->EnabledMask);
        bool isChoice = BitOperations.PopCount(state->EnabledMask) > 1 || asksAlways;
        int next = isChoice ? Decide(party, point, fallback, PointKind.None) : fallback;
        if (next != party && IsEnabled(party))
        {
            parties[party].WakeStamp = --state->FirstWakeStamp;
        }

        return next;
    }

    private int Decide(int party, uint point, int fallback, PointKind kind)
    {
        state->Decisions += BitOperations.PopCount(state->EnabledMask) > 1 ? 1u : 0;
        int next = strategy.Next(new Decision
        {
            Party = party,
            Point = point,
            Default = fallback,
            EnabledMask = state->EnabledMask,
            LazyMask = state->LazyMask,
            Step = state->Steps,
            IsAtPoint = kind != PointKind.None,
        });
        Verify.That(IsEnabled(next), "strategy picked a party that is not enabled");
        if (next != fallback)
        {
            Recorded.Add(new Deviation((byte)party, (byte)next, point), kind);
        }

        return next;
    }

    private bool PassesOver(int choice, int running)
    {
        state->Decisions++;
        uint point = ++parties[choice].PointCount;
        int next = strategy.Next(new Decision
        {
            Party = choice,
            Point = point,
            Default = choice,
            EnabledMask = (1u << choice) | (1u << running),
            LazyMask = 0,
            Step = state->Steps,
        });
        Verify.That(next == choice || next == running, "strategy picked a party that is not enabled");
        if (next == running)
        {
            Recorded.Add(new Deviation((byte)choice, (byte)running, point), PointKind.Dispatch);
        }

        return next == running;
    }

    private int MostRecentlyWoken(uint mask)
    {
        int best = BitOperations.TrailingZeroCount(mask);
        for (uint rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            if (parties[party].WakeStamp > parties[best].WakeStamp)
            {
                best = party;
            }
        }

        return best;
    }
}

/// <summary>Looks at the world whenever nobody can run and time has not jumped yet.</summary>
public interface IIdleJudge
{
    /// <summary>Judges liveness; may halt the run.</summary>
    void JudgeIdle();
}
