// What is wrong with an input text, and where. Printed in the form compilers use, so that editors jump to it.

namespace Managarm.Perf.Corpus;

/// <summary>The first mistake in a text.</summary>
/// <param name="File">The name of the input as the caller gave it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column of the offending word in characters, from 1; one past the end when something is
/// missing there.</param>
/// <param name="Message">What is wrong, on one line.</param>
public sealed record ScenarioError(string File, int Line, int Column, string Message)
{
    /// <summary><c>file:line:column: message</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}
