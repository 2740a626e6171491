// A directory of scenario files. An entry is called by what it holds: the hash of its normal form, followed by a hash of
// the schedule line if it has one, so that adding twice changes nothing and merging is copying. Files with other names
// (seeds that people write) are read as well. An entry is written to a temporary file and renamed, so whoever is killed
// leaves no half entry; the disk is not forced, since a lost entry costs a search and a flush per entry would cost more.
// Nothing is refused silently: every file that cannot be used is reported with its name on one line.

using System.Globalization;
using System.Text;

namespace Managarm.Perf.Corpus;

/// <summary>A directory of scenarios.</summary>
public sealed class CorpusStore
{
    /// <summary>The extension of scenario files.</summary>
    public const string Extension = ".scn";

    private const int HashLength = 16;
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private readonly ScenarioParser parser = new();
    private readonly Scenario existing = new();
    private readonly TextBuffer text = new();
    private int temporaryCount;

    /// <summary>A store in <paramref name="directory"/>, which is created by the first entry.</summary>
    public CorpusStore(string directory)
    {
        DirectoryPath = directory;
    }

    /// <summary>The directory.</summary>
    public string DirectoryPath { get; }

    /// <summary>The name of the file that holds <paramref name="scenario"/>.</summary>
    public string FileNameOf(Scenario scenario)
    {
        var hash = ScenarioHash.Of(scenario.Program, text).ToString("x16", CultureInfo.InvariantCulture);
        if (!scenario.Schedule.IsPresent)
        {
            return hash + Extension;
        }

        text.Clear();
        scenario.Schedule.AppendTo(text);
        return $"{hash}-{ScenarioHash.Of(text.Text):x16}{Extension}";
    }

    /// <summary>Adds a scenario unless it is there.</summary>
    /// <param name="scenario">A valid scenario in normal order.</param>
    /// <param name="comment">Lines for people at the top of a new file, without <c>#</c>; may be empty.</param>
    /// <param name="path">The file that holds the scenario.</param>
    /// <param name="error">One line when it could not be stored, otherwise empty.</param>
    public StoreOutcome Add(Scenario scenario, string comment, out string path, out string error)
    {
        path = Path.Combine(DirectoryPath, FileNameOf(scenario));
        error = "";
        try
        {
            if (File.Exists(path))
            {
                return ConfirmPresent(path, scenario, out error);
            }

            Directory.CreateDirectory(DirectoryPath);
            WriteAtomically(path, Compose(scenario, comment));
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
            var outcome = Add(entry.Scenario, entry.Comment, out _, out var error);
            report.Count(outcome);
            if (outcome == StoreOutcome.Failed)
            {
                report.AddError(error);
            }
        }

        return report;
    }

    /// <summary>Reads one scenario file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="scenario">Receives the scenario.</param>
    /// <param name="content">The text of the file.</param>
    /// <param name="error">One line that names the file when it cannot be used, otherwise empty.</param>
    public static bool TryReadFile(ScenarioParser parser, string path, Scenario scenario, out string content, out string error)
    {
        content = "";
        try
        {
            if (new FileInfo(path).Length > ScenarioParser.MaximumLength)
            {
                error = $"{path}:1:1: the file has more than {ScenarioParser.MaximumLength} bytes";
                return false;
            }

            content = File.ReadAllText(path, Encoding);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            error = $"{path}: no such file";
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = $"{path}: {OneLine(exception.Message)}";
            return false;
        }

        var isValid = parser.TryParse(path, content, scenario, out var mistake);
        error = mistake?.ToString() ?? "";
        return isValid;
    }

    /// <summary>Writes a file so that it is there completely or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void WriteAtomically(string path, ReadOnlySpan<char> content)
    {
        var name = $".{Path.GetFileName(path)}.{Environment.ProcessId}-{temporaryCount++}.tmp";
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? "", name);
        try
        {
            File.WriteAllText(temporary, content, Encoding);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private StoreOutcome ConfirmPresent(string path, Scenario scenario, out string error)
    {
        if (!TryReadFile(parser, path, existing, out _, out error))
        {
            return StoreOutcome.Failed;
        }

        if (existing.Program.ContentEquals(scenario.Program) && existing.Schedule.ContentEquals(scenario.Schedule))
        {
            return StoreOutcome.Present;
        }

        error = $"{path}:1:1: the file holds another scenario than its name says";
        return StoreOutcome.Failed;
    }

    private ReadOnlySpan<char> Compose(Scenario scenario, string comment)
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

        ScenarioFormatter.Append(text, scenario.Program);
        scenario.Schedule.AppendTo(text);
        return text.Text;
    }

    private void LoadInto(CorpusContents contents, string path)
    {
        var scenario = new Scenario();
        if (!TryReadFile(parser, path, scenario, out var content, out var error))
        {
            contents.AddError(error);
            return;
        }

        var expected = FileNameOf(scenario);
        if (IsAddress(Path.GetFileNameWithoutExtension(path)) && Path.GetFileName(path) != expected)
        {
            contents.AddError($"{path}:1:1: the content belongs into {expected}");
            return;
        }

        contents.Add(new CorpusEntry(path, expected, LeadingComment(content), scenario));
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
        foreach (var line in content.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] != '#')
            {
                break;
            }

            lines.Append(trimmed[1..].Trim()).Append('\n');
        }

        return lines.ToString().TrimEnd('\n');
    }
}
