// The small scenario on the primitives of Core: kernel coroutines, events, cancel scopes, virtual timers and the scheduler with
// trace hash, access log and recording of deviations. This is how the real servers are written.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Kernel coroutines on a world.</summary>
public sealed class CoroutineMiniWorld : IMiniWorld, IPartyBody
{
    private readonly World world;
    private readonly unsafe Words* words;

    public unsafe CoroutineMiniWorld()
    {
        world = new World(new WorldOptions { MaxSteps = MiniScenario.MaxSteps });
        words = world.Arena.ReserveHot<Words>(1);
        world.Scheduler.AddParty(PartyKind.Time, this);
        for (int party = MiniScenario.ClientParty; party < MiniScenario.PartyCount; party++)
        {
            world.Scheduler.AddParty(PartyKind.User, this);
            world.Scheduler.Enable(party);
        }

        world.Seal();
    }

    /// <inheritdoc/>
    public string Name => "coroutines";

    private unsafe ref MiniState State => ref words->State;

    /// <inheritdoc/>
    public MiniResult Run(IScheduleStrategy strategy)
    {
        world.Reset(default);
        world.Scheduler.Run(strategy, null);
        State.CheckEnd();
        Verify.That(world.Events.LiveEvents == 1 && world.Events.LiveSources == 0, "an event or a source outlived its use");
        Scheduler scheduler = world.Scheduler;
        return new MiniResult(scheduler.Steps, scheduler.Decisions, State.Received, State.Interrupts, scheduler.TraceHash);
    }

    /// <summary>Only the reset, to measure its share.</summary>
    public void Reset() => world.Reset(default);

    /// <inheritdoc/>
    public void Run(int party)
    {
        if (party == MiniScenario.TimeParty)
        {
            RunTime();
            return;
        }

        int waiter = world.Scheduler.TakeContinuation(party);
        if (waiter != 0)
        {
            world.Tasks.Resume(waiter);
        }
        else if (Starts(party))
        {
            world.Scheduler.BeginStep(PointKind.Start, ObjectKind.Party, (uint)party, isWrite: false);
            Start(party).Detach();
        }
        else
        {
            waiter = world.Scheduler.Inboxes.TakePosted(party);
            world.Scheduler.BeginStep(PointKind.Dispatch, ObjectKind.Party, (uint)party, isWrite: false);
            world.Tasks.Resume(waiter);
        }

        ref Party state = ref world.Scheduler[party];
        if (state.Continuation == 0 && state.IsInboxEmpty)
        {
            world.Scheduler.Disable(party);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => world.Dispose();

    private ModelTask<Unit> Start(int party) => party switch
    {
        MiniScenario.ClientParty => RunClient(),
        MiniScenario.ServerParty => RunServer(),
        MiniScenario.WriterParty => RunWriter(),
        _ => RunSignaller(),
    };

    private void RunTime()
    {
        world.Scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Timer, 0, isWrite: true);
        if (!world.Timers.ExpireNext() || !world.Timers.HasArmed)
        {
            world.Scheduler.Disable(MiniScenario.TimeParty);
        }
    }

    private async ModelTask<Unit> RunClient()
    {
        for (int tag = 1; tag <= MiniScenario.Reads; tag++)
        {
            await world.WritePoint(PointKind.Call, ObjectKind.Lane, MiniScenario.RequestLane);
            Send(tag);
            while (State.ReplyTag == 0)
            {
                await ReplyArrives();
            }

            State.TakeReply(tag);
        }

        return default;
    }

    private async ModelTask<Unit> RunServer()
    {
        while (true)
        {
            while (State.RequestTag == 0)
            {
                await RequestArrives();
            }

            Serve(State.TakeRequest()).Detach();
        }
    }

    private async ModelTask<Unit> Serve(int tag)
    {
        CancelScope scope = Register(tag);
        int result = await ReadPipe(scope.Token);
        Unregister(tag, scope);
        await world.WritePoint(PointKind.Submit, ObjectKind.Lane, MiniScenario.ReplyLane);
        Reply(tag, result);
        return default;
    }

    private async ModelTask<int> ReadPipe(CancelToken token)
    {
        while (true)
        {
            await world.WritePoint(PointKind.KernelLock, ObjectKind.Pipe, 0);
            int taken = State.TakeBytes();
            if (taken > 0)
            {
                return taken;
            }

            if (!await BytesArrive(token))
            {
                return MiniScenario.Interrupted;
            }
        }
    }

    private async ModelTask<Unit> RunWriter()
    {
        for (int i = 0; i < MiniScenario.Writes; i++)
        {
            await Sleep(MiniScenario.WritePeriodTicks);
            await world.WritePoint(PointKind.KernelEnter, ObjectKind.Pipe, 0);
            WritePipe();
        }

        return default;
    }

    private async ModelTask<Unit> RunSignaller()
    {
        for (int i = 0; i < MiniScenario.Signals; i++)
        {
            await Sleep(MiniScenario.SignalPeriodTicks);
            await world.WritePoint(PointKind.InterruptThread, ObjectKind.RegistryEntry, 0);
            CancelRequestInFlight();
        }

        return default;
    }

    private unsafe void Send(int tag)
    {
        words->State.Send(tag);
        world.Events.Ring(ref words->RequestBell);
    }

    private unsafe void Reply(int tag, int result)
    {
        words->State.Reply(tag, result);
        world.Events.Ring(ref words->ReplyBell);
    }

    private unsafe void WritePipe()
    {
        words->State.Written += MiniScenario.ChunkBytes;
        world.Events.Ring(ref words->PipeBell);
    }

    private unsafe CancelScope Register(int tag)
    {
        CancelScope scope = CancelScope.Open(world.Events, CancelToken.None);
        words->Registry[tag] = scope.Token.Source.Bits;
        return scope;
    }

    private unsafe void Unregister(int tag, CancelScope scope)
    {
        words->Registry[tag] = 0;
        scope.Dispose();
    }

    private unsafe void CancelRequestInFlight() =>
        world.Events.CancelSource(Handle<CancelSource>.FromBits(words->Registry[words->State.TagInFlight]));

    private unsafe BellWait RequestArrives() => world.Events.Wait(ref words->RequestBell, CancelToken.None);

    private unsafe BellWait ReplyArrives() => world.Events.Wait(ref words->ReplyBell, CancelToken.None);

    private unsafe BellWait BytesArrive(CancelToken token) => world.Events.Wait(ref words->PipeBell, token);

    private unsafe BellWait Sleep(long ticks) =>
        world.Events.Wait(ref words->Nobody, ref words->Nobody, CancelToken.None, world.Timers.NowTicks + ticks);

    private unsafe bool Starts(int party)
    {
        uint bit = 1u << party;
        bool isFirst = (words->StartedMask & bit) == 0;
        words->StartedMask |= bit;
        return isFirst;
    }

    private unsafe struct Words
    {
        public MiniState State;
        public Bell RequestBell;
        public Bell ReplyBell;
        public Bell PipeBell;
        public Bell Nobody;
        public uint StartedMask;
        public fixed ulong Registry[MiniScenario.Reads + 1];
    }
}
