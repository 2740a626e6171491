// One campaign of the parts that were made with --shard: one corpus with every feature of any part, each finding once, sums of
// runs and causes. It goes on as the whole, with runs that no part has made. Parts take turns: what each had in its first round
// comes first, so the result does not depend on the order in which the parts are named. The parts are only read. What
// campaigns have not drawn from the same start, or under another model, is refused.

using System.Globalization;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Merges the parts of a campaign.</summary>
public sealed class CampaignMerge
{
    private const string FeaturesWord = "for features ";
    private const string RoundWord = "round ";

    private readonly List<(string Path, CampaignState State)> parts;
    private readonly List<(int Round, int Part)> turns;

    private CampaignMerge(List<(string Path, CampaignState State)> parts)
    {
        this.parts = [.. parts.OrderBy(static each => each.State.Options.Shard.Index)];
        turns = [.. this.parts.SelectMany(static (each, number) => Enumerable.Range(0, each.State.Rounds)
            .Select(round => (Round: round, Part: number))).Order()];
    }

    private CampaignOptions Own => parts[0].State.Options;

    /// <summary>Merges.</summary>
    /// <param name="paths">Directories of the parts.</param>
    /// <param name="place">The new directory.</param>
    /// <param name="stop">Ends it; then nothing is at the place.</param>
    /// <returns>The merged state, and the numbers of parts, from 1, that are missing.</returns>
    /// <exception cref="CorpusException">They are not parts of one campaign, one is damaged or running, or something is at the
    /// place; nothing is written.</exception>
    /// <exception cref="IOException">Something cannot be written; nothing is left at the place.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static MergedCampaign Run(IReadOnlyList<string> paths, string place, CancellationToken stop)
    {
        RequireFree(place);
        var merge = new CampaignMerge([.. paths.Select(static path => (path, CampaignDirectory.ReadState(path)))]);
        merge.RequireParts();
        (CampaignState state, CampaignCorpus corpus) = merge.Merge(out List<Copied> findings);
        merge.Write(place, state, corpus, findings, stop);
        int[] missing = [.. Enumerable.Range(0, merge.Own.Shard.Count)
            .Except(merge.parts.Select(static each => each.State.Options.Shard.Index)).Select(static index => index + 1)];
        return new MergedCampaign(state, missing);
    }

    private static void RequireFree(string place)
    {
        if (File.Exists(place))
        {
            throw new CorpusException($"{place}: there is a file already");
        }

        if (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
        {
            throw new CorpusException($"{place}: the directory is not empty, and nothing in it is overwritten");
        }
    }

    /// <summary>Writes beside the place, under a name that begins with a point, and renames: what a kill leaves behind is in
    /// nobody's way.</summary>
    private void Write(
        string place, CampaignState state, CampaignCorpus corpus, List<Copied> findings, CancellationToken stop)
    {
        string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        string name = $".{Path.GetFileName(whole)}.{Environment.ProcessId}.new";
        string aside = Path.Combine(Path.GetDirectoryName(whole) ?? whole, name);
        CampaignDirectory directory = CampaignDirectory.Create(aside);
        try
        {
            using (directory)
            {
                foreach (Copied finding in findings)
                {
                    stop.ThrowIfCancellationRequested();
                    Copy(finding, directory.FindingsFolder);
                }

                directory.Events.Merged([.. parts.Select(static each => each.State)]);
                directory.Commit(state, corpus);
            }

            stop.ThrowIfCancellationRequested();
            RequireFree(place);
            if (Directory.Exists(whole))
            {
                Directory.Delete(whole);
            }

            Directory.Move(aside, whole);
        }
        catch
        {
            Directory.Delete(aside, recursive: true);
            throw;
        }
    }

    private void RequireParts()
    {
        foreach ((string path, CampaignState state) in parts)
        {
            if (state.Options.Shard.Count < 2)
            {
                throw new CorpusException($"{path}: this campaign is no part of one; parts are made with --shard");
            }

            if (CampaignDirectory.IsHeld(path))
            {
                throw new CorpusException($"{path}: a process works on this campaign; merge it when it has ended");
            }

            if (state.ModelVersion != parts[0].State.ModelVersion || WholeOf(state) != WholeOf(parts[0].State))
            {
                throw new CorpusException($"{path}: this is no part of the same campaign as {parts[0].Path}");
            }
        }

        (string twice, CampaignState part) = parts.Where((each, number) =>
            number > 0 && each.State.Options.Shard == parts[number - 1].State.Options.Shard).FirstOrDefault();
        if (twice is not null)
        {
            throw new CorpusException($"{twice}: part {part.Options.Shard.Index + 1} is given twice");
        }
    }

    /// <summary>The options of the campaign that a state is a part of.</summary>
    private static string WholeOf(CampaignState state) => string.Create(
        CultureInfo.InvariantCulture,
        $"{state.Options.Shard.Count} {(state with { Options = state.Options with { Shard = (0, 1) } }).OptionsText()}");

    private (CampaignState State, CampaignCorpus Corpus) Merge(out List<Copied> findings)
    {
        List<CampaignScenario> entries = MergeCorpus();
        CampaignState[] states = [.. parts.Select(static each => each.State)];
        CampaignFindingLine[] lines = MergeFindings(out findings);
        var state = new CampaignState
        {
            Options = Own with { Shard = (0, 1) },
            ModelVersion = states[0].ModelVersion,
            Rounds = turns.Count,
            Totals = Sum(states),
            NextRun = states.Max(static each => each.NextRun) * Own.Shard.Count,
            CorpusCount = entries.Count,
            SeedCount = states[0].SeedCount,
            Features = [.. states[0].Features.Select((_, i) => states.Aggregate(0ul, (all, each) => all | each.Features[i]))],
            Findings = lines,
            Causes = MergeCauses(states),
            Kinds = MergeKinds(states),
            SpentSteps = states.Sum(static each => each.SpentSteps),
            LeftOut = states.Sum(static each => each.LeftOut),
        };
        var corpus = new CampaignCorpus();
        corpus.Restore(entries, state);
        return (state, corpus);
    }

    private static CampaignProgress Sum(CampaignState[] states) => new()
    {
        Runs = states.Sum(static each => each.Totals.Runs),
        Steps = states.Sum(static each => each.Totals.Steps),
        Decisions = states.Sum(static each => each.Totals.Decisions),
        Calls = states.Sum(static each => each.Totals.Calls),
        RunsWithSignalInCall = states.Sum(static each => each.Totals.RunsWithSignalInCall),
    };

    private List<CampaignScenario> MergeCorpus()
    {
        var corpora = parts.ConvertAll(static each => CampaignDirectory.ReadCorpus(each.Path, each.State));
        int seeds = parts[0].State.SeedCount;
        foreach ((int number, IReadOnlyList<CampaignScenario> corpus) in corpora.Index())
        {
            bool isSame = parts[number].State.SeedCount == seeds && corpus.Take(seeds).Select(HashOf)
                .SequenceEqual(corpora[0].Take(seeds).Select(HashOf));
            if (!isSame)
            {
                throw new CorpusException($"{parts[number].Path}: this part began with other seeds than {parts[0].Path}");
            }
        }

        List<CampaignScenario> merged = [.. corpora[0].Take(seeds)];
        var seen = new HashSet<int>();
        var grown = corpora.SelectMany((corpus, part) => corpus.Skip(seeds).Select(entry => (Entry: entry, Part: part)));
        foreach ((CampaignScenario entry, int part) in grown.OrderBy(each => TurnOf(each.Part, RoundOf(each.Part, each.Entry))))
        {
            int before = seen.Count;
            seen.UnionWith(FeaturesOf(part, entry));
            if (seen.Count > before)
            {
                merged.Add(entry with { Origin = $"part {NumberOf(part)}, {entry.Origin}" });
            }
        }

        return merged;
    }

    private int NumberOf(int part) => parts[part].State.Options.Shard.Index + 1;

    private static ulong HashOf(CampaignScenario entry) => ScenarioHash.Of(entry.Scenario);

    /// <summary>The number that a round of a part has in the whole.</summary>
    private int TurnOf(int part, int round)
    {
        int turn = turns.BinarySearch((round, part));
        return turn >= 0
            ? turn
            : throw new CorpusException($"{parts[part].Path}: something is of round {round}, which it has not made");
    }

    private int RoundOf(int part, CampaignScenario entry) =>
        int.TryParse(Behind(RoundWord, entry, part).Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int round)
            ? round
            : throw Unreadable(part, entry);

    private int[] FeaturesOf(int part, CampaignScenario entry)
    {
        var features = new List<int>();
        foreach (string word in Behind(FeaturesWord, entry, part).Split(' '))
        {
            features.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int feature)
                ? feature
                : throw Unreadable(part, entry));
        }

