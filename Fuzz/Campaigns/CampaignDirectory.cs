// A campaign that lasts: a directory with everything that the next round needs. `campaign.json` is its state after the last whole
// round and is replaced in one step, so a process may die anywhere: whatever else lies in the directory belongs to that state or
// to the round that ran, which is repeated. `corpus` has a file per scenario, `findings` a folder per finding, `pending` what the
// running round has seen and not shrunk. Only `events.ndjson` knows times and machines; all else is the same, byte for byte, for
// any number of jobs and however often the campaign was killed. One process at a time: `lock` is held while it runs.

using System.Globalization;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>The directory of a campaign, held by this process until it is disposed of.</summary>
public sealed class CampaignDirectory : IDisposable
{
    /// <summary>File name of the state.</summary>
    public const string StateName = "campaign.json";

    /// <summary>Name of the folder of findings.</summary>
    public const string FindingsName = "findings";

    /// <summary>Name of the folder of the corpus.</summary>
    public const string CorpusName = "corpus";

    /// <summary>Name of the folder of what is not shrunk yet.</summary>
    public const string PendingName = "pending";

    private const string LockName = "lock";

    private readonly FileStream held;
    private int writtenCount;

    private CampaignDirectory(string path, FileStream held, CampaignState? state)
    {
        Root = path;
        this.held = held;
        State = state;
        writtenCount = state?.CorpusCount ?? 0;
        Events = new CampaignEvents(Path.Combine(path, CampaignEvents.Name));
    }

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <summary>Folder of findings.</summary>
    public string FindingsFolder => Path.Combine(Root, FindingsName);

    /// <summary>Folder of what the running round has seen.</summary>
    public string PendingFolder => Path.Combine(Root, PendingName);

    /// <summary>The state after the last whole round; null before the first.</summary>
    public CampaignState? State { get; private set; }

    /// <summary>What happened when.</summary>
    public CampaignEvents Events { get; }

    private string CorpusFolder => Path.Combine(Root, CorpusName);

    /// <summary>Begins a campaign in a directory that has none.</summary>
    /// <param name="path">The directory; created, or empty.</param>
    /// <returns>The directory, held.</returns>
    /// <exception cref="CorpusException">It holds something already, or is held by another process.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static CampaignDirectory Create(string path)
    {
        if (File.Exists(Path.Combine(path, StateName)))
        {
            throw new CorpusException($"{path}: there is a campaign already; --resume {path} goes on with it");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(static name => !IsLeftover(name)))
        {
            throw new CorpusException($"{path}: the directory is not empty and has no campaign");
        }

        Directory.CreateDirectory(path);
        return new CampaignDirectory(path, Hold(path), state: null);
    }

    /// <summary>Opens a campaign to go on with it. What belongs to a round that was not finished is removed.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>The directory, held.</returns>
    /// <exception cref="CorpusException">There is no campaign, it is damaged, of another model, or held by another
    /// process.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static CampaignDirectory Open(string path)
    {
        CampaignState state = ReadState(path);
        if (state.ModelVersion != ScenarioRunner.ModelVersion)
        {
            throw new CorpusException(
                $"{path}: version {state.ModelVersion} of the model began this campaign; "
                + $"this program has {ScenarioRunner.ModelVersion}");
        }

        var directory = new CampaignDirectory(path, Hold(path), state);
        try
        {
            directory.RemoveUnfinished(state);
        }
        catch
        {
            directory.Dispose();
            throw;
        }

        return directory;
    }

    /// <summary>Reads the state of a campaign without holding its directory.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>The state.</returns>
    /// <exception cref="CorpusException">There is none, or it is damaged.</exception>
    public static CampaignState ReadState(string path)
    {
        string file = Path.Combine(path, StateName);
        if (!File.Exists(file))
        {
            throw new CorpusException($"{path}: there is no campaign here: {StateName} is missing");
        }

        try
        {
            return CampaignState.Read(File.ReadAllText(file));
        }
        catch (CorpusException exception)
        {
            throw new CorpusException($"{file}: {exception.Message}");
        }
    }

