// A grammar in EBNF, read from the page that specifies the language. It can generate texts and can say whether a text belongs
// to it, and it knows nothing of the parser: what the two disagree about is a mistake of one of them.

using System.Text.RegularExpressions;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Tests.Text;

/// <summary>Rules in EBNF.</summary>
internal sealed partial class Grammar
{
    private readonly Dictionary<string, Node> rules = new(StringComparer.Ordinal);
    private readonly Queue<string> words;

    private Grammar(string text)
    {
        words = new Queue<string>(EbnfToken().Matches(Comment().Replace(text, "")).Select(match => match.Value));
        while (words.Count > 0)
        {
            var name = words.Dequeue();
            Take("=");
            rules.Add(name, ReadChoice());
            Take(";");
        }
    }

    private enum NodeKind
    {
        Word,
        Rule,
        Sequence,
        Choice,
        Optional,
        Repetition,
    }

    /// <summary>Reads rules.</summary>
    internal static Grammar Parse(string text) => new(text);

    /// <summary>Generates the tokens of a text, taking at most <paramref name="breadth"/> rounds of a repetition.</summary>
    internal List<string> Generate(ref Prng random, int breadth)
    {
        var tokens = new List<string>();
        Generate(rules["scenario"], ref random, breadth, tokens);
        return tokens;
    }

    /// <summary>Whether the tokens of a text belong to the grammar.</summary>
    internal bool Accepts(IReadOnlyList<string> tokens) => Match(rules["scenario"], tokens, 0).Contains(tokens.Count);

    private Node ReadChoice()
    {
        var choices = new List<Node> { ReadSequence() };
        while (words.Peek() == "|")
        {
            Take("|");
            choices.Add(ReadSequence());
        }

        return choices.Count == 1 ? choices[0] : new Node(NodeKind.Choice, "", [.. choices]);
    }

    private Node ReadSequence()
    {
        var parts = new List<Node>();
        while (words.Peek() is not ("|" or ";" or ")" or "]" or "}"))
        {
            parts.Add(ReadPart());
        }

        return new Node(NodeKind.Sequence, "", [.. parts]);
    }

    private Node ReadPart()
    {
        var word = words.Dequeue();
        return word switch
        {
            "(" => ReadClosed(NodeKind.Sequence, ")"),
            "[" => ReadClosed(NodeKind.Optional, "]"),
            "{" => ReadClosed(NodeKind.Repetition, "}"),
            _ when word[0] == '"' => new Node(NodeKind.Word, word.Trim('"'), []),
            _ => new Node(NodeKind.Rule, word, []),
        };
    }

    private Node ReadClosed(NodeKind kind, string end)
    {
        var inner = ReadChoice();
        Take(end);
        return new Node(kind, "", [inner]);
    }

    private void Take(string word) => Assert.Equal(word, words.Dequeue());

    private void Generate(Node node, ref Prng random, int breadth, List<string> tokens)
    {
        switch (node.Kind)
        {
            case NodeKind.Word:
                tokens.Add(node.Word);
                break;
            case NodeKind.Rule when rules.TryGetValue(node.Word, out var rule):
                Generate(rule, ref random, Math.Min(breadth, 3), tokens);
                break;
            case NodeKind.Rule:
                tokens.Add(GrammarTerminal.Generate(node.Word, ref random));
                break;
            case NodeKind.Choice:
                Generate(node.Parts[random.NextBelow((uint)node.Parts.Length)], ref random, breadth, tokens);
                break;
            case NodeKind.Optional when random.NextBelow(2) == 0:
                break;
            case NodeKind.Repetition:
                for (var rounds = random.NextBelow((uint)breadth + 1); rounds > 0; rounds--)
                {
                    Generate(node.Parts[0], ref random, breadth, tokens);
                }

                break;
            default:
                foreach (var part in node.Parts)
                {
                    Generate(part, ref random, breadth, tokens);
                }

                break;
        }
    }

    /// <summary>All places where the node can end when it starts at a place.</summary>
    private HashSet<int> Match(Node node, IReadOnlyList<string> tokens, int start) => node.Kind switch
    {
        NodeKind.Word => start < tokens.Count && tokens[start] == node.Word ? [start + 1] : [],
        NodeKind.Rule when rules.TryGetValue(node.Word, out var rule) => Match(rule, tokens, start),
        NodeKind.Rule => start < tokens.Count && GrammarTerminal.Accepts(node.Word, tokens[start]) ? [start + 1] : [],
        NodeKind.Choice => [.. node.Parts.SelectMany(part => Match(part, tokens, start))],
        NodeKind.Optional => [start, .. Match(node.Parts[0], tokens, start)],
        NodeKind.Repetition => MatchRepetition(node.Parts[0], tokens, start),
        _ => node.Parts.Aggregate(
            new HashSet<int> { start }, (ends, part) => [.. ends.SelectMany(end => Match(part, tokens, end))]),
    };

    private HashSet<int> MatchRepetition(Node part, IReadOnlyList<string> tokens, int start)
    {
        var ends = new HashSet<int> { start };
        var open = new Stack<int>(ends);
        while (open.TryPop(out var end))
        {
            foreach (var next in Match(part, tokens, end).Where(ends.Add))
            {
                open.Push(next);
            }
        }

        return ends;
    }

    [GeneratedRegex(@"\(\*.*?\*\)", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("\"[^\"]+\"|[A-Za-z]+|[=;|(){}\\[\\]]")]
    private static partial Regex EbnfToken();

    private sealed record Node(NodeKind Kind, string Word, Node[] Parts);
}
