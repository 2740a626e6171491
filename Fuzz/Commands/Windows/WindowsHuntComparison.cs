// `windows hunt` with several strategies: each hunts all windows with the same seeds and the same bound, and a table says how
// many runs each took, the median seed and the worst. A search that has found nothing within the bound is shown as more than the
// bound; it is neither left out nor counted as the bound.

using System.Text.Json;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Windows;

/// <summary>Compares strategies on known windows.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class WindowsHuntComparison(CommandContext context)
{
    /// <summary>Hunts with each strategy.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="options">Settings; the strategy is set here.</param>
    /// <param name="strategies">The strategies.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code: findings when a window behaves otherwise than its file says under one of them.</returns>
    internal int Run(IReadOnlyList<KnownWindow> windows, HuntOptions options, string[] strategies, bool asJson)
    {
        var hunts = new List<StrategyHunt>();
        foreach (string strategy in strategies)
        {
            hunts.Add(new StrategyHunt(strategy, WindowHunt.Run(
                windows, options with { Strategy = strategy }, context.Stop, context.Progress.Say)));
            if (context.Stop.IsCancellationRequested)
            {
                context.Error.WriteLine("interrupted; the hunt was not finished, so it has no result");
                return CommandExit.Interrupted;
            }

            context.Error.WriteLine($"{strategy}: {WindowsHuntMode.Number(hunts[^1].Runs)} runs");
        }

        if (asJson)
        {
            WriteJson(hunts, options);
        }
        else
        {
            Print(windows, hunts, options);
        }

        return hunts.Any(hunt => hunt.Results.Any(each => each.Mismatch.Length > 0)) ? CommandExit.Findings : CommandExit.Clean;
    }

    private void Print(IReadOnlyList<KnownWindow> windows, List<StrategyHunt> hunts, HuntOptions options)
    {
        var table = new TextTable(["name", .. hunts.Select(hunt => ">" + hunt.Strategy)]);
        for (int i = 0; i < windows.Count; i++)
        {
            table.Add([windows[i].Name, .. hunts.Select(hunt => Cell(hunt.Results[i]))]);
        }

        table.Add(["found by all seeds", .. hunts.Select(hunt => $"{hunt.FoundByAll} of {hunt.Searched}")]);
        table.Add(["all runs with harm", .. hunts.Select(hunt => WindowsHuntMode.Number(hunt.Runs))]);
        table.Print(context.Output);
        foreach (StrategyHunt hunt in hunts)
        {
            foreach (HuntResult each in hunt.Results.Where(each => each.Mismatch.Length > 0))
            {
                context.Output.WriteLine($"{each.Window.Path}: under {hunt.Strategy}, {each.Mismatch}");
            }
        }

        context.Output.WriteLine(
            $"runs to find, median / worst of {options.Seeds} seeds; at most {WindowsHuntMode.Number(options.Runs)} runs each, "
            + "'>' where that was not enough");
    }

    private static string Cell(HuntResult result)
    {
        if (result.Window.IsBenign)
        {
            return result.Mismatch.Length == 0 ? "benign" : "VIOLATED";
        }

        HuntTally tally = result.Tally;
        string worst = tally.Describe(tally.Worst);
        return tally.Median is null ? worst : $"{tally.Describe(tally.Median)} / {worst}";
    }

    private void WriteJson(List<StrategyHunt> hunts, HuntOptions options)
    {
        using var document = new JsonDocumentWriter(context.Output, "windows");
        Utf8JsonWriter json = document.Json;
        json.WriteString("mode", "compare-strategies");
        json.WriteNumber("seeds", options.Seeds);
        json.WriteNumber("runsAtMost", options.Runs);
        json.WriteStartArray("strategies");
        foreach (StrategyHunt hunt in hunts)
        {
            json.WriteStartObject();
            json.WriteString("strategy", hunt.Strategy);
            json.WriteNumber("foundByAll", hunt.FoundByAll);
            json.WriteNumber("searched", hunt.Searched);
            json.WriteNumber("runs", hunt.Runs);
            json.WriteStartArray("windows");
            foreach (HuntResult each in hunt.Results)
            {
                json.WriteStartObject();
                json.WriteString("name", each.Window.Name);
                each.Tally.WriteNumbers(json);
                json.WriteString("mismatch", each.Mismatch);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>What one strategy showed.</summary>
/// <param name="Strategy">Its name.</param>
/// <param name="Results">One per window.</param>
internal sealed record StrategyHunt(string Strategy, IReadOnlyList<HuntResult> Results)
{
    /// <summary>Windows with harm.</summary>
    internal int Searched => Results.Count(each => !each.Window.IsBenign);

    /// <summary>Windows that all seeds found.</summary>
    internal int FoundByAll => Results.Count(each => !each.Window.IsBenign && each.Tally.Worst is not null);

    /// <summary>Runs over all windows with harm and all seeds, those that found nothing included.</summary>
    internal ulong Runs => (ulong)Results.Where(each => !each.Window.IsBenign).Sum(each => (long)each.Tally.Runs);
}
