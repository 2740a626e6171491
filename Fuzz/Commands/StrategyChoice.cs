// A strategy as the command line names it: nonpreemptive, random, pct:D, delay:D. Run number i of a search uses a stream
// derived from seed and i, so a search can be repeated and any of its runs be named by its number.

using System.Globalization;
using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>A named strategy.</summary>
internal sealed class StrategyChoice
{
    private const int MaximumDepth = 8;
    private const uint RandomSwitchShift = 2;

    private readonly DelayBounded delayBounded = new();
    private readonly RandomWalk randomWalk = new();
    private readonly PriorityChange priorityChange = new();
    private readonly string kind;
    private readonly int depth;

    private StrategyChoice(string kind, int depth)
    {
        this.kind = kind;
        this.depth = depth;
    }

    /// <summary>Whether every run is the same.</summary>
    internal bool IsFixed => kind == "nonpreemptive";

    /// <summary>Name as on the command line.</summary>
    internal string Name => depth == 0 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind}:{depth}");

    /// <summary>The default schedule.</summary>
    internal static StrategyChoice NonPreemptive { get; } = new("nonpreemptive", 0);

    /// <summary>The strategy that draws schedules of a length.</summary>
    /// <param name="deviations">Number of deviations.</param>
    internal static StrategyChoice Delay(int deviations) =>
        deviations == 0 ? NonPreemptive : new StrategyChoice("delay", Math.Min(deviations, MaximumDepth));

    /// <summary>Reads a name.</summary>
    /// <param name="option">Option that gave it.</param>
    /// <param name="text">The name.</param>
    internal static StrategyChoice Parse(string option, string text)
    {
        if (text is "nonpreemptive" or "random")
        {
            return new StrategyChoice(text, 0);
        }

        string[] parts = text.Split(':');
        bool isDeep = parts.Length == 2 && parts[0] is "pct" or "delay";
        if (isDeep && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int depth)
            && depth is >= 1 and <= MaximumDepth)
        {
            return new StrategyChoice(parts[0], depth);
        }

        throw CommandException.BadInput(
            option,
            $"'{text}' is no strategy; there are nonpreemptive, random, pct:D and delay:D, D from 1 to {MaximumDepth}, and for "
            + "`run` every-step");
    }

    /// <summary>Prepares a run.</summary>
    /// <param name="seed">Seed of the search.</param>
    /// <param name="run">Number of the run.</param>
    /// <param name="expectedSteps">Length that the run is expected to have.</param>
    /// <returns>A strategy for this run.</returns>
    internal IScheduleStrategy For(ulong seed, ulong run, uint expectedSteps)
    {
        ulong derived = Prng.Derive(seed, run);
        switch (kind)
        {
            case "random":
                randomWalk.Seed(derived, RandomSwitchShift);
                return randomWalk;
            case "pct":
                priorityChange.Seed(derived, depth, expectedSteps);
                return priorityChange;
            case "delay":
                delayBounded.Seed(derived, depth, expectedSteps);
                return delayBounded;
            default:
                return Core.NonPreemptive.Instance;
        }
    }
}
