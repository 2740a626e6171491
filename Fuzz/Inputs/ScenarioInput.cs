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
            return ReadStandardInput(parser, context);
        }

        string file = FileOf(path);
        context.InputFile = File.Exists(file) ? file : "";
        return ScenarioSource.Read(parser, file);
    }

    /// <summary>Reads on a thread of its own: a read that waits for input hears no signal.</summary>
    private static ScenarioSource ReadStandardInput(ScenarioParser parser, CommandContext context)
    {
        Task<ScenarioSource> reading = Task.Run(() => ScenarioSource.Read(parser, "<stdin>", context.Input));
        try
        {
            reading.Wait(context.Stop);
        }
        catch (AggregateException)
        {
            // The result throws what the reader threw.
        }
        catch (OperationCanceledException)
        {
            throw CommandException.Interrupted("<stdin>", "interrupted before its end");
        }

        return reading.GetAwaiter().GetResult();
    }

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
