// Generator and mutator: everything they make is valid, survives text and bytes, depends on the seed alone, keeps within
// its bounds, costs no memory, and is the kind of scenario they promise.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Generation;

namespace Managarm.Perf.Fuzz.Tests.Generation;

public sealed class GenerationTests
{
    private const int Count = 20_000;

    public static TheoryData<bool> Everything => [false, true];

    [Theory]
    [MemberData(nameof(Everything))]
    public void Generated_scenarios_are_valid_and_survive_text_and_bytes(bool everything)
    {
        var generator = new ScenarioGenerator(OptionsOf(everything));
        var checker = new Checker();
        var random = new Prng(1);
        var scenario = new Scenario();
        for (var i = 0; i < Count; i++)
        {
            generator.Generate(ref random, scenario);
            checker.Check(scenario);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Mutated_scenarios_are_valid_and_survive_text_and_bytes(bool everything)
    {
        var options = OptionsOf(everything);
        var mutator = new ScenarioMutator(options);
        var checker = new Checker();
        var random = new Prng(2);
        var population = CreatePopulation(options, ref random, 64);
        for (var i = 0; i < Count; i++)
        {
            var scenario = population[random.NextBelow(64)];
            mutator.Mutate(ref random, scenario, population[random.NextBelow(64)]);
            checker.Check(scenario);
            mutator.Meet(ref random, scenario);
            checker.Check(scenario);
            Assert.True(everything || scenario.CallCount <= options.MaximumCalls);
        }
    }

    [Fact]
    public void Most_generated_scenarios_send_a_handled_signal_to_somebody_who_blocks()
    {
        var generator = new ScenarioGenerator(new GenerationOptions());
        var random = new Prng(3);
        var scenario = new Scenario();
        var interesting = 0;
        var calls = 0;
        for (var i = 0; i < Count; i++)
        {
            generator.Generate(ref random, scenario);
            interesting += IsInteresting(scenario) ? 1 : 0;
            calls += scenario.CallCount;
        }

        Assert.True(interesting > Count * 65 / 100, $"{interesting} of {Count}");
        Assert.InRange(calls / Count, 4, 9);
    }

    [Fact]
    public void Scenarios_depend_on_the_seed_alone()
    {
        Assert.Equal(HashOfMany(seed: 4), HashOfMany(seed: 4));
        Assert.NotEqual(HashOfMany(seed: 4), HashOfMany(seed: 5));
    }

    [Fact]
    public void What_is_new_occurs_only_when_it_is_allowed()
    {
        var none = CountIn(new GenerationOptions());
        Assert.Equal(default, none with { Actors = 0, Processes = 0, Pairs = 0 });
        Assert.InRange(none.Processes, 2, 5);
        var changes = CountIn(new GenerationOptions { AllowsProcessChanges = true });
        Assert.True(changes is { Execs: > Count / 20, Clones: > Count / 10, Crashes: 0, Kinds: 0, Servers: 0 }, $"{changes}");
        var crashes = CountIn(new GenerationOptions { AllowsCrashes = true });
        Assert.True(crashes is { Execs: 0, Clones: 0, Crashes: > Count / 500 and < Count / 20, Kinds: 0 }, $"{crashes}");
        var kinds = CountIn(new GenerationOptions { AllowsServerKinds = true });
        Assert.True(kinds is { Crashes: 0, Kinds: 0b1111111, Servers: 0b1111, Clones: 0 }, $"{kinds}");
        var pairs = CountIn(new GenerationOptions { AllowsSignalPairs = true });
        Assert.True(pairs is { Clones: 0, Kinds: 0 } && pairs.Pairs > 3 * none.Pairs, $"{pairs}, {none}");
        var crowds = CountIn(new GenerationOptions { AllowsCrowds = true });
        Assert.True(crowds is { Processes: Scenario.MaximumProcesses, Actors: Scenario.MaximumActors, Clones: 0 }, $"{crowds}");
    }

    [Fact]
    public void A_mutator_takes_away_what_is_not_allowed()
    {
        var mutator = new ScenarioMutator(new GenerationOptions());
        var random = new Prng(7);
        var population = CreatePopulation(GenerationOptions.Everything, ref random, 16);
        var generator = new ScenarioGenerator(GenerationOptions.Everything);
        var scenario = new Scenario();
        var census = default(Census);
        for (var i = 0; i < 4000; i++)
        {
            generator.Generate(ref random, scenario);
            mutator.Mutate(ref random, scenario, population[random.NextBelow(16)]);
            census = census.With(scenario);
        }

        Assert.Equal(default, census with { Actors = 0, Processes = 0, Pairs = 0 });
    }

    [Fact]
    public void Bounds_are_kept()
    {
        var options = new GenerationOptions
        {
            Calls = CallSet.All.Without(CallKind.Nanosleep).Without(CallKind.Exit),
            MaximumCalls = 6,
            AllowsDevices = false,
        };
        var generator = new ScenarioGenerator(options);
        var mutator = new ScenarioMutator(options);
        var random = new Prng(6);
        var population = CreatePopulation(new GenerationOptions(), ref random, 16);
        var scenario = new Scenario();
        for (var i = 0; i < 2000; i++)
        {
            generator.Generate(ref random, scenario);
            AssertBounds(options, scenario);
            mutator.Mutate(ref random, scenario, population[random.NextBelow(16)]);
            AssertBounds(options, scenario);
        }
    }

    [Fact]
    [Trait("Category", "ZeroAllocation")]
    public void Generating_and_mutating_allocate_nothing_once_warm()
    {
        var options = GenerationOptions.Everything;
        var generator = new ScenarioGenerator(options);
        var mutator = new ScenarioMutator(options);
        var random = new Prng(8);
        var population = CreatePopulation(options, ref random, 16);
        ZeroBytes.Check("generator and mutator", () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                generator.Generate(ref random, population[random.NextBelow(16)]);
                mutator.Mutate(ref random, population[random.NextBelow(16)], population[random.NextBelow(16)]);
                mutator.Meet(ref random, population[random.NextBelow(16)]);
            }
        });
    }

