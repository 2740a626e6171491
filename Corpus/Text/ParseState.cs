// What the parts of the scenario parser share while they read one text: the scenario that grows, the names, the line, the
// errors. Parsing functions return false after Fail; the line is over then, and the next one is read as if nothing had been.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>State of one parse.</summary>
internal sealed class ParseState
{
    private const int MaximumQuotedLength = 24;

    // Some errors turn out to follow from others, so more are collected than are reported.
    private const int MaximumCollected = 10 * ScenarioParser.MaximumErrors;

    private readonly List<ScenarioError> errors = [];
    private string file = "";

    internal NameTable Names { get; } = new();

    internal Scenario Scenario { get; set; } = null!;

    /// <summary>The line under parse, from 1.</summary>
    internal int Line { get; set; }

    /// <summary>The line that describes the machine, or 0.</summary>
    internal int MachineLine { get; set; }

    /// <summary>The errors so far; in the order of the text once <see cref="Finish"/> was called.</summary>
    internal IReadOnlyList<ScenarioError> Errors => errors;

    /// <summary>Whether so much is wrong that reading on is of no use.</summary>
    internal bool IsHopeless => errors.Count >= MaximumCollected;

    internal void Start(string name, Scenario scenario)
    {
        file = name;
        Scenario = scenario;
        Scenario.Clear();
        Names.Clear();
        Line = 0;
        MachineLine = 0;
        errors.Clear();
    }

    /// <summary>Leaves the errors that are reported: no consequences of others, not too many.</summary>
    internal void Finish(ReadOnlySpan<char> text)
    {
        if (errors.Count > 1)
        {
            ErrorCascade.Remove(errors, text);
        }

        if (errors.Count > ScenarioParser.MaximumErrors)
        {
            errors.RemoveRange(ScenarioParser.MaximumErrors + 1, errors.Count - ScenarioParser.MaximumErrors - 1);
            errors[^1] = errors[^1] with
            {
                Code = ScenarioErrorCode.TooManyMistakes,
                Message = "more mistakes from here on; they are not reported",
            };
        }
    }

    /// <summary>Records an error at a token of the current line; always false.</summary>
    internal bool Fail(ScenarioErrorCode code, Token token, string message) =>
        FailAt(code, Line, token.Column, token.Length, message);

    /// <summary>Records an error anywhere; always false.</summary>
    internal bool FailAt(ScenarioErrorCode code, int line, int column, int length, string message)
    {
        errors.Add(new ScenarioError(file, line, column, column + length, code, message));
        return false;
    }

    /// <summary>Records that there is no room for more of something, unless that was said already; always false.</summary>
    internal bool FailLimit(Token token, string message) =>
        !errors.Exists(error => error.Message == message) && Fail(ScenarioErrorCode.Limit, token, message);

    /// <summary>Records that something else stands where <paramref name="expected"/> should; always false.</summary>
    internal bool FailExpected(in LineReader reader, string expected) => FailExpected(reader, expected, "");

    /// <summary>Like the other, with more to say at the end; always false.</summary>
    internal bool FailExpected(in LineReader reader, string expected, string addition) =>
        Fail(ScenarioErrorCode.Syntax, reader.Current, $"expected {expected}, found {Quote(reader)}{addition}");

    /// <summary>The current token as a message shows it: quoted, cut short, and printable.</summary>
    internal static string Quote(in LineReader reader)
    {
        if (reader.IsAtEnd)
        {
            return "the end of the line";
        }

        var text = reader.Text;
        if (reader.Current.Kind == TokenKind.Unknown && text[0] is <= ' ' or > '~')
        {
            var number = text.Length > 1 ? char.ConvertToUtf32(text[0], text[1]) : text[0];
            return $"the character U+{number:X4}";
        }

        return text.Length > MaximumQuotedLength ? $"'{text[..MaximumQuotedLength]}...'" : $"'{text}'";
    }

    /// <summary>Passes a fixed word or symbol.</summary>
    internal bool Expect(ref LineReader reader, string text) => Expect(ref reader, text, "");

    /// <summary>Passes a fixed word or symbol; the message has more to say at the end.</summary>
    internal bool Expect(ref LineReader reader, string text, string addition) =>
        reader.TryMove(text) || FailExpected(reader, $"'{text}'", addition);

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
        entry.IsStrand ? Describe(Scenario.Strands[entry.Index].Kind) : Describe(Scenario.Resources[entry.Index].Kind);
}
