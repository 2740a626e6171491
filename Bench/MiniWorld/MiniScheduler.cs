// The scheduler of the two worlds that do without Core's: written straight down for this one scenario, over the same memory
// layout idea, and with the same duties (decisions by a strategy, recorded deviations, trace hash, access log, step bound), so
// that a ratio between worlds is a ratio between ways to write parties and not between what is recorded.

using System.Numerics;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Picks and runs the parties of a small world.</summary>
internal sealed unsafe class MiniScheduler
{
    private readonly State* state;
    private IScheduleStrategy strategy = NonPreemptive.Instance;

    internal MiniScheduler(Arena arena)
    {
        state = arena.ReserveHot<State>(1);
        state->PendingNext = -1;
        for (int party = MiniScenario.ClientParty; party < MiniScenario.PartyCount; party++)
        {
            Enable(party);
        }
    }

    /// <summary>Deviations of the run.</summary>
    internal Schedule Recorded { get; } = new();

    /// <summary>Footprints of the run.</summary>
    internal AccessLog Log { get; } = new();

    internal uint Steps => state->Steps;

    internal uint Decisions => state->Decisions;

    internal ulong TraceHash => state->TraceHash;

    internal int Current => state->Current;

    internal void Reset()
    {
        Recorded.Clear();
        Log.Reset();
    }

    internal void Run(IScheduleStrategy chosen, IPartyBody body)
    {
        strategy = chosen;
        strategy.Begin(MiniScenario.PartyCount);
        while (state->Steps < MiniScenario.MaxSteps)
        {
            int next = state->PendingNext;
            state->PendingNext = -1;
            if (next < 0)
            {
                if (state->EnabledMask == 0)
                {
                    break;
                }

                next = ChooseAfterStep();
            }

            state->Current = next;
            body.Run(next);
        }

        strategy.End();
    }

    internal bool Stays()
    {
        int party = state->Current;
        uint point = ++state->PointCounts[party];
        if ((state->EnabledMask & ~(1u << party)) == 0)
        {
            return true;
        }

        int next = Decide(party, point, party);
        if (next == party)
        {
            return true;
        }

        state->PendingNext = next;
        state->WakeStamps[party] = --state->FirstWakeStamp;
        return false;
    }

    internal void BeginStep(PointKind kind, ObjectKind objectKind, uint index, bool isWrite)
    {
        state->Steps++;
        Mix(((ulong)kind << 48) | ((ulong)objectKind << 40) | ((ulong)(uint)state->Current << 32) | index);
        if (isWrite)
        {
            Log.Write(state->Steps, objectKind, index);
        }
        else
        {
            Log.Read(state->Steps, objectKind, index);
        }
    }

    internal void Writes(ObjectKind kind, int index) => Log.Write(state->Steps, kind, (uint)index);

    internal void Reads(ObjectKind kind, int index) => Log.Read(state->Steps, kind, (uint)index);

    internal void Note(NoteKind kind, long first) => Mix(((ulong)kind << 56) ^ ((ulong)first << 20));

    internal void Enable(int party)
    {
        uint bit = 1u << party;
        if ((state->EnabledMask & bit) == 0)
        {
            state->EnabledMask |= bit;
            state->WakeStamps[party] = ++state->LastWakeStamp;
        }
    }

    internal void Disable(int party) => state->EnabledMask &= ~(1u << party);

    private int ChooseAfterStep()
    {
        const uint Lazy = 1u << MiniScenario.TimeParty;
        int party = state->Current;
        uint point = ++state->PointCounts[party];
        uint runnable = state->EnabledMask & ~Lazy;
        bool isEnabled = (state->EnabledMask >> party & 1) != 0;
        bool goesOn = isEnabled && (runnable == 0 || party != MiniScenario.TimeParty);
        int fallback = goesOn ? party : MostRecentlyWoken(runnable != 0 ? runnable : state->EnabledMask);
        int next = BitOperations.PopCount(state->EnabledMask) > 1 ? Decide(party, point, fallback) : fallback;
        if (next != party && isEnabled)
        {
            state->WakeStamps[party] = --state->FirstWakeStamp;
        }

        return next;
    }

    private int Decide(int party, uint point, int fallback)
    {
        state->Decisions++;
        int next = strategy.Next(new Decision
        {
            Party = party,
            Point = point,
            Default = fallback,
            EnabledMask = state->EnabledMask,
            LazyMask = 1u << MiniScenario.TimeParty,
            Step = state->Steps,
        });
        if (next != fallback)
        {
            Recorded.Add(new Deviation((byte)party, (byte)next, point));
        }

        return next;
    }

    private int MostRecentlyWoken(uint mask)
    {
        int best = BitOperations.TrailingZeroCount(mask);
        for (uint rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            if (state->WakeStamps[party] > state->WakeStamps[best])
            {
                best = party;
            }
        }

        return best;
    }

    private void Mix(ulong value) =>
        state->TraceHash = (BitOperations.RotateLeft(state->TraceHash, 5) ^ value) * 0x9e3779b97f4a7c15;

    private struct State
    {
        public ulong TraceHash;
        public uint EnabledMask;
        public uint Steps;
        public uint Decisions;
        public int Current;
        public int PendingNext;
        public int LastWakeStamp;
        public int FirstWakeStamp;
        public fixed int WakeStamps[MiniScenario.PartyCount];
        public fixed uint PointCounts[MiniScenario.PartyCount];
    }
}
