// A transition is what a party does between two choices of the schedule. Two transitions of different parties depend on each
// other when one writes what the other touches; dependent ones are ordered by the run, and what that order implies is the
// happens-before relation, kept as a vector clock per transition.

namespace Managarm.Perf.Fuzz;

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
