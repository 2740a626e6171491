// What engines start from: the project's seeds, each with a strategy and a seed of its own, and the known windows with the
// deviations that show them. Equal files give equal inputs.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>Scenarios of the project as engine inputs.</summary>
public static class StartInputs
{
    private const int StrategyCount = (int)ScheduleKind.PriorityChange + 1;

    /// <summary>The seeds.</summary>
    /// <returns>Names without extensions and inputs, in the order of the names.</returns>
    public static IReadOnlyList<(string Name, EngineInput Input)> Seeds() => Read("seeds", static (file, number) =>
    {
        EngineInput input = InputOf(file);
        input.Form = EngineForm.Seeded;
        input.Strategy = (ScheduleKind)(number % StrategyCount);
        input.Seed = Prng.Derive(1, (ulong)number);
        return input;
    });

    /// <summary>The known windows.</summary>
    /// <returns>Names without extensions and inputs, in the order of the names.</returns>
    public static IReadOnlyList<(string Name, EngineInput Input)> Windows() => Read("windows", static (file, _) =>
    {
        // The names of the file must still stand when its deviations are read.
        var names = new ShortName[PartyName.MaximumCount];
        int count = PartyName.List(file.Scenario, names);
        EngineInput input = InputOf(file);
        input.Form = EngineForm.Exact;
        file.Schedule.Resolve(names.AsSpan(0, count), input.Schedule);
        return input;
    });

    /// <summary>An input as bytes.</summary>
    /// <param name="input">The input.</param>
    /// <returns>As many bytes as it needs.</returns>
    public static byte[] BytesOf(EngineInput input)
    {
        var room = new byte[EngineInputCodec.MaximumLength];
        return room[..EngineInputCodec.Encode(input, room)];
    }

    private static EngineInput InputOf(ScenarioFile file)
    {
        var input = new EngineInput();
        input.Scenario.CopyFrom(file.Scenario);
        StandardNames.Apply(input.Scenario);
        EngineInputCodec.DropExpectations(input.Scenario);
        return input;
    }

    private static List<(string Name, EngineInput Input)> Read(string folder, Func<ScenarioFile, int, EngineInput> convert)
    {
        var inputs = new List<(string, EngineInput)>();
        string directory = Path.Combine(CorpusLocation.Find(), folder);
        foreach (string path in Directory.EnumerateFiles(directory, "*.scn").Order(StringComparer.Ordinal))
        {
            ScenarioSource source = ScenarioSource.Read(new ScenarioParser(), path);
            if (!source.IsValid)
            {
                throw CommandException.BadInput(source.Errors[0].ToString());
            }

            inputs.Add((Path.GetFileNameWithoutExtension(path), convert(source.File, inputs.Count)));
        }

        return inputs;
    }
}
