// A child as a process: starts it, keeps what it says on its error stream for the message if it fails, and ends it without
// waiting for ever. A fresh process per launch is the point of the runner: addresses and compiled code differ from process to
// process by several per cent, and only several processes show by how much.

using System.ComponentModel;
using System.Diagnostics;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Runner;

/// <summary>One process that holds one workload.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int EndMilliseconds = 2000;

    // The runtime waits 100 ms before it begins to count calls, and again whenever new code shows up. With a shorter wait it
    // makes the same code sooner, which a short warm-up needs. Without any it optimises before it has learned what to optimise
    // for: whole runs were half as fast again. The runtime reads the number as hexadecimal.
    private const string CallCountingDelay = "DOTNET_TC_CallCountingDelayMs";
    private const string CallCountingDelayMilliseconds = "20";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly Task<string> errors;
    private readonly ChildLine line;
    private readonly CancellationToken stop;

    private ChildProcess(Process process, string name, CancellationToken stop)
    {
        this.process = process;
        this.stop = stop;
        errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        line = new ChildLine(name, process.StandardInput, process.StandardOutput, Patience, stop);
    }

    /// <summary>Processor time that it has used so far; it must still run.</summary>
    internal double ProcessorSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts a child; it prepares its workload while the caller goes on.</summary>
    /// <param name="contestant">What to measure.</param>
    /// <param name="stop">Ends waits for the child early.</param>
    /// <returns>The child; ask it with <see cref="Ask"/>.</returns>
    internal static ChildProcess Start(Contestant contestant, CancellationToken stop)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] arguments = ["exec", contestant.Program.AssemblyPath, ChildCommand.Name, contestant.Workload];
        string[] slowDown = contestant.SlowDownPercent > 0 ? ["--slow-down", $"{contestant.SlowDownPercent}"] : [];
        var start = new ProcessStartInfo(host, [.. arguments, .. slowDown])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[CallCountingDelay] = CallCountingDelayMilliseconds;
        try
        {
            return new ChildProcess(Process.Start(start)!, contestant.Name, stop);
        }
        catch (Win32Exception failure)
        {
            throw new ChildException($"cannot start '{host}': {failure.Message}", CommandExit.Environment);
        }
    }

    /// <summary>Asks the child for something.</summary>
    /// <typeparam name="T">Type of the answer.</typeparam>
    /// <param name="question">What to ask.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ChildException">The child died, hangs or says something else; the message has its last words.</exception>
    internal T Ask<T>(Func<ChildLine, T> question)
    {
        try
        {
            return question(line);
        }
        catch (ChildException failure) when (HasLastWords())
        {
            bool isKnown = process.ExitCode is CommandExit.BadInput or CommandExit.Environment;
            int exitCode = isKnown ? process.ExitCode : CommandExit.ToolBug;
            throw new ChildException($"{failure.Message} (exit code {process.ExitCode}): {FirstLine(errors.Result)}", exitCode);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseInput();
        if (stop.IsCancellationRequested || !process.WaitForExit(EndMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(EndMilliseconds);
        }

        process.Dispose();
    }

    /// <summary>Asks the child to end, without waiting for it: several end sooner when all are asked first.</summary>
    internal void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it took what it was told.
        }
    }

    private bool HasLastWords() =>
        !stop.IsCancellationRequested && process.WaitForExit(EndMilliseconds) && errors.Result.Length > 0;

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim();
}

// Which program a child is: this one, or the same program built from another revision.
/// <summary>A built Bench application.</summary>
/// <param name="AssemblyPath">Its assembly, to be run by the dotnet host.</param>
public sealed record ChildProgram(string AssemblyPath)
{
    /// <summary>The program that is running.</summary>
    public static ChildProgram Current { get; } = new(typeof(ChildProgram).Assembly.Location);
}
