// URW, uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS 2025): a
// party is as likely as it has steps left. A plain random walk is not uniform over interleavings: it ends short parties early.
// Where parties do not block each other and their step counts are known, the chance of every interleaving telescopes to the
// same value, one over the multinomial of the counts. The counts are learned from a run of the same scenario. Where a run
// goes on longer than that, a party that is enabled counts as having one step left, so nothing is ever out of reach.

using System.Numerics;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Scheduling;

/// <summary>Random scheduling, weighted by remaining steps.</summary>
public sealed class UniformWalk : IScheduleStrategy
{
    private readonly uint[] learned = new uint[Scheduler.MaxParties];
    private Prng random;
    private World? world;

    /// <summary>Learns how many steps parties take.</summary>
    /// <param name="ended">World whose run of the scenario has just ended, by any strategy.</param>
    public void Learn(World ended)
    {
        world = ended;
        for (int party = 0; party < Scheduler.MaxParties; party++)
        {
            learned[party] = party < ended.Scheduler.PartyCount ? ended.Scheduler[party].PointCount : 0;
        }

        learned[ended.Scheduler.Current]++; // the last step of a run leads to no point, since there is nothing to decide
    }

    /// <summary>Starts a stream of decisions in the world that was learned from.</summary>
    /// <param name="seed">Seed.</param>
    public void Seed(ulong seed) => random = new Prng(seed);

    /// <inheritdoc/>
    public void Begin(int partyCount) => Verify.That(world is not null, "the uniform walk has learned nothing");

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        uint total = 0;
        for (uint rest = decision.EnabledMask; rest != 0; rest &= rest - 1)
        {
            total += Remaining(BitOperations.TrailingZeroCount(rest));
        }

        uint drawn = random.NextBelow(total);
        for (uint rest = decision.EnabledMask; ; rest &= rest - 1)
        {
            int party = BitOperations.TrailingZeroCount(rest);
            uint weight = Remaining(party);
            if (drawn < weight)
            {
                return party;
            }

            drawn -= weight;
        }
    }

    /// <summary>Steps that a party has left: each step leads to one point of its party.</summary>
    private uint Remaining(int party)
    {
        uint done = world!.Scheduler[party].PointCount;
        return learned[party] > done ? learned[party] - done : 1;
    }
}
