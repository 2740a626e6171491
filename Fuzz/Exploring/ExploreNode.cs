// A choice on the path of the search: which parties could run, which have been tried, which must still be, and which may not,
// because whatever begins with them has been seen elsewhere (the sleep set). For each party that has been tried or sleeps, what
// its transition touched is kept, so that it can be woken by a transition that depends on it.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>One node of the path.</summary>
internal sealed class ExploreNode
{
    private readonly uint[]?[] footprints = new uint[Scheduler.MaxParties][];

    /// <summary>Parties that could run.</summary>
    internal uint Enabled { get; set; }

    /// <summary>Parties that only run when nobody else can, unless chosen.</summary>
    internal uint Lazy { get; set; }

    /// <summary>Party that the default would choose.</summary>
    internal int Default { get; set; }

    /// <summary>Party that the present path takes.</summary>
    internal int Party { get; set; }

    /// <summary>Parties that must be tried.</summary>
    internal uint Backtrack { get; set; }

    /// <summary>Parties whose every continuation has been explored.</summary>
    internal uint Done { get; set; }

    /// <summary>Parties with which nothing new can begin.</summary>
    internal uint Sleep { get; set; }

    /// <summary>Parties that are left to try.</summary>
    internal uint Left => Backtrack & ~Done & ~Sleep;

    /// <summary>What the transition of a tried or sleeping party touched.</summary>
    internal uint[] FootprintOf(int party) => footprints[party] ?? throw new ToolBugException("a party without a footprint");

    /// <summary>Keeps what the transition of a party touched.</summary>
    internal void Remember(int party, uint[] footprint) => footprints[party] = footprint;

    /// <summary>Makes this a new node.</summary>
    internal void Renew(in Decision decision)
    {
        Enabled = decision.EnabledMask;
        Lazy = decision.LazyMask;
        Default = decision.Default;
        Party = -1;
        Backtrack = 0;
        Done = 0;
        Sleep = 0;
        Array.Clear(footprints);
    }

    /// <summary>Lets those sleep that slept or were done at the node before and do not depend on what ran since.</summary>
    internal void Inherit(ExploreNode before, ReadOnlySpan<uint> ran)
    {
        for (uint rest = (before.Sleep | before.Done) & Enabled & ~(1u << before.Party); rest != 0; rest &= rest - 1)
        {
            int party = System.Numerics.BitOperations.TrailingZeroCount(rest);
            uint[] footprint = before.FootprintOf(party);
            if (!Footprint.AreDependent(footprint, ran))
            {
                Sleep |= 1u << party;
                footprints[party] = footprint;
            }
        }
    }

    /// <summary>The party to try first: the default, or else the first that is not lazy.</summary>
    /// <returns>The party, or -1 when all sleep.</returns>
    internal int ChooseFirst()
    {
        uint awake = Enabled & ~Sleep;
        if ((awake >> Default & 1) != 0)
        {
            return Default;
        }

        uint eager = (awake & ~Lazy) != 0 ? awake & ~Lazy : awake;
        return eager == 0 ? -1 : System.Numerics.BitOperations.TrailingZeroCount(eager);
    }
}
