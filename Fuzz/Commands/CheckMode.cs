// `run --check`: reads scenarios and runs nothing. Every mistake of every file is one line, so that an editor can list them and
// a build can fail because of them.

using Managarm.Perf.Corpus;

namespace Managarm.Perf.Fuzz;

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
            ScenarioFile file = ScenarioInput.Read(path, context);
            IReadOnlyList<ScenarioError> errors = file.IsValid ? FindMisfits(file) : file.Errors;
            results.Add(new CheckedFile(file.Name, errors));
            foreach (string line in asJson ? [] : DiagnosticText.Lines(errors, file.Text, context.IsInteractive))
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

    private static ScenarioError[] FindMisfits(ScenarioFile file)
    {
        if (!file.Scenario.Schedule.IsPresent)
        {
            return [];
        }

        ScenarioError? error = new ScheduleFit(file.Name, file.Text, file.Scenario).FindMistake();
        return error is null ? [] : [error];
    }
}
