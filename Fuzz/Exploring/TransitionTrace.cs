// The transitions of a run with their accesses and, on demand, their happens-before relation. Strategies that ask at every
// choice feed it: a choice ends the transition before it. Every transition reads its own party, because an interrupt or a kill
// may change what the party does next, and comes after whatever made its party enabled.

using System.Runtime.InteropServices;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Transitions of one run.</summary>
internal sealed class TransitionTrace
{
    private readonly List<uint> accesses = [];
    private readonly ObjectHistory history = new();
    private readonly List<int> ordered = [];
    private readonly List<int> racing = [];
    private readonly int[] lastOfParty = new int[Scheduler.MaxParties];
    private Transition[] transitions = new Transition[512];
    private int[] clocks = new int[512 * Scheduler.MaxParties];
    private uint loggedCount;

    /// <summary>Number of transitions.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether the access log had overwritten what a transition did: nothing can be said about such a run.</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>A transition.</summary>
    internal ref Transition this[int number] => ref transitions[number];

    /// <summary>What a transition touched.</summary>
    internal ReadOnlySpan<uint> FootprintOf(int number)
    {
        ref Transition transition = ref transitions[number];
        return CollectionsMarshal.AsSpan(accesses)[transition.FirstAccess..transition.EndAccess];
    }

    /// <summary>Whether a transition only found nothing to do. It may as well not have happened.</summary>
    internal bool IsPause(int number)
    {
        foreach (uint access in FootprintOf(number))
        {
            if (Footprint.ObjectOf(access) == Footprint.ObjectOf(Footprint.Of(ObjectKind.None, 0, isWrite: false)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets everything; a run begins.</summary>
    internal void Clear()
    {
        accesses.Clear();
        Count = 0;
        loggedCount = 0;
        IsTruncated = false;
    }

    /// <summary>Begins a transition; the one before has ended.</summary>
    internal void Begin(AccessLog log, in Decision decision, int party)
    {
        End(log);
        if (Count == transitions.Length)
        {
            Array.Resize(ref transitions, Count * 2);
            Array.Resize(ref clocks, Count * 2 * Scheduler.MaxParties);
        }

        transitions[Count++] = new Transition
        {
            Party = party,
            Enabled = decision.EnabledMask,
            Lazy = decision.LazyMask,
            FirstAccess = accesses.Count,
            EndAccess = accesses.Count,
        };
        accesses.Add(Footprint.Of(ObjectKind.Wake, (uint)party, isWrite: false));
        accesses.Add(Footprint.Of(ObjectKind.Party, (uint)party, isWrite: false));
    }

    /// <summary>Ends the last transition.</summary>
    internal void End(AccessLog log)
    {
        uint end = log.Count;
        if (Count > 0)
        {
            IsTruncated |= end - loggedCount > AccessLog.Capacity;
            uint kept = end > AccessLog.Capacity ? end - AccessLog.Capacity : 0;
            for (uint number = Math.Max(loggedCount, kept); number < end; number++)
            {
                accesses.Add(Footprint.Of(log[number]));
            }

            transitions[Count - 1].EndAccess = accesses.Count;
        }

        loggedCount = end;
    }

    /// <summary>Computes the happens-before relation and lists every race: two transitions in conflict of which nothing else
    /// says that they come in this order.</summary>
    /// <param name="first">Transition from which on races are listed.</param>
    /// <param name="races">Receives them; the later one is at or after <paramref name="first"/>.</param>
    internal void Order(int first, List<Race> races)
    {
        history.Clear();
        Array.Fill(lastOfParty, -1);
        races.Clear();
        for (int number = 0; number < Count; number++)
        {
            OrderOne(number, number >= first ? races : null);
        }
    }

    /// <summary>Whether a transition comes before another by more than the order of the run.</summary>
    internal bool HappensBefore(int earlier, int later)
    {
        ref Transition transition = ref transitions[earlier];
        return earlier == later || clocks[(later * Scheduler.MaxParties) + transition.Party] >= transition.Number;
    }

    private void OrderOne(int number, List<Race>? races)
    {
        ref Transition transition = ref transitions[number];
        Span<int> clock = clocks.AsSpan(number * Scheduler.MaxParties, Scheduler.MaxParties);
        int previous = lastOfParty[transition.Party];
        if (previous >= 0)
        {
            clocks.AsSpan(previous * Scheduler.MaxParties, Scheduler.MaxParties).CopyTo(clock);
        }
        else
        {
            clock.Clear();
        }

        ordered.Clear();
        racing.Clear();
        foreach (uint access in FootprintOf(number))
        {
            if (Footprint.IsOrderOnly(access))
            {
                history.AddOrder(access, number, ordered);
            }
            else
            {
                history.Add(access, number, transition.Party, racing);
            }
        }

        foreach (int earlier in ordered)
        {
            Join(clock, earlier);
        }

        racing.Sort();
        for (int i = racing.Count - 1; i >= 0; i--)
        {
            int earlier = racing[i];
            int other = transitions[earlier].Party;
            if (other == transition.Party || clock[other] >= transitions[earlier].Number)
            {
                continue;
            }

            races?.Add(new Race(earlier, number));
            Join(clock, earlier);
        }

        transition.Number = previous < 0 ? 1 : transitions[previous].Number + 1;
        clock[transition.Party] = transition.Number;
        lastOfParty[transition.Party] = number;
    }

    private void Join(Span<int> clock, int earlier)
    {
        ReadOnlySpan<int> other = clocks.AsSpan(earlier * Scheduler.MaxParties, Scheduler.MaxParties);
        for (int party = 0; party < clock.Length; party++)
        {
            clock[party] = Math.Max(clock[party], other[party]);
        }
    }
}

/// <summary>Two transitions whose order only the schedule decided.</summary>
/// <param name="Earlier">The first.</param>
/// <param name="Later">The second.</param>
internal readonly record struct Race(int Earlier, int Later);

// A transition is what a party does between two choices of the schedule. Two transitions of different parties depend on each
// other when one writes what the other touches; dependent ones are ordered by the run, and what that order implies is the
// happens-before relation, kept as a vector clock per transition.
/// <summary>One transition of a run.</summary>
internal struct Transition
{
    /// <summary>Party that made it.</summary>
    public int Party;

    /// <summary>Its number among the transitions of its party, from 1.</summary>
    public int Number;

    /// <summary>Parties that could have been chosen.</summary>
    public uint Enabled;

    /// <summary>Parties that only run when nobody else can, unless chosen.</summary>
    public uint Lazy;

    /// <summary>Position of its first access among all accesses of the run.</summary>
    public int FirstAccess;

    /// <summary>One more than the position of its last access.</summary>
    public int EndAccess;
}
