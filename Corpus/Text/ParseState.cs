// What the parts of the scenario parser share while they read one text: the program that grows, the names, the line, the
// first error. Parsing functions return false after Fail, and the first error stays.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus;

/// <summary>State of one parse.</summary>
internal sealed class ParseState
{
    private const int MaximumQuotedLength = 24;

    internal NameTable Names { get; } = new();

    internal Program Program { get; set; } = null!;

    /// <summary>The line under parse, from 1.</summary>
    internal int Line { get; set; }

    /// <summary>The first error without its file, or null.</summary>
    internal ScenarioError? Error { get; private set; }

    internal void Start(Program program)
    {
        Program = program;
        Program.Clear();
        Names.Clear();
        Line = 0;
        Error = null;
    }

    /// <summary>Records an error at a column of the current line; always false.</summary>
    internal bool Fail(int column, string message) => FailAt(Line, column, message);

    /// <summary>Records an error at a token of the current line; always false.</summary>
    internal bool Fail(Token token, string message) => FailAt(Line, token.Column, message);

    /// <summary>Records an error anywhere; always false.</summary>
    internal bool FailAt(int line, int column, string message)
    {
        Error ??= new ScenarioError("", line, column, message);
        return false;
    }

    /// <summary>Records that something else stands where <paramref name="expected"/> should; always false.</summary>
    internal bool FailExpected(in LineReader reader, string expected) =>
        Fail(reader.Current, $"expected {expected}, found {Quote(reader)}");

    /// <summary>The current token as a message shows it: quoted, cut short, and printable.</summary>
    internal static string Quote(in LineReader reader)
    {
        if (reader.IsAtEnd)
        {
            return "the end of the line";
        }

        var text = reader.Text;
        if (text.Length == 1 && text[0] is <= ' ' or > '~')
        {
            return $"the character U+{(int)text[0]:X4}";
        }

        return text.Length > MaximumQuotedLength ? $"'{text[..MaximumQuotedLength]}...'" : $"'{text}'";
    }

    /// <summary>Passes a fixed word or symbol.</summary>
    internal bool Expect(ref LineReader reader, string text) => reader.TryMove(text) || FailExpected(reader, $"'{text}'");

    /// <summary>Describes what a strand is, with its article.</summary>
    internal static string Describe(StrandKind kind) => kind switch
    {
        StrandKind.Thread => "a thread",
        StrandKind.Handler => "a handler",
        StrandKind.Time => "time",
        StrandKind.Line => "an interrupt line",
        _ => "a process",
    };

    /// <summary>Describes what a resource is, with its article.</summary>
    internal static string Describe(ResourceKind kind) => kind switch
    {
        ResourceKind.Device => "a device",
        ResourceKind.PipeRead => "the read end of a pipe",
        _ => "the write end of a pipe",
    };

    /// <summary>Describes what a name stands for, with its article.</summary>
    internal string Describe(in NameEntry entry) =>
        entry.IsStrand ? Describe(Program.Strands[entry.Index].Kind) : Describe(Program.Resources[entry.Index].Kind);
}
