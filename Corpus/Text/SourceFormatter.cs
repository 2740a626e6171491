// Lays out a scenario file as its author wrote it: canonical words and spacing in each line, comments and groups of lines
// kept. It never moves a line. The normal form puts preludes first, but a comment belongs to the line it stands at and an
// author groups lines for readers, so a formatter that moved lines would part them; where a prelude stands means nothing, so
// nothing is lost. What it writes is parsed again and compared before anybody gets it: a formatter that changed a scenario
// would be a bug of this tool, and the file stays as it was.

using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Store;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Scenario file to tidy scenario file.</summary>
public static class SourceFormatter
{
    /// <summary>Lays out a file that was read without errors.</summary>
    /// <param name="source">The file.</param>
    /// <param name="formatted">The text: equal for equal input, itself when formatted again, with the same hash and
    /// schedule.</param>
    /// <param name="error">Set when the result would be too long to be a scenario.</param>
    public static bool TryFormat(ScenarioSource source, out string formatted, out ScenarioError? error)
    {
        Verify.That(source.IsValid, "a file with mistakes cannot be formatted");
        var text = new TextBuffer();
        Append(text, source.File, source.Text);
        formatted = text.ToString();
        error = null;
        if (Encoding.UTF8.GetByteCount(formatted) > ScenarioParser.MaximumLength)
        {
            error = SourceText.TooLong(source.Name, "the formatted text");
            return false;
        }

        var again = new ScenarioFile();
        var isValid = new ScenarioParser().TryParse(source.Name, formatted, again, out var mistake);
        Verify.That(isValid, $"formatting makes a mistake: {mistake}");
        var isSame = again.Scenario.ContentEquals(source.File.Scenario)
            && again.Schedule.ContentEquals(source.File.Schedule);
        Verify.That(isSame, "formatting changes the scenario");
        return true;
    }

    private static void Append(TextBuffer text, ScenarioFile file, ReadOnlySpan<char> source)
    {
        var lines = new LineSplitter(source);
        var isAfterBlank = false;
        var call = 0;
        while (lines.MoveNext())
        {
            var reader = new LineReader(lines.Current);
            var comment = CommentOf(lines.Current);
            if (reader.IsAtEnd && comment.IsEmpty)
            {
                isAfterBlank = text.Text.Length > 0;
                continue;
            }

            if (isAfterBlank)
            {
                text.Append('\n');
            }

            isAfterBlank = false;
            var hasContent = !reader.IsAtEnd;
            AppendContent(text, file, ref reader, ref call);
            text.Append(hasContent && !comment.IsEmpty ? "  " : "");
            AppendComment(text, comment);
            text.Append('\n');
        }
    }

    /// <summary>The comment of a line with its mark, without blanks at its end; no word of the language holds the mark.</summary>
    private static ReadOnlySpan<char> CommentOf(ReadOnlySpan<char> line)
    {
        var start = line.IndexOf('#');
        return start < 0 ? [] : line[start..].TrimEnd(" \t");
    }

    private static void AppendContent(TextBuffer text, ScenarioFile file, ref LineReader reader, ref int call)
    {
        if (reader.IsAtEnd)
        {
            return;
        }

        if (reader.Is(Keyword.Schedule))
        {
            text.Append(file.Schedule.ToString());
        }
        else if (Keyword.IsPrelude(reader.Text))
        {
            AppendPrelude(text, file.Scenario, ref reader);
        }
        else
        {
            ScenarioFormatter.AppendCall(text, file.Scenario, call++);
        }
    }

    private static void AppendPrelude(TextBuffer text, Scenario scenario, ref LineReader reader)
    {
        if (reader.Is(Keyword.Machine))
        {
            ScenarioFormatter.AppendMachine(text, scenario);
            return;
        }

        if (reader.TryMove(Keyword.Device))
        {
            // Words that say what holds without them are not canonical.
            ScenarioFormatter.AppendResource(text, scenario, scenario.FindResource(ShortName.Of(reader.Text)));
            return;
        }

        var separator = "";
        for (; !reader.IsAtEnd; reader.Move())
        {
            text.Append(reader.Is(",") ? "" : separator);
            text.Append(reader.Text);
            separator = " ";
        }
    }

    private static void AppendComment(TextBuffer text, ReadOnlySpan<char> comment)
    {
        // Rules of many marks and first lines for an interpreter stay as they are.
        var isPlain = comment.Length > 1 && comment[1] is not (' ' or '\t' or '#' or '!');
        text.Append(isPlain ? "# " : "");
        text.Append(isPlain ? comment[1..] : comment);
    }
}
