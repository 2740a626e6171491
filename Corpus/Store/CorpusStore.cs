// A directory of scenario files. An entry is called by what it holds: the hash of its normal form, followed by a hash of
// the schedule line if it has one, so that adding twice changes nothing and merging is copying. Files with other names
// (seeds that people write) are read as well. An entry is written to a temporary file and renamed, so whoever is killed
// leaves no half entry; the disk is not forced, since a lost entry costs a search and a flush per entry would cost more.
// Nothing is refused silently: every file that cannot be used is reported with its name on one line.

using System.Globalization;
using System.Text;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Store;

/// <summary>A directory of scenarios.</summary>
public sealed class CorpusStore
{
    /// <summary>The extension of scenario files.</summary>
    public const string Extension = ".scn";

    private const int HashLength = 16;
    private readonly ScenarioParser parser = new();
    private readonly TextBuffer text = new();

    /// <summary>A store in <paramref name="directory"/>, which is created by the first entry.</summary>
    public CorpusStore(string directory)
    {
        DirectoryPath = directory;
    }

    /// <summary>The directory.</summary>
    public string DirectoryPath { get; }

    /// <summary>The name of the file that holds <paramref name="file"/>.</summary>
    public string FileNameOf(ScenarioFile file)
    {
        var hash = ScenarioHash.Of(file.Scenario, text).ToString("x16", CultureInfo.InvariantCulture);
        if (!file.Schedule.IsPresent)
        {
            return hash + Extension;
        }

        text.Clear();
        file.Schedule.AppendTo(text);
        return $"{hash}-{ScenarioHash.Of(text.Text):x16}{Extension}";
    }

    /// <summary>Adds a scenario unless it is there.</summary>
    /// <param name="file">A valid scenario in normal order.</param>
    /// <param name="comment">Lines for people at the top of a new file, without <c>#</c>; may be empty.</param>
    /// <param name="path">The file that holds the scenario.</param>
    /// <param name="error">One line when it could not be stored, otherwise empty.</param>
    public StoreOutcome Add(ScenarioFile file, string comment, out string path, out string error)
    {
        path = Path.Combine(DirectoryPath, FileNameOf(file));
        error = "";
        try
        {
            if (File.Exists(path))
            {
                return ConfirmPresent(path, file, out error);
            }

            Directory.CreateDirectory(DirectoryPath);
            AtomicFile.Write(path, Compose(file, comment));
            return StoreOutcome.Added;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = $"{path}: {OneLine(exception.Message)}";
            return StoreOutcome.Failed;
        }
    }

    /// <summary>Reads all scenarios, ordered by file name. A directory that does not exist is an empty store.</summary>
    public CorpusContents Load()
    {
        var contents = new CorpusContents();
        string[] paths;
        try
        {
            paths = Directory.Exists(DirectoryPath) ? Directory.GetFiles(DirectoryPath, "*" + Extension) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            contents.AddError($"{DirectoryPath}: {OneLine(exception.Message)}");
            return contents;
        }

        Array.Sort(paths, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            LoadInto(contents, path);
        }

        return contents;
    }

    /// <summary>Adds everything that <paramref name="source"/> holds, in the order of its file names.</summary>
    public MergeReport Merge(CorpusContents source)
    {
        var report = new MergeReport();
        foreach (var error in source.Errors)
        {
            report.AddError(error);
        }

        foreach (var entry in source.Entries)
        {
            var outcome = Add(entry.File, entry.Comment, out _, out var error);
            report.Count(outcome);
            if (outcome == StoreOutcome.Failed)
            {
                report.AddError(error);
            }
        }

        return report;
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private StoreOutcome ConfirmPresent(string path, ScenarioFile file, out string error)
    {
        var existing = ScenarioSource.Read(parser, path);
        if (!existing.IsValid)
        {
            error = existing.Errors[0].ToString();
            return StoreOutcome.Failed;
        }

        error = "";
        if (existing.File.Scenario.ContentEquals(file.Scenario)
            && existing.File.Schedule.ContentEquals(file.Schedule))
        {
            return StoreOutcome.Present;
        }

        error = $"{path}:1:1: the file holds another scenario than its name says";
        return StoreOutcome.Failed;
    }

    private ReadOnlySpan<char> Compose(ScenarioFile file, string comment)
    {
        text.Clear();
        if (comment.Length > 0)
        {
            foreach (var line in comment.AsSpan().TrimEnd().EnumerateLines())
            {
                text.Append(line.IsEmpty ? "#" : "# ");
                text.Append(line);
                text.Append('\n');
            }
        }

        ScenarioFormatter.Append(text, file.Scenario);
        file.Schedule.AppendTo(text);
        return text.Text;
    }

    private void LoadInto(CorpusContents contents, string path)
    {
        var source = ScenarioSource.Read(parser, path);
        if (!source.IsValid)
        {
            contents.AddError(source.Errors[0].ToString());
            return;
        }

        var expected = FileNameOf(source.File);
        if (IsAddress(Path.GetFileNameWithoutExtension(path)) && Path.GetFileName(path) != expected)
        {
            contents.AddError($"{path}:1:1: the content belongs into {expected}");
            return;
        }

        contents.Add(new CorpusEntry(path, expected, LeadingComment(source.Text), source.File));
    }

    private static bool IsAddress(string name)
    {
        if (name.Length != HashLength && name.Length != (2 * HashLength) + 1)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (i == HashLength ? name[i] != '-' : !char.IsAsciiHexDigitLower(name[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The comment lines at the top of a file, without their marks; they are what people say about an entry.</summary>
    private static string LeadingComment(string content)
    {
        var lines = new StringBuilder();
        var source = new LineSplitter(content);
        while (source.MoveNext())
        {
            var trimmed = source.Current.Trim();
            if (trimmed.IsEmpty || trimmed[0] != '#')
            {
                break;
            }

            lines.Append(trimmed[1..].Trim()).Append('\n');
        }

        return lines.ToString().TrimEnd('\n');
    }
}

// What merging into a store did, as numbers for people and scripts. What could not be merged is listed and never merely
// counted.
/// <summary>The result of <see cref="CorpusStore.Merge"/>.</summary>
public sealed class MergeReport
{
    private readonly List<string> errors = [];

    /// <summary>Scenarios that were new.</summary>
    public int AddedCount { get; private set; }

    /// <summary>Scenarios that were there already.</summary>
    public int PresentCount { get; private set; }

    /// <summary>One line per file that was not merged; each starts with the file's name.</summary>
    public IReadOnlyList<string> Errors => errors;

    internal void AddError(string error) => errors.Add(error);

    internal void Count(StoreOutcome outcome)
    {
        AddedCount += outcome == StoreOutcome.Added ? 1 : 0;
        PresentCount += outcome == StoreOutcome.Present ? 1 : 0;
    }
}

// How adding a scenario to a store ended. Being there already is no failure: campaigns find the same scenario again and
// again.
/// <summary>What <see cref="CorpusStore.Add"/> did.</summary>
public enum StoreOutcome
{
    /// <summary>The scenario could not be stored; the error says why.</summary>
    Failed,

    /// <summary>The scenario is new and was written.</summary>
    Added,

    /// <summary>The scenario was there already.</summary>
    Present,
}
