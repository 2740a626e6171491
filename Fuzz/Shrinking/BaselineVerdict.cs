// What the baseline says of the expectations of a scenario. The values are ordered: what is worse has the higher one, so that two
// scenarios can be compared.

namespace Managarm.Perf.Fuzz;

/// <summary>Whether the expectations of a scenario are true of the baseline.</summary>
public enum BaselineVerdict
{
    /// <summary>Nobody asked: the violation is not one of <c>allowed</c>.</summary>
    NotAsked,

    /// <summary>They hold in every order that was tried.</summary>
    Holds,

    /// <summary>They hold in the default order and fail in another one.</summary>
    FailsInSomeOrder,

    /// <summary>They fail in the default order.</summary>
    FailsByDefault,
}
