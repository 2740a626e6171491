// `explore --all-small`: every scenario over a small alphabet, each explored to its end or to the bound. It prints how many were
// certified, what was violated and how often, and how many were too large, and keeps one document per protocol with a line for
// each scenario. Scenarios are shared out among the jobs by number, so the result does not depend on how many there are.

using System.Diagnostics;
using System.Globalization;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Explores small worlds for the command.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class ExploreSmallMode(CommandContext context)
{
    /// <summary>Protocols to explore under.</summary>
    internal required IReadOnlyList<IProtocol> Protocols { get; init; }

    /// <summary>Profile.</summary>
    internal required Profile Rules { get; init; }

    /// <summary>Defects that are on.</summary>
    internal required DefectSet Defects { get; init; }

    /// <summary>Runs at most per scenario.</summary>
    internal required long RunsMax { get; init; }

    /// <summary>Calls at most.</summary>
    internal required int CallsMax { get; init; }

    /// <summary>Signals at most.</summary>
    internal required int SignalsMax { get; init; }

    /// <summary>Threads that explore.</summary>
    internal required int Jobs { get; init; }

    /// <summary>Which scenarios: those whose number has this remainder.</summary>
    internal required (int Index, int Count) Share { get; init; }

    /// <summary>The data root.</summary>
    internal required string DataDirectory { get; init; }

    /// <summary>Whether one document is asked for.</summary>
    internal required bool AsJson { get; init; }

    /// <summary>Explores.</summary>
    /// <returns>Exit code.</returns>
    internal int Run()
    {
        IEnumerable<string> every = new SmallWorlds(CallsMax, SignalsMax).Texts();
        string[] texts = [.. every.Where((_, number) => number % Share.Count == Share.Index)];
        bool isBad = false;
        var table = new TextTable(
            "protocol", ">scenarios", ">certified", ">violated", ">too large", ">traces", ">given up", ">seconds", "violations");
        List<(string Protocol, Outcome[] Outcomes)> all = [];
        foreach (IProtocol protocol in Protocols)
        {
            var watch = Stopwatch.StartNew();
            Outcome[] outcomes = Explore(protocol, texts);
            if (context.Stop.IsCancellationRequested)
            {
                return CommandExit.Interrupted;
            }

            all.Add((protocol.Name, outcomes));
            Save(protocol, texts, outcomes);
            isBad |= outcomes.Any(static each => each.Violation.Length > 0);
            string violations = string.Join(", ", outcomes.Where(static each => each.Violation.Length > 0)
                .GroupBy(static each => each.Violation).OrderByDescending(static group => group.Count())
                .Select(static group => $"{group.Key} {group.Count()}"));
            table.Add(
                protocol.Name, TextTable.Count(texts.Length),
                TextTable.Count(outcomes.Count(static each => each.IsCertified)),
                TextTable.Count(outcomes.Count(static each => each.Violation.Length > 0)),
                TextTable.Count(outcomes.Count(static each => !each.IsCertified && each.Violation.Length == 0)),
                TextTable.Count(outcomes.Sum(static each => each.Traces)),
                TextTable.Count(outcomes.Sum(static each => each.Blocked)),
                watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture), violations);
        }

        if (AsJson)
        {
            WriteJson(all);
        }
        else
        {
            table.Print(context.Output);
            context.Output.WriteLine($"one line for each scenario in {Path.Combine(DataDirectory, "small")}");
        }

        return isBad ? CommandExit.Findings : CommandExit.Clean;
    }

    private Outcome[] Explore(IProtocol protocol, string[] texts)
    {
        var outcomes = new Outcome[texts.Length];
        int next = -1;
        Parallel.For(0, Jobs, new ParallelOptions { MaxDegreeOfParallelism = Jobs }, _ =>
        {
            using var runner = new ScenarioRunner(protocol, Rules);
            var worlds = new SmallWorlds(CallsMax, SignalsMax);
            for (int number = Interlocked.Increment(ref next); number < texts.Length && !context.Stop.IsCancellationRequested;
                number = Interlocked.Increment(ref next))
            {
                outcomes[number] = ExploreOne(runner, worlds.Parse(texts[number]));
            }
        });
        return outcomes;
    }

    private Outcome ExploreOne(ScenarioRunner runner, Program program)
    {
        var options = new ExploreOptions { RunsMax = RunsMax, Defects = Defects, Stop = context.Stop };
        ExploreResult result = new Explorer(runner, program, options).Run();
        string violation = result.Findings.Count == 0 ? "" : NameOf(result.Findings[0].Violation);
        return new Outcome(violation.Length == 0 && result.IsComplete, violation, result.Traces, result.Blocked);
    }

    private static string NameOf(in Violation violation)
    {
        string invariant = Invariants.NameOf(violation.Invariant);
        return violation.Kind == CallKind.None ? invariant : $"{invariant} {CallTable.Of(violation.Kind).Name}";
    }

    private void Save(IProtocol protocol, string[] texts, Outcome[] outcomes)
    {
        string directory = Path.Combine(DataDirectory, "small");
        Directory.CreateDirectory(directory);
        IEnumerable<string> lines = texts.Select((text, number) =>
        {
            string scenario = text.TrimEnd('\n').Replace("\n", "; ", StringComparison.Ordinal);
            return $"{outcomes[number].Verdict,-24} {outcomes[number].Traces,9}  {scenario}";
        });
        string name = $"{protocol.Name}-{Profiles.NameOf(Rules)}-{CallsMax}-{SignalsMax}"
            + (Share.Count > 1 ? $"-{Share.Index + 1}of{Share.Count}" : "") + ".txt";
        string head = $"# model {Certificate.PresentModel}, at most {RunsMax} runs each\n";
        AtomicFile.Write(Path.Combine(directory, name), head + string.Join('\n', lines) + "\n");
    }

    private void WriteJson(List<(string Protocol, Outcome[] Outcomes)> all)
    {
        using var document = new JsonDocumentWriter(context.Output, "explore");
        document.Json.WriteStartArray("small");
        foreach ((string protocol, Outcome[] outcomes) in all)
        {
            document.Json.WriteStartObject();
            document.Json.WriteString("protocol", protocol);
            document.Json.WriteNumber("scenarios", outcomes.Length);
            document.Json.WriteNumber("certified", outcomes.Count(static each => each.IsCertified));
            document.Json.WriteNumber("violated", outcomes.Count(static each => each.Violation.Length > 0));
            document.Json.WriteNumber("traces", outcomes.Sum(static each => each.Traces));
            document.Json.WriteEndObject();
        }

        document.Json.WriteEndArray();
    }

    /// <summary>What became of a scenario.</summary>
    private readonly record struct Outcome(bool IsCertified, string Violation, long Traces, long Blocked)
    {
        public string Verdict => IsCertified ? "certified" : Violation.Length > 0 ? Violation : "too large";
    }
}
