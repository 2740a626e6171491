// Writes a scenario the way a careless author would: any spacing, comments everywhere, preludes between calls, the tail of a line
// turned round, prefixes and zeros that mean nothing. What comes out says the same as what went in.

using System.Text;
using System.Text.RegularExpressions;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Tests.Text;

/// <summary>Spoils the layout of scenarios.</summary>
internal static partial class LooseText
{
    private static readonly string[] Blanks = [" ", "  ", "\t", " \t "];
    private static readonly string[] Remarks =
        ["#", "#x", "# remark", "#!run", "##", "#\tA: pause()", "#\u00e9\u2028\ud83d\ude00 ", "# # "];

    /// <summary>Spoils a text in normal form.</summary>
    internal static string Of(string normal, ref Prng random)
    {
        var lines = normal.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var preludes = new Queue<string>(lines.Where(IsPrelude));
        var text = new StringBuilder(random.NextBelow(4) == 0 ? "\ufeff" : "");
        foreach (var line in lines.Where(line => !IsPrelude(line)))
        {
            var isLast = line.StartsWith("schedule ", StringComparison.Ordinal);
            while (preludes.Count > 0 && (isLast || random.NextBelow(2) == 0))
            {
                AppendLine(text, preludes.Dequeue(), ref random);
            }

            AppendLine(text, line, ref random);
        }

        while (preludes.Count > 0)
        {
            AppendLine(text, preludes.Dequeue(), ref random);
        }

        return text.ToString();
    }

    private static bool IsPrelude(string line) => Prelude().IsMatch(line);

    private static void AppendLine(StringBuilder text, string line, ref Prng random)
    {
        for (var extra = random.NextBelow(4); extra > 1; extra--)
        {
            text.Append(random.NextBelow(3) == 0 ? Blank(ref random) : "");
            text.Append(random.NextBelow(2) == 0 ? Remark(ref random) : "").Append(End(ref random));
        }

        text.Append(random.NextBelow(3) == 0 ? Blank(ref random) : "");
        text.Append(line.StartsWith("schedule ", StringComparison.Ordinal)
            ? line.Replace(" ", Blank(ref random))
            : Spread(TurnTail(line), ref random));
        text.Append(random.NextBelow(3) == 0 ? Blank(ref random) : "");
        text.Append(random.NextBelow(3) == 0 ? Remark(ref random) : "").Append(End(ref random));
    }

    private static string TurnTail(string line) => Tail().Replace(line, match =>
        $"){match.Groups["condition"].Value}{match.Groups["results"].Value}");

    private static string Spread(string line, ref Prng random)
    {
        var text = new StringBuilder();
        foreach (Match token in Token().Matches(line))
        {
            var needsBlank = text.Length > 0 && IsWord(text[^1]) && IsWord(token.Value[0]);
            text.Append(needsBlank || random.NextBelow(3) == 0 ? Blank(ref random) : "");
            text.Append(SignalTable.IndexOf(token.Value) >= 0 && random.NextBelow(4) == 0 ? "SIG" : "");
            text.Append(char.IsAsciiDigit(token.Value[0]) && random.NextBelow(4) == 0 ? "00" : "").Append(token.Value);
        }

        return text.ToString();
    }

    private static string Blank(ref Prng random) => Blanks[random.NextBelow((uint)Blanks.Length)];

    private static string Remark(ref Prng random) => Remarks[random.NextBelow((uint)Remarks.Length)];

    private static string End(ref Prng random) => random.NextBelow(3) == 0 ? "\r\n" : "\n";

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    [GeneratedRegex("^(pipe|device|process|thread) ")]
    private static partial Regex Prelude();

    [GeneratedRegex(@"\)(?<results> = .+)(?<condition> when .+)$")]
    private static partial Regex Tail();

    [GeneratedRegex(@"[A-Za-z0-9][A-Za-z0-9_]*|[^ ]")]
    private static partial Regex Token();
}
