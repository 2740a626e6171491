// What is wrong with an input text, and where. Printed in the form compilers use, so that editors jump to it.

using System.Text;

namespace Managarm.Perf.Corpus.Text;

/// <summary>One mistake in a text.</summary>
/// <param name="File">The name of the input as the caller gave it.</param>
/// <param name="Line">The line, from 1; 0 when the mistake is the whole file.</param>
/// <param name="Column">The column of the offending word in UTF-16 code units, from 1, a tab being one; one past the end when
/// something is missing there.</param>
/// <param name="EndColumn">The column after the last character of the offending word; equal to <paramref name="Column"/> when
/// something is missing.</param>
/// <param name="Code">The kind of mistake.</param>
/// <param name="Message">What is wrong, on one line.</param>
public sealed record ScenarioError(
    string File, int Line, int Column, int EndColumn, ScenarioErrorCode Code, string Message)
{
    /// <summary>A mistake that has no place in the text.</summary>
    public static ScenarioError OfFile(string file, ScenarioErrorCode code, string message) =>
        new(file, 0, 0, 0, code, message);

    /// <summary><c>file:line:column: message</c>, or <c>file: message</c> for the whole file.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}

// What kinds of mistakes a scenario can have. Scenarios that read errors branch on these codes and people look them up in the
// handbook, which has one example of each; both need words that stay when a message is worded better.
/// <summary>The kind of a mistake in a scenario.</summary>
public enum ScenarioErrorCode
{
    /// <summary>The file cannot be read at all; such an error has no line.</summary>
    Unreadable,

    /// <summary>The file is not UTF-8.</summary>
    Encoding,

    /// <summary>The text, or the text that formatting makes of it, is longer than a scenario may be.</summary>
    TooLong,

    /// <summary>A control character other than tab and the end of the line.</summary>
    ControlCharacter,

    /// <summary>Something else stands where the grammar wants a certain word or symbol.</summary>
    Syntax,

    /// <summary>There is no such call.</summary>
    UnknownCall,

    /// <summary>There is no such signal.</summary>
    UnknownSignal,

    /// <summary>No line defines the name.</summary>
    UnknownName,

    /// <summary>The name stands for something else than is needed here.</summary>
    WrongKind,

    /// <summary>A name that is a word of the language or too long.</summary>
    IllegalName,

    /// <summary>A name that is defined already.</summary>
    DuplicateName,

    /// <summary>A signal, flag, event or result that is in its set already.</summary>
    Repetition,

    /// <summary>A number that is too small or too great.</summary>
    OutOfRange,

    /// <summary>A call that this actor, handler or part of the environment cannot make.</summary>
    WrongCaller,

    /// <summary>The names before the call are more or fewer than it creates.</summary>
    WrongOutputs,

    /// <summary>A result that the call cannot have.</summary>
    WrongResult,

    /// <summary>An actor that waits until it is blocked itself.</summary>
    SelfCondition,

    /// <summary>A child or thread that only its own descendants would create.</summary>
    ForkCycle,

    /// <summary>More of something than a scenario can hold.</summary>
    Limit,

    /// <summary>A word of the schedule line is malformed.</summary>
    ScheduleSyntax,

    /// <summary>The schedule line has another format than this scenario reads.</summary>
    ScheduleVersion,

    /// <summary>A second schedule line, or something after the schedule line.</summary>
    SchedulePlace,

    /// <summary>The schedule cannot be followed: it is for another scenario, protocol, profile or model, or names a party
    /// that is not there.</summary>
    ScheduleMisfit,

    /// <summary>There are more mistakes, which are not reported.</summary>
    TooManyMistakes,
}

/// <summary>The names of error codes in documents and the handbook.</summary>
public static class ScenarioErrorCodes
{
    /// <summary>The name of a code: its words in small letters with hyphens, such as <c>unknown-name</c>.</summary>
    public static string NameOf(ScenarioErrorCode code)
    {
        var name = new StringBuilder();
        foreach (var letter in code.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
