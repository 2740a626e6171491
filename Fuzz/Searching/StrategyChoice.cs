// A strategy as the command line names it: nonpreemptive, mix, random, pct:D, delay:D, pos, urw, rf. Run number i of a search
// uses a stream derived from seed and i, so a search can be repeated and any of its runs be named by its number. Only rf learns
// from its runs: its run number i is what it is after all runs before. docs/strategies.md says what each strategy promises.

using System.Globalization;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Searching;

/// <summary>A named strategy.</summary>
internal sealed class StrategyChoice
{
    /// <summary>Every name that draws schedules, for messages and help.</summary>
    internal const string Drawing = "mix, random, pct:D, delay:D, pos, urw or rf";

    private const int MaximumDepth = 8;
    private const uint RandomSwitchShift = 2;

    private readonly ScheduleMix mix = new();
    private readonly DelayBounded delayBounded = new();
    private readonly RandomWalk randomWalk = new();
    private readonly PriorityChange priorityChange = new();
    private readonly PartialOrderSampling partialOrderSampling = new();
    private readonly UniformWalk uniformWalk = new();
    private readonly ReadsFromGuided? readsFromGuided;
    private readonly string kind;
    private readonly int depth;
    private World? world;
    private uint expectedSteps;

    private StrategyChoice(string kind, int depth)
    {
        this.kind = kind;
        this.depth = depth;
        readsFromGuided = kind == "rf" ? new ReadsFromGuided() : null;
    }

    /// <summary>Whether every run is the same.</summary>
    internal bool IsFixed => kind == "nonpreemptive";

    /// <summary>Name as on the command line.</summary>
    internal string Name => depth == 0 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind}:{depth}");

    /// <summary>What PCT promises for the scenario of <see cref="Prepare"/>; null for other strategies.</summary>
    internal PriorityChangeBound? Bound => kind == "pct" && world is not null
        ? new PriorityChangeBound(world.Scheduler.PartyCount, expectedSteps, depth)
        : null;

    /// <summary>The default schedule.</summary>
    internal static StrategyChoice NonPreemptive { get; } = new("nonpreemptive", 0);

    /// <summary>The strategies of a campaign, in its shares.</summary>
    internal static StrategyChoice Mix => new("mix", 0);

    /// <summary>The strategy that draws schedules of a length.</summary>
    /// <param name="deviations">Number of deviations.</param>
    internal static StrategyChoice Delay(int deviations) =>
        deviations == 0 ? NonPreemptive : new StrategyChoice("delay", Math.Min(deviations, MaximumDepth));

    /// <summary>Reads a name.</summary>
    /// <param name="option">Option that gave it.</param>
    /// <param name="text">The name.</param>
    internal static StrategyChoice Parse(string option, string text)
    {
        if (text is "nonpreemptive" or "mix" or "random" or "pos" or "urw" or "rf")
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
            $"'{text}' is no strategy; there are nonpreemptive, {Drawing}, D from 1 to {MaximumDepth}, and for `run` every-step");
    }

    /// <summary>Starts a search. A run without preemptions tells how long the scenario is and how many steps each party
    /// takes, which is what strategies with change points and with weights need to know.</summary>
    /// <param name="runner">Runner of the search.</param>
    /// <param name="scenario">Scenario of the search.</param>
    /// <param name="defects">Defects that are on.</param>
    internal void Prepare(ScenarioRunner runner, Scenario scenario, DefectSet defects)
    {
        if (IsFixed)
        {
            return;
        }

        expectedSteps = runner.Run(scenario, Managarm.Perf.Core.Scheduling.NonPreemptive.Instance, defects).Steps;
        world = runner.System.World;
        uniformWalk.Learn(world);
        readsFromGuided?.Restart(world);
    }

    /// <summary>Prepares a run.</summary>
    /// <param name="seed">Seed of the search.</param>
    /// <param name="run">Number of the run.</param>
    /// <returns>A strategy for this run.</returns>
    internal IScheduleStrategy For(ulong seed, ulong run)
    {
        if (IsFixed)
        {
            return Managarm.Perf.Core.Scheduling.NonPreemptive.Instance;
        }

        Verify.That(world is not null, "a search has not been prepared");
        ulong derived = Prng.Derive(seed, run);
        switch (kind)
        {
            case "mix":
                var random = new Prng(derived);
                return mix.Draw(ref random);
            case "random":
                randomWalk.Seed(derived, RandomSwitchShift);
                return randomWalk;
            case "pct":
                priorityChange.Seed(derived, depth, expectedSteps);
                return priorityChange;
            case "delay":
                delayBounded.Seed(derived, depth, expectedSteps);
                return delayBounded;
            case "pos":
                partialOrderSampling.Seed(derived, world);
                return partialOrderSampling;
            case "urw":
                uniformWalk.Seed(derived);
                return uniformWalk;
            default:
                readsFromGuided!.Seed(derived);
                return readsFromGuided;
        }
    }
}
