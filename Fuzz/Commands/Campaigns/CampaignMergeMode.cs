// `campaign merge`: the parts of a campaign become one directory, which `--resume` goes on with.

using System.Globalization;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Campaigns;

/// <summary>Merges parts.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CampaignMergeMode(CommandContext context)
{
    /// <summary>Merges.</summary>
    /// <param name="paths">Directories of the parts.</param>
    /// <param name="place">The new directory.</param>
    /// <returns>Exit code.</returns>
    /// <exception cref="CommandException">They cannot be merged; the line says why.</exception>
    internal int Run(IReadOnlyList<string> paths, string place)
    {
        context.Progress.Say("merging");
        MergedCampaign merged = Merge(paths, place, context.Stop);
        CampaignState state = merged.State;
        context.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{place}: {Plural.Of(paths.Count, "part")}, {state.Rounds:N0} rounds, {state.Totals.Runs:N0} runs, "
            + $"{Plural.Of(state.CorpusCount, "scenario")}, {Plural.Of(state.Findings.Count, "finding")} of "
            + $"{Plural.Of(state.Causes.Count, "cause")}"));
        if (merged.Missing.Count > 0)
        {
            context.Output.WriteLine($"not there: part {string.Join(", ", merged.Missing)}");
        }

        return CommandExit.Clean;
    }

    private static MergedCampaign Merge(IReadOnlyList<string> paths, string place, CancellationToken stop)
    {
        try
        {
            return CampaignMerge.Run(paths, place, stop);
        }
        catch (CorpusException refused)
        {
            throw CommandException.BadInput(refused.Message);
        }
        catch (OperationCanceledException)
        {
            throw CommandException.Interrupted(place, "interrupted; nothing was written");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Environment($"{place}: {failure.Message.TrimEnd('.')}");
        }
    }
}
