// What a hunt is to do. Jobs are not among what its result depends on.

namespace Managarm.Perf.Fuzz;

/// <summary>Settings of a hunt.</summary>
public sealed record HuntOptions
{
    /// <summary>Seeds: the hunt is made with each of 1 to this number.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>Runs per window and seed at most.</summary>
    public ulong Runs { get; init; } = 10_000;

    /// <summary>Strategy that draws the schedules.</summary>
    public string Strategy { get; init; } = "random";

    /// <summary>Worker threads.</summary>
    public int Jobs { get; init; } = 1;
}
