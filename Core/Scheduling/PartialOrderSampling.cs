// POS, partial order sampling (Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018): every pending step has a
// random priority of its own, the highest runs, and after each step the priorities of those that race with it are drawn anew.
// Steps that commute keep their relative order out of the dice, so interleavings that differ in nothing but them share one
// chance instead of dividing it, and a step that must overtake many others needs one lucky draw instead of one per step.
// A point announces the first access of its step; what a step touched is read from the access log. A party that stands at no
// point (a server before its inbox) announces nothing and keeps its priority until it has run.

using System.Numerics;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Partial order sampling.</summary>
public sealed class PartialOrderSampling : IScheduleStrategy
{
    private readonly ulong[] priorities = new ulong[Scheduler.MaxParties];
    private readonly uint[] drawnFor = new uint[Scheduler.MaxParties];
    private Prng random;
    private World? world;
    private uint drawnMask;
    private uint readAccesses;

    /// <summary>Starts a stream of decisions.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="runWorld">World of the run; its access log must be on.</param>
    public void Seed(ulong seed, World runWorld)
    {
        random = new Prng(seed);
        world = runWorld;
    }

    /// <inheritdoc/>
    public void Begin(int partyCount)
    {
        Verify.That(world is not null, "partial order sampling has no world");
        drawnMask = 0;
        readAccesses = world.Log.Count;
    }

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        Draw(decision.EnabledMask);
        return Highest(decision.EnabledMask);
    }

    /// <summary>Gives every pending step that has none a priority, and those that race with what has just run another.</summary>
    /// <param name="enabled">Enabled parties.</param>
    internal void Draw(uint enabled)
    {
        RedrawRacing(world!, enabled);
        for (uint rest = enabled; rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            if (!IsDrawn(world!, party))
            {
                drawnMask |= 1u << party;
                drawnFor[party] = world!.Scheduler[party].PointCount;
                priorities[party] = random.NextUInt64();
            }
        }
    }

    /// <summary>The party with the highest priority.</summary>
    /// <param name="mask">Enabled parties to pick from, not empty; <see cref="Draw"/> must have seen them.</param>
    /// <returns>The party.</returns>
    internal int Highest(uint mask)
    {
        int best = BitOperations.TrailingZeroCount(mask);
        for (uint rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            if (priorities[party] > priorities[best])
            {
                best = party;
            }
        }

        return best;
    }

    /// <summary>A party that has passed a point since stands before another step.</summary>
    private bool IsDrawn(World runWorld, int party) =>
        (drawnMask >> party & 1) != 0 && drawnFor[party] == runWorld.Scheduler[party].PointCount;

    private void RedrawRacing(World runWorld, uint enabled)
    {
        AccessLog log = runWorld.Log;
        uint first = Math.Max(readAccesses, log.Count - Math.Min(log.Count, AccessLog.Capacity));
        readAccesses = log.Count;
        for (uint rest = enabled & drawnMask; rest != 0; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            StepAnnouncement pending = runWorld.Scheduler.StepLog.PendingOf(party);
            if (pending.IsNone || !IsDrawn(runWorld, party))
            {
                continue;
            }

            for (uint number = first; number < log.Count; number++)
            {
                if (pending.ConflictsWith(log[number]))
                {
                    priorities[party] = random.NextUInt64();
                    break;
                }
            }
        }
    }
}
