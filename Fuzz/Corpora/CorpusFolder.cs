// A directory of scenario files as the commands on corpora take it: the `corpus` folder of a campaign, the campaign's directory
// itself, or any directory with *.scn in it or below. Files are named, in the order of their paths, and read one at a time by
// whoever needs them: a corpus of a hundred thousand scenarios is never in memory as text.

using System.Globalization;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Campaigns;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>A directory of scenarios.</summary>
internal sealed class CorpusFolder
{
    private CorpusFolder(string root, CampaignState? campaign, string campaignRoot)
    {
        Root = root;
        Campaign = campaign;
        CampaignRoot = campaignRoot;
        Files = [.. Directory.EnumerateFiles(root, "*" + CorpusStore.Extension, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)];
        if (Files.Count == 0)
        {
            throw new CorpusException($"{root}: no scenario (*{CorpusStore.Extension}) in it or below");
        }
    }

    /// <summary>The directory of the scenarios.</summary>
    internal string Root { get; }

    /// <summary>The campaign that the directory belongs to, or null.</summary>
    internal CampaignState? Campaign { get; }

    /// <summary>Where that campaign is.</summary>
    internal string CampaignRoot { get; }

    /// <summary>Its scenario files, ordered by path; at least one.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>Opens a directory.</summary>
    /// <param name="path">A corpus, or a campaign.</param>
    /// <exception cref="CorpusException">It is no directory, has no scenarios, or its campaign is damaged.</exception>
    internal static CorpusFolder Open(string path)
    {
        RequireDirectory(path);
        if (File.Exists(Path.Combine(path, CampaignDirectory.StateName)))
        {
            string corpus = Path.Combine(path, CampaignDirectory.CorpusName);
            RequireDirectory(corpus);
            return new CorpusFolder(corpus, CampaignDirectory.ReadState(path), path);
        }

        string? above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        bool isOfCampaign = above is not null && File.Exists(Path.Combine(above, CampaignDirectory.StateName));
        return isOfCampaign
            ? new CorpusFolder(path, CampaignDirectory.ReadState(above!), above!)
            : new CorpusFolder(path, null, "");
    }

    /// <summary>Refuses what is no directory.</summary>
    /// <param name="path">The path.</param>
    internal static void RequireDirectory(string path)
    {
        if (File.Exists(path))
        {
            throw new CorpusException($"{path}: this is a file; a directory is needed");
        }

        if (!Directory.Exists(path))
        {
            throw new CorpusException($"{path}: no such directory");
        }
    }

    /// <summary>Reads a scenario.</summary>
    /// <param name="parser">A parser, which is reused.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="CorpusException">The file is damaged.</exception>
    internal static ScenarioSource ReadWhole(ScenarioParser parser, string path)
    {
        ScenarioSource source = ScenarioSource.Read(parser, path);
        return source.IsValid ? source : throw new CorpusException(source.Errors[0].ToString());
    }

    /// <summary>A hash as file names have it.</summary>
    /// <param name="hash">The hash.</param>
    internal static string NameOf(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
