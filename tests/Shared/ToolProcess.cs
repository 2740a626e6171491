// Runs a program as a user would and keeps what it says. Tests that build, install or interrupt something need real processes; a
// limit ends those that hang, long after anything healthy has ended.

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Managarm.Perf.Tests;

/// <summary>A program that a test runs.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    private ToolProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ToolResult Run(string folder, string program, params string[] arguments)
    {
        using ToolProcess tool = Start(folder, program, arguments);
        return tool.Wait();
    }

    /// <summary>Starts a program; it is no part of a CI run, whatever the test is.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ToolProcess Start(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("CI");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return new ToolProcess(start);
    }

    /// <summary>Sends a signal.</summary>
    /// <param name="name">Its name, such as INT.</param>
    public void Signal(string name)
    {
        string number = process.Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", [$"-{name}", number]);
        kill.WaitForExit();
    }

    /// <summary>Waits until the error output has a text, or the program has ended.</summary>
    /// <param name="text">The text.</param>
    public void AwaitError(string text) => Await(error, text);

    /// <summary>Waits until the standard output has a text, or the program has ended.</summary>
    /// <param name="text">The text.</param>
    public void AwaitOutput(string text) => Await(output, text);

    private void Await(StringBuilder written, string text)
    {
        while (!process.WaitForExit(20))
        {
            lock (written)
            {
                if (written.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Waits for the end.</summary>
    public ToolResult Wait()
    {
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        return new ToolResult(process.ExitCode, output.ToString(), error.ToString());
    }

    /// <summary>Ends it if it still runs.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append(line is null ? "" : "\n");
        }
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to the standard output.</param>
/// <param name="Error">What it wrote to the standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
