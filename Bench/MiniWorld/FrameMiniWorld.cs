// The small scenario written by hand: one frame per activity in an unmanaged arena, a switch over its state, wake-ups by frame
// number. Nobody would write a POSIX server like this, and that is the point: it is the floor that coroutines are compared
// with.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Hand-written state machines.</summary>
public sealed unsafe class FrameMiniWorld : IMiniWorld, IPartyBody
{
    private const int HandlerFrames = 4;
    private const int FirstHandler = MiniScenario.PartyCount;
    private const int FrameCount = FirstHandler + HandlerFrames;
    private const int InboxCapacity = 8;

    private readonly Arena arena = new(coldCapacityBytes: 128);
    private readonly MiniScheduler scheduler;
    private readonly Words* words;

    public FrameMiniWorld()
    {
        scheduler = new MiniScheduler(arena);
        words = arena.ReserveHot<Words>(1);
        words->FreeHandlers = ((1u << HandlerFrames) - 1) << FirstHandler;
        arena.Seal();
    }

    /// <inheritdoc/>
    public string Name => "frames";

    /// <inheritdoc/>
    public MiniResult Run(IScheduleStrategy strategy)
    {
        arena.Reset();
        scheduler.Reset();
        scheduler.Run(strategy, this);
        words->State.CheckEnd();
        Verify.That(words->FreeHandlers == ((1u << HandlerFrames) - 1) << FirstHandler, "a handler never ended");
        return new MiniResult(
            scheduler.Steps, scheduler.Decisions, words->State.Received, words->State.Interrupts, scheduler.TraceHash);
    }

