// Ends a command with an exit code and one line for the user, or a line for each mistake of a file. Anything else that is thrown
// out of a command counts as a bug of the tool, so a command must turn every expected failure into this.

namespace Managarm.Perf.Results.Commands;

/// <summary>An expected failure of a command.</summary>
public sealed class CommandException : Exception
{
    private CommandException(int exitCode, params IEnumerable<string> lines)
        : base(string.Join('\n', lines.Select(line => line.ReplaceLineEndings(" "))))
    {
        ExitCode = exitCode;
    }

    /// <summary>The exit code.</summary>
    public int ExitCode { get; }

    /// <summary>Something that the user gave is wrong.</summary>
    /// <param name="subject">Option, or file with line and column.</param>
    /// <param name="message">What is wrong with it.</param>
    /// <returns>The exception.</returns>
    public static CommandException BadInput(string subject, string message) =>
        new(CommandExit.BadInput, $"{subject}: {message}");

    /// <summary>Something that the user gave is wrong, and the line that says so exists.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The exception.</returns>
    public static CommandException BadInput(string line) => new(CommandExit.BadInput, line);

    /// <summary>A scenario has mistakes.</summary>
    /// <param name="lines">What and where; one line each.</param>
    /// <returns>The exception.</returns>
    public static CommandException BadScenario(IEnumerable<string> lines) => new(CommandExit.BadInput, lines);

    /// <summary>The user has ended the command before it had anything to show.</summary>
    /// <param name="subject">What was in hand.</param>
    /// <param name="message">How far it had come.</param>
    /// <returns>The exception.</returns>
    public static CommandException Interrupted(string subject, string message) =>
        new(CommandExit.Interrupted, $"{subject}: {message}");

    /// <summary>A failure whose exit code was decided elsewhere.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <param name="message">What is wrong.</param>
    /// <returns>The exception.</returns>
    public static CommandException Of(int exitCode, string message) => new(exitCode, message);

    /// <summary>The environment lacks something.</summary>
    /// <param name="message">What, and how to get it.</param>
    /// <returns>The exception.</returns>
    public static CommandException Environment(string message) => new(CommandExit.Environment, message);
}