        return [.. features];
    }

    private string Behind(string word, CampaignScenario entry, int part)
    {
        int at = entry.Origin.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 ? entry.Origin[(at + word.Length)..] : throw Unreadable(part, entry);
    }

    private CorpusException Unreadable(int part, CampaignScenario entry) =>
        new($"{parts[part].Path}: '{entry.Origin}' says nothing of round and features of a scenario");

    private CampaignFindingLine[] MergeFindings(out List<Copied> copied)
    {
        copied = [];
        var merged = new List<CampaignFindingLine>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var all = parts.SelectMany((each, part) => each.State.Findings.Select(line => (Line: line, Part: part)))
            .OrderBy(each => TurnOf(each.Part, each.Line.Round))
            .DistinctBy(static each => (each.Line.Signature, each.Line.Cause));
        foreach ((CampaignFindingLine line, int part) in all)
        {
            // Folders are short for their signatures, so two parts may have chosen one name for two findings.
            string folder = names.Add(line.Folder) ? line.Folder : $"{line.Folder}-part{NumberOf(part)}";
            Verify.That(folder == line.Folder || names.Add(folder), "two findings of a part have one folder");
            merged.Add(line with { Folder = folder, Round = TurnOf(part, line.Round) });
            copied.Add(new Copied(Path.Combine(parts[part].Path, CampaignDirectory.FindingsName, line.Folder), folder));
        }

        return [.. merged];
    }

    private static CampaignCauseLine[] MergeCauses(CampaignState[] states) =>
    [
        .. states.SelectMany(static each => each.Causes).GroupBy(static line => (line.Protocol, line.Cause))
            .Select(static same => new CampaignCauseLine(
                same.Key.Protocol, same.Key.Cause, same.Sum(static line => line.Runs))),
    ];

    private static (ViolationKey, IReadOnlyList<Cause>)[] MergeKinds(CampaignState[] states) =>
    [
        .. states.SelectMany(static each => each.Kinds).GroupBy(static kind => kind.Key)
            .Select(static same => (same.Key, (IReadOnlyList<Cause>)[.. same.SelectMany(static kind => kind.Causes).Distinct()])),
    ];

    private static void Copy(Copied finding, string findings)
    {
        if (!Directory.Exists(finding.From))
        {
            throw new CorpusException($"{finding.From}: a finding is missing");
        }

        string folder = Path.Combine(findings, finding.Folder);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(finding.From))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private sealed record Copied(string From, string Folder);
}

/// <summary>A campaign that was made of parts.</summary>
/// <param name="State">Its state.</param>
/// <param name="Missing">Numbers of the parts, from 1, that were not there.</param>
public sealed record MergedCampaign(CampaignState State, IReadOnlyList<int> Missing);
