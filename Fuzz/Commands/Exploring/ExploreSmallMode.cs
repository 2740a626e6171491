// `explore --all-small`: every scenario over a small alphabet, each explored to its end or to the bound. It prints how many were
// certified, what was violated and how often, and how many were too large, and keeps one document per protocol with a line for
// each scenario. What has been explored is kept when the search is interrupted, and --resume goes on with what is left. Each job
// takes the next scenario, and none knows of another, so the result does not depend on how many there are.

using System.Diagnostics;
using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Fuzz.Exploring;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Exploring;

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

    /// <summary>Whether only what the last search left open is explored.</summary>
    internal required bool Resumes { get; init; }

    /// <summary>Explores.</summary>
    /// <returns>Exit code.</returns>
    internal int Run()
    {
        string[] every = [.. new SmallWorlds(CallsMax, SignalsMax).Texts()];
        string[] texts = [.. every.Where((_, number) => number % Share.Count == Share.Index)];
        if (texts.Length == 0)
        {
            throw CommandException.BadInput("--shard", $"there are only {every.Length} scenarios");
        }

        // All are read before the first search, so that what is damaged costs no time.
        List<SmallOutcome[]> all = [.. Protocols.Select(protocol => Begin(protocol, texts))];
        var table = new TextTable(
            "protocol", ">scenarios", ">certified", ">violated", ">too large", ">open", ">traces", ">given up", ">seconds",
            "violations");
        for (int number = 0; number < Protocols.Count && !context.Stop.IsCancellationRequested; number++)
        {
            var watch = Stopwatch.StartNew();
            Explore(Protocols[number], texts, all[number]);
            KeepUnreached(Protocols[number], texts, all[number]);
            Save(Protocols[number], texts, all[number]);
            AddRow(table, Protocols[number], all[number], watch.Elapsed);
        }

        if (AsJson)
        {
            WriteJson(all);
        }
        else
        {
            table.Print(context.Output);
            context.Output.WriteLine($"one line for each scenario in {RecordDirectory}");
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted; the table holds what was explored");
            return CommandExit.Interrupted;
        }

        bool isBad = all.Exists(static outcomes => outcomes.Any(static each => each.IsViolated));
        return isBad ? CommandExit.Findings : CommandExit.Clean;
    }

    /// <summary>Where the records are kept.</summary>
    internal string RecordDirectory => Path.Combine(DataDirectory, "small");

    private SmallOutcome[] Begin(IProtocol protocol, string[] texts)
    {
        string file = FileOf(protocol);
        if (!Resumes || !File.Exists(file))
        {
            return [.. texts.Select(static _ => SmallOutcome.NotExplored)];
        }

        context.InputFile = file;
        return SmallRecord.TryRead(File.ReadAllText(file), Defects, texts, out SmallOutcome[] outcomes, out string error)
            ? outcomes
            : throw CommandException.BadInput(file, error);
    }

    private static void AddRow(TextTable table, IProtocol protocol, SmallOutcome[] outcomes, TimeSpan elapsed)
    {
        string violations = string.Join(", ", outcomes.Where(static each => each.IsViolated)
            .GroupBy(static each => each.Verdict).OrderByDescending(static group => group.Count())
            .Select(static group => $"{group.Key} {group.Count()}"));
        string Count(Func<SmallOutcome, bool> isMeant) => TextTable.Count(outcomes.Count(isMeant));
        table.Add(
            protocol.Name, TextTable.Count(outcomes.Length), Count(static each => each.IsCertified),
            Count(static each => each.IsViolated), Count(static each => each.Verdict == SmallOutcome.TooLarge),
            Count(static each => each.Verdict == SmallOutcome.Open),
            TextTable.Count(outcomes.Sum(static each => each.Traces)),
            TextTable.Count(outcomes.Sum(static each => each.Blocked)),
            elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture), violations);
    }

    private void Explore(IProtocol protocol, string[] texts, SmallOutcome[] outcomes)
    {
        int next = -1;
        context.Progress.Say(
            () => $"exploring under {protocol.Name}: {Math.Min(next + 1, texts.Length)} of {texts.Length} scenarios");
        Parallel.For(0, Jobs, new ParallelOptions { MaxDegreeOfParallelism = Jobs }, _ =>
        {
            using var runner = new ScenarioRunner(protocol, Rules);
            var worlds = new SmallWorlds(CallsMax, SignalsMax);
            for (int number = Interlocked.Increment(ref next); number < texts.Length; number = Interlocked.Increment(ref next))
            {
                if (outcomes[number].IsUndecided && !context.Stop.IsCancellationRequested)
                {
                    outcomes[number] = ExploreOne(runner, worlds.Parse(texts[number]), outcomes[number]);
                }
            }
        });
    }

    private SmallOutcome ExploreOne(ScenarioRunner runner, Scenario scenario, SmallOutcome before)
    {
        var options = new ExploreOptions { RunsMax = RunsMax, Defects = Defects, Stop = context.Stop };
        ExploreResult result = new Explorer(runner, scenario, options).Run();
        bool isViolated = result.Findings.Count > 0;
        if (!isViolated && !result.IsComplete && context.Stop.IsCancellationRequested)
        {
            return before;
        }

        string verdict = isViolated ? NameOf(result.Findings[0].Violation)
            : result.IsComplete ? SmallOutcome.Certified : SmallOutcome.TooLarge;
        return new SmallOutcome(verdict, result.Traces, result.Blocked);
    }

    private static string NameOf(in Violation violation)
    {
        string invariant = Invariants.NameOf(violation.Invariant);
        return violation.Kind == CallKind.None ? invariant : $"{invariant} {CallTable.Of(violation.Kind).Name}";
    }

    private string FileOf(IProtocol protocol) => Path.Combine(
        RecordDirectory,
        $"{protocol.Name}-{Profiles.NameOf(Rules)}-{CallsMax}-{SignalsMax}"
            + (Share.Count > 1 ? $"-{Share.Index + 1}of{Share.Count}" : "") + ".txt");

    /// <summary>What an interrupted search has not reached, or not decided, stays as an earlier one of the same model left
    /// it.</summary>
    private void KeepUnreached(IProtocol protocol, string[] texts, SmallOutcome[] outcomes)
    {
        string file = FileOf(protocol);
        if (!context.Stop.IsCancellationRequested || !File.Exists(file)
            || !SmallRecord.TryRead(File.ReadAllText(file), Defects, texts, out SmallOutcome[] former, out _))
        {
            return;
        }

        for (int number = 0; number < outcomes.Length; number++)
        {
            bool isReached = outcomes[number].Verdict != SmallOutcome.Open;
            if (!isReached || (outcomes[number].IsUndecided && !former[number].IsUndecided))
            {
                outcomes[number] = former[number];
            }
        }
    }

    private void Save(IProtocol protocol, string[] texts, SmallOutcome[] outcomes)
    {
        Directory.CreateDirectory(RecordDirectory);
        AtomicFile.Write(FileOf(protocol), SmallRecord.Write(Defects, RunsMax, texts, outcomes));
    }

    private void WriteJson(List<SmallOutcome[]> all)
    {
        using var document = new JsonDocumentWriter(context.Output, "explore");
        document.Json.WriteStartArray("small");
        for (int number = 0; number < all.Count; number++)
        {
            SmallOutcome[] outcomes = all[number];
            document.Json.WriteStartObject();
            document.Json.WriteString("protocol", Protocols[number].Name);
            document.Json.WriteNumber("scenarios", outcomes.Length);
            document.Json.WriteNumber("certified", outcomes.Count(static each => each.IsCertified));
            document.Json.WriteNumber("violated", outcomes.Count(static each => each.IsViolated));
            document.Json.WriteNumber("open", outcomes.Count(static each => each.Verdict == SmallOutcome.Open));
            document.Json.WriteNumber("traces", outcomes.Sum(static each => each.Traces));
            document.Json.WriteEndObject();
        }

        document.Json.WriteEndArray();
    }
}
