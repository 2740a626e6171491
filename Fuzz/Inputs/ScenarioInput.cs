// Reads the scenario that a command line names: a file, the folder of a finding, or a single hyphen for standard input.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>Reads scenarios for commands.</summary>
internal static class ScenarioInput
{
    /// <summary>What stands for standard input on the command line.</summary>
    internal const string StandardInput = "-";

    /// <summary>Reads a scenario with all its mistakes.</summary>
    /// <param name="path">File, folder or hyphen.</param>
    /// <param name="context">Where the command runs.</param>
    internal static ScenarioSource Read(string path, CommandContext context)
    {
        var parser = new ScenarioParser();
        if (path == StandardInput)
        {
            const string Name = "<stdin>";
            return ReadUnlessStopped(Name, () => ScenarioSource.Read(parser, Name, context.Input), context);
        }

        string file = FileOf(path);
        context.InputFile = File.Exists(file) ? file : "";
        return ReadUnlessStopped(file, () => ScenarioSource.Read(parser, file), context);
    }

    /// <summary>Reads on a thread of its own: a read that waits for input, be it a pipe's, hears no signal.</summary>
    private static ScenarioSource ReadUnlessStopped(string name, Func<ScenarioSource> read, CommandContext context)
    {
        Task<ScenarioSource> reading = Task.Run(read);
        try
        {
            reading.Wait(context.Stop);
        }
        catch (AggregateException)
        {
            // The result throws what the reader threw.
        }
        catch (OperationCanceledException) when (!IsReadSoon(reading))
        {
            throw CommandException.Interrupted(name, "interrupted before its end");
        }
        catch (OperationCanceledException)
        {
            // It is read; what comes after says how far it got.
        }

        return reading.GetAwaiter().GetResult();
    }

    /// <summary>Whether the input has been read, now or in a moment: a file is there, a pipe's writer may never come.</summary>
    private static bool IsReadSoon(Task reading) => Task.WaitAny([reading], millisecondsTimeout: 500) == 0;

    /// <summary>Reads a scenario, or ends the command with all its mistakes.</summary>
    /// <param name="path">File, folder or hyphen.</param>
    /// <param name="context">Where the command runs.</param>
    internal static ScenarioSource ReadValid(string path, CommandContext context)
    {
        ScenarioSource source = Read(path, context);
        return source.IsValid ? source : throw CommandException.BadScenario(DiagnosticText.Lines(source, context.IsInteractive));
    }

    /// <summary>The scenario file of a finding's folder, or the path itself.</summary>
    /// <param name="path">File or folder.</param>
    internal static string FileOf(string path) =>
        Directory.Exists(path) ? Path.Combine(path, FindingWriter.ScenarioName) : path;
}
