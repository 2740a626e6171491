// Mistakes of a scenario as lines for people and editors: one line each, file:line:column: message. In a terminal an excerpt
// follows, with a mark under the word that is wrong; redirected output has the lines alone, since scripts count them.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>Writes mistakes.</summary>
internal static class DiagnosticText
{
    private const int MaximumColumns = 100;

    /// <summary>The lines for all mistakes of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="hasExcerpts">Whether excerpts are wanted.</param>
    internal static IEnumerable<string> Lines(ScenarioSource source, bool hasExcerpts) =>
        Lines(source.Errors, source.Text, hasExcerpts);

    /// <summary>The lines for some mistakes in a text.</summary>
    /// <param name="errors">The mistakes.</param>
    /// <param name="text">The text that they are in.</param>
    /// <param name="hasExcerpts">Whether excerpts are wanted.</param>
    internal static IEnumerable<string> Lines(IEnumerable<ScenarioError> errors, string text, bool hasExcerpts)
    {
        string[] source = hasExcerpts ? text.Split('\n') : [];
        foreach (ScenarioError error in errors)
        {
            yield return error.ToString();
            if (error.Line >= 1 && error.Line <= source.Length)
            {
                foreach (string line in Excerpt(source[error.Line - 1].TrimEnd('\r'), error))
                {
                    yield return line;
                }
            }
        }
    }

    private static IEnumerable<string> Excerpt(string line, ScenarioError error)
    {
        int first = Math.Max(0, error.EndColumn - MaximumColumns);
        first = Math.Min(first, error.Column - 1);
        string shown = new([.. line.Skip(first).Take(MaximumColumns).Select(Printable)]);
        int start = error.Column - 1 - first;
        int length = Math.Clamp(error.EndColumn - error.Column, 1, MaximumColumns - start);
        string number = $"{error.Line,5} | ";
        yield return number + shown.TrimEnd();
        yield return new string(' ', number.Length - 2) + "| " + new string(' ', start) + new string('^', length);
    }

    /// <summary>What cannot be shown in one column must not move the mark, and must not reach a terminal.</summary>
    private static char Printable(char character) => character switch
    {
        '\t' => ' ',
        _ when char.IsControl(character) => '?',
        _ => character,
    };
}
