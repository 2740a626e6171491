// The runner's side of the lines that ChildServer speaks: one request, one reply, each checked word by word. A reply that does
// not come within a generous time is a child that hangs, and a stream that ends is a child that died: both are errors with a
// sentence and never a wait without end.

using System.Globalization;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Runner;

/// <summary>Speaks to one child.</summary>
/// <param name="name">What the child measures, for messages.</param>
/// <param name="input">The child's input.</param>
/// <param name="output">The child's output.</param>
/// <param name="patience">How long a reply may take.</param>
/// <param name="stop">Ends a wait early.</param>
public sealed class ChildLine(
    string name, TextWriter input, TextReader output, TimeSpan patience, CancellationToken stop = default)
{
    /// <summary>Waits until the child is ready.</summary>
    /// <returns>Whether its threads are bound to processors.</returns>
    public bool AwaitReady()
    {
        string[] words = Expect("ready", 4);
        if (words[1] != ChildServer.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new ChildException($"{name}: the child speaks version {words[1]}, the runner {ChildServer.Version}");
        }

        return words[3] == "pinned";
    }

    /// <summary>Lets the child run until its code is compiled.</summary>
    /// <param name="milliseconds">How long.</param>
    /// <returns>Nanoseconds per operation at the end.</returns>
    public double WarmUp(int milliseconds)
    {
        Send($"warm {milliseconds}");
        string[] words = Expect("warmed", 3);
        return (double)Number(words[2]) / Math.Max(1, Number(words[1]));
    }

    /// <summary>Measures one slice.</summary>
    /// <param name="operations">Operations to perform.</param>
    /// <returns>Time of the slice, and bytes allocated.</returns>
    public (long Nanoseconds, long Bytes) Run(int operations)
    {
        Send($"run {operations}");
        string[] words = Expect("done", 3);
        return (Math.Max(1, Number(words[1])), Number(words[2]));
    }

    private void Send(string line)
    {
        try
        {
            input.WriteLine(line);
            input.Flush();
        }
        catch (IOException)
        {
            throw new ChildException($"{name}: the child ended before it was asked to '{line}'");
        }
    }

    private string[] Expect(string word, int count)
    {
        string line = ReadLine() ?? throw new ChildException($"{name}: the child ended where '{word}' was expected");
        string[] words = line.Split(' ');
        return words.Length == count && words[0] == word
            ? words
            : throw new ChildException($"{name}: the child said '{line}' where '{word}' was expected");
    }

    private string? ReadLine()
    {
        Task<string?> reading = output.ReadLineAsync(CancellationToken.None).AsTask();
        try
        {
            return reading.Wait((int)patience.TotalMilliseconds, stop)
                ? reading.Result
                : throw new ChildException($"{name}: the child said nothing for {patience.TotalSeconds:f0} seconds");
        }
        catch (OperationCanceledException)
        {
            throw ChildException.Interrupted();
        }
    }

    private long Number(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new ChildException($"{name}: the child said '{word}' where a number was expected");
}

/// <summary>A child that does not do its part.</summary>
/// <param name="message">Which one, and what it did.</param>
/// <param name="exitCode">What the runner should end with.</param>
public sealed class ChildException(string message, int exitCode = CommandExit.ToolBug) : Exception(message)
{
    /// <summary>What the runner should end with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A signal came while children were at work.</summary>
    /// <returns>The exception.</returns>
    public static ChildException Interrupted() => new("interrupted", CommandExit.Interrupted);
}