    /// <summary>Finds campaigns.</summary>
    /// <param name="root">A directory.</param>
    /// <returns>Directories with a state, in it or below, in a fixed order.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<string> In(string root) =>
        Directory.EnumerateFiles(root, StateName, SearchOption.AllDirectories)
            .Select(static file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal);

    /// <summary>Whether a process works on a campaign.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>Also false where there is no campaign.</returns>
    public static bool IsHeld(string path)
    {
        string file = Path.Combine(path, LockName);
        try
        {
            using FileStream? stream = File.Exists(file)
                ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None)
                : null;
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        held.Dispose();
        File.Delete(Path.Combine(Root, LockName));
    }

    /// <summary>Reads the corpus of a state without holding its directory.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="state">The state.</param>
    /// <returns>The entries, in their order.</returns>
    /// <exception cref="CorpusException">A file is missing or damaged.</exception>
    internal static IReadOnlyList<CampaignScenario> ReadCorpus(string path, CampaignState state)
    {
        var parser = new ScenarioParser();
        var entries = new List<CampaignScenario>();
        for (int i = 0; i < state.CorpusCount; i++)
        {
            ScenarioSource source = ScenarioSource.Read(parser, PathOf(path, i));
            if (!source.IsValid)
            {
                throw new CorpusException(source.Errors[0].ToString());
            }

            string first = source.Text.Split('\n')[0];
            string origin = first.StartsWith("# ", StringComparison.Ordinal) ? first[2..] : "";
            entries.Add(new CampaignScenario(source.File.Scenario, origin));
        }

        return entries;
    }

    /// <summary>Makes a state the one that counts: first the scenarios that it has more than the last, then the state
    /// itself.</summary>
    /// <param name="state">The state.</param>
    /// <param name="corpus">Its corpus.</param>
    internal void Commit(CampaignState state, CampaignCorpus corpus)
    {
        Directory.CreateDirectory(CorpusFolder);
        for (; writtenCount < corpus.Count; writtenCount++)
        {
            CampaignScenario entry = corpus.EntryAt(writtenCount);
            string text = $"# {entry.Origin}\n{ScenarioFormatter.Format(entry.Scenario)}";
            AtomicFile.Write(PathOf(writtenCount), text);
        }

        AtomicFile.Write(Path.Combine(Root, StateName), state.Write());
        State = state;
    }

    private static bool IsLeftover(string name) =>
        Path.GetFileName(name) is LockName or CampaignEvents.Name or CorpusName or PendingName;

    private static FileStream Hold(string path)
    {
        string file = Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (IsHeld(path))
        {
            throw new CorpusException($"{path}: another process works on this campaign");
        }
    }

    private void RemoveUnfinished(CampaignState state)
    {
        if (Directory.Exists(PendingFolder))
        {
            Directory.Delete(PendingFolder, recursive: true);
        }

        if (Directory.Exists(FindingsFolder))
        {
            var kept = state.Findings.Select(static finding => finding.Folder).ToHashSet(StringComparer.Ordinal);
            foreach (string folder in Directory.GetDirectories(FindingsFolder))
            {
                if (!kept.Contains(Path.GetFileName(folder)))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }

        for (int i = state.CorpusCount; File.Exists(PathOf(i)); i++)
        {
            File.Delete(PathOf(i));
        }
    }

    private string PathOf(int entry) => PathOf(Root, entry);

    private static string PathOf(string path, int entry) => Path.Combine(
        path, CorpusName, entry.ToString("0000", CultureInfo.InvariantCulture) + CorpusStore.Extension);
}

/// <summary>A scenario of a campaign's corpus.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Origin">Where it comes from and what it was kept for, in one line.</param>
internal sealed record CampaignScenario(Scenario Scenario, string Origin);
