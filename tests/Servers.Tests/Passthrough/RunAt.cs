// The strategy of sweeps: one party is held back until a given step and then runs as long as it can; the others follow the
// default. Over all steps of a run this puts what the party does between any two steps of the others.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Tests.Passthrough;

/// <summary>Lets one party run at one step.</summary>
internal sealed class RunAt(ScenarioRunner runner) : IScheduleStrategy
{
    private int party;

    /// <summary>Name of the party.</summary>
    public string Party { get; set; } = PartyName.Line;

    /// <summary>Step from which on it runs first.</summary>
    public uint Step { get; set; }

    /// <inheritdoc/>
    public void Begin(int partyCount) => party = runner.System.Parties.Names.IndexOf(ShortName.Of(Party));

    /// <inheritdoc/>
    public int Next(in Decision decision)
    {
        uint others = decision.EnabledMask & ~(1u << party);
        if (decision.Step >= Step)
        {
            return (decision.EnabledMask >> party & 1) != 0 ? party : decision.Default;
        }

        if (decision.Default != party)
        {
            return decision.Default;
        }

        uint busy = others & ~decision.LazyMask;
        return System.Numerics.BitOperations.TrailingZeroCount(busy != 0 ? busy : others);
    }
}
