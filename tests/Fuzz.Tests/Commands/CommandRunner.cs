// Runs command lines in process, as a user would type them, and keeps what they print.

namespace Managarm.Perf.Fuzz.Tests;

/// <summary>Runs commands.</summary>
internal static class CommandRunner
{
    /// <summary>Runs a command line.</summary>
    internal static CommandResult Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = FuzzApplication.Run(arguments, output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>What a command did.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);