    /// <inheritdoc/>
    public void Run(int party)
    {
        if (party == MiniScenario.TimeParty)
        {
            RunTime();
            return;
        }

        int frame = words->Continuations[party];
        words->Continuations[party] = 0;
        if (frame == 0 && words->Frames[party].Step == Step.New)
        {
            frame = party;
            scheduler.BeginStep(PointKind.Start, ObjectKind.Party, (uint)party, isWrite: false);
        }
        else if (frame == 0)
        {
            frame = words->Inboxes[(party * InboxCapacity) + (int)(words->InboxHeads[party]++ & (InboxCapacity - 1))];
            scheduler.BeginStep(PointKind.Dispatch, ObjectKind.Party, (uint)party, isWrite: false);
        }

        Resume(frame);
        if (words->Continuations[party] == 0 && words->InboxHeads[party] == words->InboxTails[party])
        {
            scheduler.Disable(party);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    private void Resume(int frame)
    {
        switch (frame)
        {
            case MiniScenario.ClientParty:
                RunClient(ref words->Frames[frame]);
                break;
            case MiniScenario.ServerParty:
                RunServer(ref words->Frames[frame]);
                break;
            case MiniScenario.WriterParty:
                RunWriter(ref words->Frames[frame]);
                break;
            case MiniScenario.SignallerParty:
                RunSignaller(ref words->Frames[frame]);
                break;
            default:
                RunHandler(frame);
                break;
        }
    }

    private void RunClient(ref Frame frame)
    {
        while (true)
        {
            switch (frame.Step)
            {
                case Step.New:
                    frame.Counter++;
                    frame.Step = Step.AtPoint;
                    if (!Stays(MiniScenario.ClientParty))
                    {
                        return;
                    }

                    break;
                case Step.AtPoint:
                    scheduler.BeginStep(PointKind.Call, ObjectKind.Lane, MiniScenario.RequestLane, isWrite: true);
                    words->State.Send(frame.Counter);
                    Settle(ref words->RequestWaiter, Wake.Raised);
                    frame.Step = Step.Waiting;
                    break;
                default:
                    if (words->State.ReplyTag == 0)
                    {
                        Wait(MiniScenario.ClientParty, ref words->ReplyWaiter);
                        return;
                    }

                    words->State.TakeReply(frame.Counter);
                    if (frame.Counter == MiniScenario.Reads)
                    {
                        return;
                    }

                    frame.Step = Step.New;
                    break;
            }
        }
    }

    private void RunServer(ref Frame frame)
    {
        frame.Step = Step.Waiting;
        while (words->State.RequestTag != 0)
        {
            int handler = System.Numerics.BitOperations.TrailingZeroCount(words->FreeHandlers);
            words->FreeHandlers &= words->FreeHandlers - 1;
            words->Frames[handler] = new Frame { Counter = words->State.TakeRequest() };
            words->Registry[words->Frames[handler].Counter] = handler;
            RunHandler(handler);
        }

        Wait(MiniScenario.ServerParty, ref words->RequestWaiter);
    }

    private void RunHandler(int number)
    {
        ref Frame frame = ref words->Frames[number];
        while (true)
        {
            switch (frame.Step)
            {
                case Step.New:
                    frame.Step = Step.AtPoint;
                    if (!Stays(number))
                    {
                        return;
                    }

                    break;
                case Step.AtPoint:
                    scheduler.BeginStep(PointKind.KernelLock, ObjectKind.Pipe, 0, isWrite: true);
                    frame.Result = words->State.TakeBytes();
                    if (frame.Result > 0)
                    {
                        frame.Step = Step.Done;
                    }
                    else if (!BeginWaitForBytes(number, ref frame))
                    {
                        return;
                    }

                    break;
                case Step.Waiting:
                    words->PipeWaiter = 0;
                    frame.Result = MiniScenario.Interrupted;
                    frame.Step = frame.Wake == Wake.Cancelled ? Step.Done : Step.New;
                    break;
                case Step.Done:
                    words->Registry[frame.Counter] = 0;
                    frame.Step = Step.Replying;
                    if (!Stays(number))
                    {
                        return;
                    }

                    break;
                default:
                    scheduler.BeginStep(PointKind.Submit, ObjectKind.Lane, MiniScenario.ReplyLane, isWrite: true);
                    words->State.Reply(frame.Counter, frame.Result);
                    words->FreeHandlers |= 1u << number;
                    Settle(ref words->ReplyWaiter, Wake.Raised);
                    return;
            }
        }
    }

    // Returns whether the handler goes on at once, since it was cancelled before it could wait.
    private bool BeginWaitForBytes(int number, ref Frame frame)
    {
        scheduler.Reads(ObjectKind.CancelSource, number);
        if (frame.IsCancelled)
        {
            frame.Result = MiniScenario.Interrupted;
            frame.Step = Step.Done;
            return true;
        }

        frame.Step = Step.Waiting;
        frame.Wake = Wake.None;
        words->PipeWaiter = number;
        return false;
    }

    private void RunWriter(ref Frame frame)
    {
        while (true)
        {
            switch (frame.Step)
            {
                case Step.New:
                    frame.Step = Step.Waiting;
                    Sleep(MiniScenario.WriterParty, MiniScenario.WritePeriodTicks);
                    return;
                case Step.Waiting:
                    frame.Step = Step.AtPoint;
                    if (!Stays(MiniScenario.WriterParty))
                    {
                        return;
                    }

                    break;
                default:
                    scheduler.BeginStep(PointKind.KernelEnter, ObjectKind.Pipe, 0, isWrite: true);
                    words->State.Written += MiniScenario.ChunkBytes;
                    SettleHandler(words->PipeWaiter, Wake.Raised);
                    if (++frame.Counter == MiniScenario.Writes)
                    {
                        return;
                    }

                    frame.Step = Step.New;
                    break;
            }
        }
    }

    private void RunSignaller(ref Frame frame)
    {
        while (true)
        {
            switch (frame.Step)
            {
                case Step.New:
                    frame.Step = Step.Waiting;
                    Sleep(MiniScenario.SignallerParty, MiniScenario.SignalPeriodTicks);
                    return;
                case Step.Waiting:
                    frame.Step = Step.AtPoint;
                    if (!Stays(MiniScenario.SignallerParty))
                    {
                        return;
                    }

                    break;
                default:
                    scheduler.BeginStep(PointKind.InterruptThread, ObjectKind.RegistryEntry, 0, isWrite: true);
                    CancelRequestInFlight();
                    if (++frame.Counter == MiniScenario.Signals)
                    {
                        return;
                    }

                    frame.Step = Step.New;
                    break;
            }
        }
    }

    private void CancelRequestInFlight()
    {
        int handler = words->Registry[words->State.TagInFlight];
        if (handler == 0 || words->Frames[handler].IsCancelled)
        {
            return;
        }

        scheduler.Writes(ObjectKind.CancelSource, handler);
        words->Frames[handler].IsCancelled = true;
        if (words->PipeWaiter == handler)
        {
            SettleHandler(handler, Wake.Cancelled);
        }
    }

    private void SettleHandler(int handler, Wake wake)
    {
        if (handler == 0)
        {
            return;
        }

        scheduler.Writes(ObjectKind.Event, handler);
        if (words->Frames[handler].Wake == Wake.None)
        {
            words->Frames[handler].Wake = wake;
            Post(MiniScenario.ServerParty, handler);
        }
    }

    private void Settle(ref int waiter, Wake wake)
    {
        if (waiter == 0)
        {
            return;
        }

        scheduler.Writes(ObjectKind.Event, waiter);
        words->Frames[waiter].Wake = wake;
        Post(waiter, waiter);
        waiter = 0;
    }

    private static void Wait(int frame, ref int waiter) => waiter = frame;

    private bool Stays(int frame)
    {
        int party = scheduler.Current;
        if (scheduler.Stays())
        {
            return true;
        }

        words->Continuations[party] = frame;
        return false;
    }

    private void Post(int party, int frame)
    {
        words->Inboxes[(party * InboxCapacity) + (int)(words->InboxTails[party]++ & (InboxCapacity - 1))] = frame;
        scheduler.Enable(party);
    }

    private void Sleep(int party, long ticks)
    {
        scheduler.Writes(ObjectKind.Timer, party);
        words->Deadlines[party] = words->NowTicks + ticks;
        words->ArmOrders[party] = ++words->Armed;
        scheduler.Enable(MiniScenario.TimeParty);
    }

    private void RunTime()
    {
        scheduler.BeginStep(PointKind.TimerExpiry, ObjectKind.Timer, 0, isWrite: true);
        int earliest = Earliest();
        if (earliest > 0)
        {
            scheduler.Writes(ObjectKind.Timer, earliest);
            words->NowTicks = Math.Max(words->NowTicks, words->Deadlines[earliest]);
            scheduler.Note(NoteKind.TimerExpired, words->Deadlines[earliest]);
            words->Deadlines[earliest] = 0;
            scheduler.Writes(ObjectKind.Event, earliest);
            Post(earliest, earliest);
        }

        if (Earliest() == 0)
        {
            scheduler.Disable(MiniScenario.TimeParty);
        }
    }

    private int Earliest()
    {
        int best = 0;
        for (int party = MiniScenario.WriterParty; party <= MiniScenario.SignallerParty; party++)
        {
            if (words->Deadlines[party] != 0 && (best == 0 || IsEarlier(party, best)))
            {
                best = party;
            }
        }

        return best;
    }

    private bool IsEarlier(int left, int right) => words->Deadlines[left] != words->Deadlines[right]
        ? words->Deadlines[left] < words->Deadlines[right]
        : words->ArmOrders[left] < words->ArmOrders[right];

    private enum Step : byte
    {
        New,
        AtPoint,
        Waiting,
        Done,
        Replying,
    }

    private enum Wake : byte
    {
        None,
        Raised,
        Cancelled,
    }

    private struct Frame
    {
        public Step Step;
        public Wake Wake;
        public bool IsCancelled;
        public int Counter;
        public int Result;
    }

    [InlineArray(FrameCount)]
    private struct FrameList
    {
        private Frame first;
    }

    private struct Words
    {
        public MiniState State;
        public FrameList Frames;
        public long NowTicks;
        public uint FreeHandlers;
        public uint Armed;
        public int RequestWaiter;
        public int ReplyWaiter;
        public int PipeWaiter;
        public fixed long Deadlines[MiniScenario.PartyCount];
        public fixed uint ArmOrders[MiniScenario.PartyCount];
        public fixed uint InboxHeads[MiniScenario.PartyCount];
        public fixed uint InboxTails[MiniScenario.PartyCount];
        public fixed int Continuations[MiniScenario.PartyCount];
        public fixed int Inboxes[MiniScenario.PartyCount * InboxCapacity];
        public fixed int Registry[MiniScenario.Reads + 1];
    }
}
