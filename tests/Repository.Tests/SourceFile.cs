// One text file of the repository as the rules see it: a path and its text. Rules are pure functions over these pairs, so
// that a test can hand them a bad sample, and the same function then judges the real tree. What several rules derive from
// the text, its lines and its syntax, is derived once.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Managarm.Perf.Repository.Tests;

/// <summary>A text file: its path relative to the root, with forward slashes, and its whole text.</summary>
public sealed record SourceFile(string Path, string Text)
{
    private readonly Lazy<string[]> lines = new(() => Text.Split('\n'));
    private readonly Lazy<SyntaxNode> syntax = new(() => Parse(Text));

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The lines without their line feeds; the part after the final line feed is the last one.</summary>
    public string[] Lines => lines.Value;

    /// <summary>The root of the C# syntax tree; it has no node when this is no C# file.</summary>
    public SyntaxNode Syntax => Is(".cs") ? syntax.Value : SyntaxFactory.CompilationUnit();

    /// <summary>Whether the path ends in <paramref name="extension"/>, which includes the dot.</summary>
    public bool Is(string extension) => Path.EndsWith(extension, StringComparison.Ordinal);

    /// <summary>Whether the path lies below <paramref name="folder"/>.</summary>
    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>A violation on line <paramref name="line"/>, counted from one.</summary>
    public RuleViolation At(int line, string message) => new(Path, line, message);

    private static SyntaxNode Parse(string text) =>
        CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview)).GetRoot();
}
