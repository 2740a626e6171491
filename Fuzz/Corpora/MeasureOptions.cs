// How a corpus is measured. Only jobs and who is told have no part in the figures.

using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>How a corpus is measured.</summary>
internal sealed record MeasureOptions
{
    /// <summary>Drawn schedules of each scenario, unless something else is asked for.</summary>
    internal const int DefaultSchedules = 32;

    /// <summary>Protocols; features of all of them count together, as in a campaign.</summary>
    internal required IReadOnlyList<IProtocol> Protocols { get; init; }

    /// <summary>Profile of the oracle.</summary>
    internal Profile Profile { get; init; }

    /// <summary>Whether servers handle what is ready in an order that the strategy chooses.</summary>
    internal bool RelaxesDispatch { get; init; }

    /// <summary>Schedules that are drawn, beside the one without preemptions.</summary>
    internal int Schedules { get; init; } = DefaultSchedules;

    /// <summary>Worker threads.</summary>
    internal int Jobs { get; init; } = 1;

    /// <summary>Told how many entries are measured.</summary>
    internal Action<int> Tell { get; init; } = static _ => { };
}
