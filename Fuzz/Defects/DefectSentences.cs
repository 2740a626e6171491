// What each planted defect does, in a sentence: the one that stands over the defect in its source, which the build embeds. So
// there is no second list of sentences to be kept in step, and a new defect has one from its first day.

using System.Text;
using Managarm.Perf.Core.Defects;

namespace Managarm.Perf.Fuzz.Defects;

/// <summary>Sentences about defects.</summary>
public static class DefectSentences
{
    private const string SourceName = "Defect.cs";
    private const string Begin = "<summary>";
    private const string End = "</summary>";

    private static readonly Dictionary<string, string> Sentences = Read();

    /// <summary>The sentence about a defect.</summary>
    /// <param name="defect">The defect.</param>
    /// <returns>One sentence with its full stop.</returns>
    public static string Of(Defect defect) => Sentences[defect.ToString()];

    private static Dictionary<string, string> Read()
    {
        using Stream stream = typeof(DefectSentences).Assembly.GetManifestResourceStream(SourceName)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var sentences = new Dictionary<string, string>(StringComparer.Ordinal);
        var comment = new StringBuilder();
        while (reader.ReadLine() is { } line)
        {
            line = line.Trim();
            if (line.StartsWith("///", StringComparison.Ordinal))
            {
                comment.Append(comment.Length > 0 ? " " : "").Append(line[3..].Trim());
                continue;
            }

            string text = comment.ToString();
            comment.Clear();
            if (line.EndsWith(',') && text.StartsWith(Begin, StringComparison.Ordinal))
            {
                sentences[line.TrimEnd(',')] = text[Begin.Length..text.IndexOf(End, StringComparison.Ordinal)];
            }
        }

        return sentences;
    }
}
