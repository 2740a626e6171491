// A world with test coroutines for parties: the smallest host of what Core offers. Each party starts its coroutine when it is
// picked first, then continues it from points and wake-ups; it is disabled while it waits. Bells live in the arena, as they
// must, and are named by number.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests;

/// <summary>A world for tests.</summary>
internal sealed unsafe class TestWorld : IDisposable, IPartyBody
{
    private const int BellCount = 8;

    private readonly Bell* bells;
    private readonly Func<ModelTask<Unit>>?[] starts = new Func<ModelTask<Unit>>?[Scheduler.MaxParties];
    private readonly bool[] isStarted = new bool[Scheduler.MaxParties];
    private int count;

    internal TestWorld()
        : this(new WorldOptions())
    {
    }

    internal TestWorld(WorldOptions options)
    {
        World = new World(options);
        bells = World.Arena.ReserveHot<Bell>(BellCount);
        World.Seal();
        Reset(default);
    }

    internal World World { get; }

    internal OneshotEvents Events => World.Events;

    internal List<string> Happened { get; } = [];

    /// <summary>Number of the party that <see cref="Add"/> made last.</summary>
    internal int LastParty => World.Scheduler.PartyCount - 1;

    internal ref Bell Bell(int number) => ref bells[number];

    internal void Say(string what) => Happened.Add(what);

    /// <summary>Starts afresh, with the time party and nothing else.</summary>
    internal void Reset(DefectSet defects)
    {
        World.Reset(defects);
        Array.Clear(isStarted);
        Happened.Clear();
        World.Scheduler.AddParty(PartyKind.Time, this);
        count = 1;
    }

    /// <summary>Adds an enabled party that runs a coroutine.</summary>
    internal int Add(Func<ModelTask<Unit>> start)
    {
        int party = World.Scheduler.AddParty(PartyKind.User, this);
        starts[party] = start;
        World.Scheduler.Enable(party);
        count++;
        return party;
    }

    /// <summary>Repeats the last set of parties in a fresh run.</summary>
    internal void Rewind()
    {
        int parties = count;
        Reset(default);
        for (int party = 1; party < parties; party++)
        {
            World.Scheduler.AddParty(PartyKind.User, this);
            World.Scheduler.Enable(party);
        }

        count = parties;
    }

    internal void Run() => World.Scheduler.Run(NonPreemptive.Instance, null);

    internal void Run(IScheduleStrategy strategy) => World.Scheduler.Run(strategy, null);

    internal BellWait Ring(int bell, CancelToken token = default) => Events.Wait(ref Bell(bell), token);

    internal PointAwaiter Point(uint index) => World.WritePoint(PointKind.Call, ObjectKind.Pipe, index);

    /// <inheritdoc/>
    public void Run(int party)
    {
        Scheduler scheduler = World.Scheduler;
        if (party == World.TimeParty)
        {
            scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Timer, 0, isWrite: true);
            if (!World.Timers.ExpireNext() || !World.Timers.HasArmed)
            {
                scheduler.Disable(party);
            }

            return;
        }

        if (!isStarted[party])
        {
            isStarted[party] = true;
            scheduler.BeginStep(PointKind.Start, ObjectKind.Party, (uint)party, isWrite: false);
            starts[party]!().Detach();
        }
        else
        {
            int waiter = scheduler.TakeContinuation(party);
            World.Tasks.Resume(waiter != 0 ? waiter : scheduler.Inboxes.TakePosted(party));
        }

        if (scheduler[party].Continuation == 0 && scheduler[party].IsInboxEmpty)
        {
            scheduler.Disable(party);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => World.Dispose();
}
