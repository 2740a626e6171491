// The other end of MeasuredLoop: starts the process, hands it the pipe, and holds the conversation. Every wait is bounded and
// ends early when the process does, so that a child that dies or hangs is an answer and never a hang here.

using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;

namespace Managarm.Perf.Bench.Allocations;

/// <summary>A child process that repeats one pass.</summary>
internal sealed class WatchedProcess : IDisposable
{
    // Tests run other tests of their class first, on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly NamedPipeServerStream pipe;
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;
    private readonly CancellationToken stop;
    private StreamReader? reader;
    private StreamWriter? writer;

    private WatchedProcess(NamedPipeServerStream pipe, Process process, CancellationToken stop)
    {
        this.stop = stop;
        this.pipe = pipe;
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        error = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Number of the process, for its diagnostics port.</summary>
    internal int ProcessId => process.Id;

    /// <summary>Starts an assembly that will serve the pass.</summary>
    /// <param name="name">Name of the pass.</param>
    /// <param name="arguments">The assembly and its arguments.</param>
    /// <param name="isInlined">Whether methods are inlined as usual. If not, every method stands on the stack.</param>
    /// <param name="stop">Ends waits for it early.</param>
    internal static WatchedProcess Start(string name, IReadOnlyList<string> arguments, bool isInlined, CancellationToken stop)
    {
        string pipeName = $"managarm-perf-{Environment.ProcessId}-{Guid.NewGuid():N}";
        var pipe = new NamedPipeServerStream(
            pipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment[MeasuredLoop.PipeVariable] = pipeName;
        start.Environment[MeasuredLoop.NameVariable] = name;
        if (!isInlined)
        {
            start.Environment["DOTNET_JitNoInline"] = "1";
        }

        return new WatchedProcess(pipe, Process.Start(start)!, stop);
    }

    /// <summary>Waits until the pass is warm and counted.</summary>
    /// <returns>Bytes per pass of the thread and of the process.</returns>
    internal PassBytes AwaitWarm()
    {
        Await(pipe.WaitForConnectionAsync());
        reader = new StreamReader(pipe, leaveOpen: true);
        writer = new StreamWriter(pipe, leaveOpen: true) { AutoFlush = true };
        string[] words = ReadWords("warm", 4);
        return new PassBytes(Number(words[2]), Number(words[3]));
    }

    /// <summary>Has the pass repeated, and waits for the end.</summary>
    /// <param name="bytes">How much the process shall allocate.</param>
    /// <param name="limit">When to stop in any case.</param>
    /// <returns>How often the pass ran.</returns>
    internal long Repeat(long bytes, TimeSpan limit)
    {
        writer!.WriteLine($"repeat {bytes} {(long)limit.TotalMilliseconds}");
        return Number(ReadWords("done", 2)[1]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader?.Dispose();
        writer?.Dispose();
        pipe.Dispose();
        if (stop.IsCancellationRequested || !process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private string[] ReadWords(string kind, int count)
    {
        Task<string?> line = reader!.ReadLineAsync();
        Await(line);
        string[] words = (line.Result ?? "").Split(' ');
        return words.Length == count && words[0] == kind ? words : throw Gone($"sent '{line.Result}' instead of '{kind}'");
    }

    private void Await(Task task)
    {
        using var timeout = new CancellationTokenSource(Patience);
        Task ended = process.WaitForExitAsync(timeout.Token);
        Task.WhenAny(task, ended).Wait(stop);
        if (!task.IsCompleted)
        {
            throw Gone(process.HasExited
                ? $"ended with exit code {process.ExitCode}"
                : $"has been silent for {Patience.TotalSeconds} s");
        }

        task.GetAwaiter().GetResult();
    }

    private WatchFailedException Gone(string what)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        string said = (output.Result + error.Result).Trim();
        return new WatchFailedException($"the watched process {what}{(said.Length == 0 ? "" : ": " + said)}");
    }
}
