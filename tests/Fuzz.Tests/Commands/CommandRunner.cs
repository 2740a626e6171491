// Runs command lines in process, as a user would type them, and keeps what they print.

using System.Text;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

/// <summary>Runs commands.</summary>
internal static class CommandRunner
{
    /// <summary>A document without its provenance, which names the command line and the time.</summary>
    /// <param name="document">The document.</param>
    internal static string Stable(string document)
    {
        int end = document.IndexOf($"\"{Provenance.Member}\"", StringComparison.Ordinal);
        return end < 0 ? document : document[..end];
    }

    /// <summary>Runs a command line.</summary>
    internal static CommandResult Run(params string[] arguments)
    {
        return RunWithInput("", arguments);
    }

    /// <summary>Runs a command line that is interrupted after some time, if it has not ended.</summary>
    internal static CommandResult RunInterrupted(TimeSpan after, params string[] arguments)
    {
        using var stop = new CancellationTokenSource(after);
        return Run(arguments, Stream.Null, stop.Token);
    }

    /// <summary>Runs a command line that reads standard input.</summary>
    internal static CommandResult RunWithInput(string input, params string[] arguments)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        return Run(arguments, stream, CancellationToken.None);
    }

    private static CommandResult Run(string[] arguments, Stream input, CancellationToken stop)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = FuzzApplication.Run(
            arguments, new CommandContext { Output = output, Error = error, Input = input, Stop = stop });
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>What a command did.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);
