// `run --check`: reads scenarios and runs nothing. Every mistake of every file is one line, so that an editor can list them and
// a build can fail because of them.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Running;

/// <summary>Checks scenario files.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CheckMode(CommandContext context)
{
    /// <summary>Checks files.</summary>
    /// <param name="paths">Files, folders or a hyphen.</param>
    /// <param name="asJson">Whether one document is asked for instead of lines.</param>
    /// <returns>Exit code.</returns>
    internal int Run(IEnumerable<string> paths, bool asJson)
    {
        var results = new List<CheckedFile>();
        foreach (string path in paths)
        {
            ScenarioSource source = ScenarioInput.Read(path, context);
            IReadOnlyList<ScenarioError> errors = source.IsValid ? FindMisfits(source) : source.Errors;
            results.Add(new CheckedFile(source.Name, errors));
            foreach (string line in asJson ? [] : DiagnosticText.Lines(errors, source.Text, context.IsInteractive))
            {
                context.Error.WriteLine(line);
            }
        }

        int mistakes = results.Sum(result => result.Errors.Count);
        if (asJson)
        {
            DiagnosticDocument.Write(context.Output, "check", results);
        }
        else
        {
            context.Output.WriteLine($"checked: {results.Count} files, {mistakes} mistakes");
        }

        return mistakes == 0 ? CommandExit.Clean : CommandExit.BadInput;
    }

    private static ScenarioError[] FindMisfits(ScenarioSource source)
    {
        if (!source.File.Schedule.IsPresent)
        {
            return [];
        }

        ScenarioError? error = new ScheduleFit(source.Name, source.Text, source.File).FindMistake();
        return error is null ? [] : [error];
    }
}