    private static GenerationOptions OptionsOf(bool everything) =>
        everything ? GenerationOptions.Everything : new GenerationOptions();

    private static Census CountIn(GenerationOptions options)
    {
        var generator = new ScenarioGenerator(options);
        var random = new Prng(9);
        var scenario = new Scenario();
        var census = default(Census);
        for (var i = 0; i < Count; i++)
        {
            generator.Generate(ref random, scenario);
            census = census.With(scenario);
        }

        return census;
    }

    private static Scenario[] CreatePopulation(GenerationOptions options, ref Prng random, int count)
    {
        var generator = new ScenarioGenerator(options);
        var population = new Scenario[count];
        for (var i = 0; i < count; i++)
        {
            population[i] = new Scenario();
            generator.Generate(ref random, population[i]);
        }

        return population;
    }

    private static ulong HashOfMany(ulong seed)
    {
        var options = new GenerationOptions();
        var random = new Prng(seed);
        var population = CreatePopulation(options, ref random, 8);
        var mutator = new ScenarioMutator(options);
        var hash = 0UL;
        for (var i = 0; i < 500; i++)
        {
            var scenario = population[random.NextBelow(8)];
            mutator.Mutate(ref random, scenario, population[random.NextBelow(8)]);
            hash = (hash * 31) + ScenarioHash.Of(scenario);
        }

        return hash;
    }

    private static void AssertBounds(GenerationOptions options, Scenario scenario)
    {
        Assert.True(scenario.CallCount <= options.MaximumCalls);
        foreach (ref readonly var call in scenario.Calls)
        {
            Assert.True(options.Permits(call.Kind), call.Kind.ToString());
        }

        foreach (ref readonly var resource in scenario.Resources)
        {
            Assert.NotEqual(ResourceKind.Device, resource.Kind);
        }
    }

    private static bool IsInteresting(Scenario scenario)
    {
        foreach (ref readonly var kill in scenario.Calls)
        {
            if (!CallTable.Of(kill.Kind).Has(CallFlags.SendsSignal))
            {
                continue;
            }

            var signal = kill.Kind == CallKind.Kill ? kill.Argument1 : kill.Argument2;
            foreach (ref readonly var call in scenario.Calls)
            {
                var isVictim = scenario.Strands[call.Strand].Process == kill.Argument0 && call.Strand != kill.Strand;
                if (isVictim && CallTable.Of(call.Kind).IsInterruptible && IsHandled(scenario, kill.Argument0, signal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsHandled(Scenario scenario, int process, int signal)
    {
        for (; process >= 0; process = scenario.Strands[process].Parent)
        {
            foreach (ref readonly var call in scenario.Calls)
            {
                if (call.Kind == CallKind.Sigaction && call.Argument0 == signal
                    && scenario.Strands[call.Strand].Process == process
                    && call.Argument1 == (int)SignalDisposition.Handle)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Checks one scenario after the other against the rules, text and bytes.</summary>
    private sealed class Checker
    {
        private readonly ScenarioParser parser = new();
        private readonly ScenarioFile parsed = new();
        private readonly Scenario decoded = new();
        private readonly Schedule schedule = new();
        private readonly TextBuffer text = new();
        private readonly byte[] bytes = new byte[ScenarioCodec.MaximumLength];

        internal void Check(Scenario scenario)
        {
            Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(scenario));
            text.Clear();
            ScenarioFormatter.Append(text, scenario);
            Assert.True(parser.TryParse("generated", text.Text, parsed, out var error), $"{error}\n{text}");
            Assert.True(parsed.Scenario.ContentEquals(scenario), text.ToString());
            schedule.Clear();
            var length = ScenarioCodec.Encode(scenario, schedule, bytes);
            ScenarioCodec.Decode(bytes.AsSpan(0, length), decoded, schedule);
            Assert.True(decoded.ContentEquals(scenario), text.ToString());
        }
    }
}
