// What is wrong with an input text, and where. Printed in the form compilers use, so that editors jump to it.

namespace Managarm.Perf.Corpus;

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
